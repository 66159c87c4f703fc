"""Random damage to text, bytes and packed files."""

from __future__ import annotations

import io
import random
import zipfile
import zlib

LONGEST = 4000
"""characters of a damaged text"""
SIGNS = (
    "+-*/^%():=_.,[]{}<>\"'\\ \n\t\r\0×÷−％（）．，：；１２３½零〇一二两三四五六七八九十百千万亿点半几第分之又折成倍"
    "元角厘米ab$x°²³\u200b\ufeff\ud800\U0001f600"
)
_ODD = "1/0 2**64 ^^ (((( )))) 99999999999999999999999 1(1/2) 1_1/2 0.1 .5 50% 1,234 1e999 NaN null [[ \\ud800"
_CHINESE = (
    "八折 百分之五 三又二分之一 万亿 十二万三千 一百零五 两百五 1小时30分 3元5角 二〇二六 百分之十二点五 三分之二米"
)
_BREAKING = ["=cmd()", "'", '"', "\r", "\r\n", "{", "}", "},{", "é", "\xa0", "…", "</s>", "<pad>", "<extra_id_0>"]
_LONG = ["x" * 500, "9" * 500, "(" * 300, " " * 500, "三" * 300, "1," * 200]
WORDS = [*_ODD.split(), *_CHINESE.split(), *_BREAKING, *_LONG]
_BYTES = [b"\xff", b"\0", b"\r", b"\n", b"\xef\xbb\xbf", b'"', b"{", b"[", b",", b"\x81\x30"]


def mutated(text: str, chance: random.Random) -> str:
    """A text with a few places changed."""
    for _ in range(chance.randrange(1, 6)):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in "ab")
        end = min(end, at + 12)
        piece = chance.choice([chance.choice(SIGNS), chance.choice(WORDS), chr(chance.randrange(0x3000)), text[at:end]])
        match chance.randrange(5):
            case 0:
                text = text[:at] + piece + text[at:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:at] + piece + text[end:]
            case 3:
                text = text[:at] + piece * chance.randrange(1, 40) + text[end:]
            case _:
                text = text[:end] + text[at:]
    return text[:LONGEST]


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a few changed, cut out, put in, or the end cut off."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(8):
            case 0:
                del found[at:]
            case 1 | 2:
                del found[at : at + chance.randrange(20)]
            case 3:
                found[at:at] = chance.choice(WORDS).encode("utf-8", "surrogatepass")
            case 4 | 5:
                found[at:at] = chance.choice(_BYTES)
            case _:
                if at < len(found):
                    found[at] ^= 1 << chance.randrange(8)
    return bytes(found)


def mutated_zip(data: bytes, chance: random.Random) -> bytes:
    """A zip file (a workbook) damaged as it is, or in what one of its members holds."""
    if chance.random() < 0.3:
        return mutated_bytes(data, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        names = source.namelist()
        # Most damage goes to where the cells are.
        cells = [name for name in names if "sheet1" in name or "sharedStrings" in name]
        struck = chance.choice(cells if cells and chance.random() < 0.8 else names)
        for name in names:
            content = source.read(name)
            written.writestr(name, mutated_bytes(content, chance) if name == struck else content)
    return target.getvalue()


def mutated_gzip(data: bytes, chance: random.Random) -> bytes:
    """Bytes packed, then damaged."""
    packed = zlib.compressobj(wbits=31)
    return mutated_bytes(packed.compress(data) + packed.flush(), chance)
