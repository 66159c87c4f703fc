"""A photograph of a printed problem -> its text, by RapidOCR; the models come inside its package."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mwp_solver.errors import MissingExtraError, MWPError
from mwp_solver.options import PageOptions
from mwp_solver.solving.solver import MAX_QUESTION

KINDS = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
"""suffixes of the pictures that are taken"""
MESSAGES = {
    "photo_none": ("请先拍照或选择一张图片。", "Take or choose a picture first."),
    "photo_kind": (
        "打不开这张图片。请用 JPEG、PNG、WebP 或 BMP 格式。",
        "This picture cannot be opened. Use JPEG, PNG, WebP or BMP.",
    ),
    "photo_large": ("图片太大，请缩小后再试。", "The picture is too large; make it smaller."),
    "photo_no_text": (
        "图片里没有找到文字。请把题目拍清楚，占满画面，文字横放。",
        "No text was found. Let the problem fill the picture, sharp and upright.",
    ),
    "photo_read": (
        "文字已经放进“解题”页的输入框，请核对后再求解。",
        "The text is in the box of the Solve page. Check it there before solving.",
    ),
    "photo_extra": (
        '识别图片需要另外安装：pip install "mwp-solver[ocr]"，然后重新打开程序。可以离线使用。',
        'Reading pictures needs: pip install "mwp-solver[ocr]", then start the program again. It works offline.',
    ),
}
"""code -> what to say in Chinese and in English"""
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
_SIDE = 1600
"""pixels of the longer side that are looked at; print of a page is still read, and the time is bounded"""
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


class PhotoError(MWPError):
    """A picture that cannot be read.

    Attributes:
        code: of :data:`MESSAGES`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(MESSAGES[code][1])


class PhotoReader:
    """Reads pictures; loads its models when the first one comes, and once.

    Args:
        options: bounds on a picture.
    """

    def __init__(self, options: PageOptions = PageOptions()) -> None:
        self.options = options
        self._engine: Any = None
        self._lock = threading.Lock()

    @staticmethod
    def available() -> bool:
        """Whether the extra ``ocr`` is installed."""
        return all(find_spec(name) for name in ("rapidocr", "onnxruntime"))

    def read(self, path: Path) -> str:
        """The text of a picture, in reading order, on one line.

        Args:
            path: of a JPEG, PNG, WebP or BMP file; turned as its EXIF data say.

        Raises:
            PhotoError: if it is no such picture, too large, or shows no text.
            MissingExtraError: without the extra ``ocr``.
        """
        if not self.available():
            raise MissingExtraError("reading photographs", "ocr")
        picture = open_picture(path, self.options)
        # One at a time: the engine takes all the cores it is given.
        with self._lock:
            if self._engine is None:
                self._engine = _load()
            found = self._engine(picture)
        if found.txts is None or found.boxes is None:
            raise PhotoError("photo_no_text")
        text = join_lines(list(zip(found.boxes.tolist(), found.txts, strict=True)))
        if not text:
            raise PhotoError("photo_no_text")
        return text[:MAX_QUESTION]


def _load() -> Any:
    import rapidocr

    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 2,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # By default a small picture is blown up until its shorter side has 736 pixels: ten times the work.
            "Det.limit_type": "max",
            "Det.limit_side_len": _SIDE,
        }
    )


def open_picture(path: Path, options: PageOptions = PageOptions()) -> Any:
    """A picture as the text reader wants it.

    Returns:
        An array (height, width, 3) of bytes, blue first, upright, on white, no side above 1,600 pixels.

    Raises:
        PhotoError: if it is no picture of a kind that is taken, or too large.
    """
    import numpy
    from PIL import Image, ImageOps

    try:
        if path.stat().st_size > options.upload:
            raise PhotoError("photo_large")
        with Image.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > options.photo_pixels:
                raise PhotoError("photo_large")
            picture.draft("RGB", (_SIDE, _SIDE))  # a JPEG of many pixels is decoded at a fraction of its size
            picture.thumbnail((_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(picture)
            colours = upright.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotoError("photo_kind") from error
    paper = Image.new("RGB", colours.size, "white")
    paper.paste(colours, mask=colours.getchannel("A"))
    return numpy.asarray(paper)[:, :, ::-1]


def join_lines(pieces: Sequence[tuple[Sequence[Sequence[float]], str]]) -> str:
    """Pieces of text in reading order, joined into one line.

    Args:
        pieces: the four corners (x, y) of each piece, and its text.

    Returns:
        The text: lines from top to bottom, each from left to right; a space between pieces unless a Chinese
        character or sign stands on either side; a word divided at a line's end is put together.
    """
    rows: list[tuple[float, float, list[tuple[float, str]]]] = []
    for corners, text in sorted(pieces, key=lambda piece: min(y for _, y in piece[0])):
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
        left = min(x for x, _ in corners)
        middle = (top + bottom) / 2
        row = next((row for row in rows if row[0] < middle < row[1]), None)
        if row is None:
            rows.append((top, bottom, [(left, text)]))
        else:
            row[2].append((left, text))
    joined = ""
    for _, _, row_pieces in rows:
        for _, text in sorted(row_pieces):
            text = " ".join(text.split())
            if joined and text:
                if joined.endswith("-") and joined[-2:-1].isalpha() and text[0].islower():
                    joined = joined[:-1]
                elif not (_WIDE.match(joined[-1]) or _WIDE.match(text[0])):
                    joined += " "
            joined += text
    return joined
