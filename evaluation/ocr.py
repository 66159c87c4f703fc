"""How well photographs of printed problems are read: character accuracy on sample problems, drawn here as pictures.

    python evaluation/ocr.py [--font FILE] [--count 20] > evaluation/results/ocr.json

Each problem is set in a CJK font and drawn in one of five ways: clean; small print; tilted by 2 degrees, on grey,
with noise, as a JPEG of quality 40; a quarter turn that the EXIF data undo; light on dark. Accuracy is 1 less the
edit distance over the length, after the normalisation that questions get anyway (width, spaces).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mwp_solver import __version__
from mwp_solver.corpus.files import read_problems
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import file_part
from mwp_solver.text import normalize_question
from mwp_solver.web.photo import PhotoReader

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
WAYS = ("clean", "small", "photo", "turned", "dark")


def draw(text: str, way: str, font_file: str, path: Path) -> None:
    """Set a text and write it as a JPEG."""
    from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

    size = 18 if way == "small" else 34
    font = ImageFont.truetype(font_file, size)
    width, margin = 26 * size, 2 * size
    lines = wrap(text, lambda line: font.getlength(line) <= width)
    paper, ink = (
        ("#182030", "#e8e8e0") if way == "dark" else ("#d6d2c8", "#303030") if way == "photo" else ("white", "black")
    )
    picture = Image.new("RGB", (width + 2 * margin, 2 * margin + int(1.7 * size) * len(lines)), paper)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((margin, margin + int(1.7 * size) * number), line, font=font, fill=ink)
    exif = picture.getexif()
    if way == "photo":
        picture = picture.rotate(2, expand=True, fillcolor=paper, resample=Image.Resampling.BICUBIC)
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
        noise = Image.effect_noise(picture.size, 40).convert("RGB")
        picture = ImageChops.overlay(picture, noise)
    if way == "turned":
        exif[0x0112] = 6  # to be turned clockwise by 90 degrees for viewing
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(path, quality=40 if way == "photo" else 90, exif=exif)


def wrap(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Lines that fit: broken between words, in Chinese between any two characters."""
    pieces, word = [], ""
    for sign in text:
        if sign.isascii() and not sign.isspace():
            word += sign
            continue
        pieces += [word, sign] if word else [sign]
        word = ""
    lines, line = [], ""
    for piece in [*pieces, word]:
        if line and not fits(line + piece):
            lines.append(line.strip())
            line = ""
        line += piece
    return [*lines, line.strip()]


def distance(one: str, other: str) -> int:
    """Levenshtein distance."""
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            current.append(min(above[column] + 1, current[-1] + 1, above[column - 1] + (left != right)))
        above = current
    return above[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--font", help="TrueType or OpenType font with Chinese and Latin letters")
    parser.add_argument("--count", type=int, default=20, help="problems")
    arguments = parser.parse_args()
    font = arguments.font or next((name for name in FONTS if Path(name).exists()), None)
    if font is None:
        sys.exit("no CJK font found; name one with --font (Debian: apt-get install fonts-noto-cjk)")
    if not PhotoReader.available():
        sys.exit("the ocr extra is not installed: pip install 'mwp-solver[ocr]'")
    samples = data_path("samples.jsonl")
    problems = list(read_problems(samples))
    chosen = random.Random(7).sample(problems, arguments.count)
    reader, rows, times = PhotoReader(), [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, problem in enumerate(chosen):
            way = WAYS[number % len(WAYS)]
            path = Path(folder) / f"{number}.jpg"
            draw(problem.question, way, font, path)
            begun = time.perf_counter()
            text = normalize_question(reader.read(path))
            times.append(time.perf_counter() - begun)
            right = normalize_question(problem.question)
            rows.append((way, distance(text, right), len(right), text == right))
            if text != right:
                print(f"{way}: {text}\n  for: {right}", file=sys.stderr)
    by_way = {
        way: round(1 - sum(d for w, d, _, _ in rows if w == way) / sum(n for w, _, n, _ in rows if w == way), 4)
        for way in WAYS
        if any(row[0] == way for row in rows)
    }
    print(
        json.dumps(
            {
                "version": __version__,
                "data": [file_part(samples)],
                "font": Path(font).name,
                "problems": len(rows),
                "characters": sum(length for _, _, length, _ in rows),
                "character_accuracy": round(1 - sum(row[1] for row in rows) / sum(row[2] for row in rows), 4),
                "without_any_error": sum(row[3] for row in rows),
                "by_way": by_way,
                "first_seconds": round(times[0], 2),
                "median_seconds": round(statistics.median(times[1:]), 2),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
