"""Photographs: which are opened, in what order their lines are put, and (with the ocr extra) what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwp_solver.errors import MissingExtraError
from mwp_solver.options import PageOptions
from mwp_solver.web.photo import MESSAGES, PhotoError, PhotoReader, join_lines, open_picture

Image = pytest.importorskip("PIL.Image", reason="pictures need pillow, which comes with the ui and ocr extras")
UPRIGHT_BY_A_QUARTER_TURN = 6


def piece(left: float, top: float, text: str, high: float = 20) -> tuple[list[list[float]], str]:
    """A piece of text; it leans a little, as in photographs."""
    right, bottom = left + 100, top + high
    return [[left, top], [right, top + 3], [right, bottom + 3], [left, bottom]], text


def written(text: str, path: Path, **more: object) -> Path:
    """An English text as a picture, turned for viewing by its EXIF data if asked."""
    from PIL import ImageDraw, ImageFont

    picture = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(picture).text((30, 50), text, font=ImageFont.load_default(36), fill="black")
    exif = picture.getexif()
    if more.pop("turned", False):
        exif[0x0112] = UPRIGHT_BY_A_QUARTER_TURN
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(path, exif=exif, **more)
    return path


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([piece(0, 0, "鸡和兔有35个头，"), piece(0, 40, "94只脚，鸡有几只？")], "鸡和兔有35个头，94只脚，鸡有几只？"),
        ([piece(0, 40, "second"), piece(0, 0, "first")], "first second"),
        ([piece(200, 4, "right"), piece(0, 0, "left"), piece(0, 40, "below")], "left right below"),
        ([piece(200, 0, "right"), piece(0, 4, "left")], "left right"),
        ([piece(0, 0, "a half-"), piece(0, 40, "hearted try")], "a halfhearted try"),
        ([piece(0, 0, "100 -"), piece(0, 40, "35")], "100 - 35"),
        ([piece(0, 0, "共有"), piece(0, 40, "35 个")], "共有35 个"),
        ([piece(0, 0, " 7  km "), piece(0, 40, "")], "7 km"),
        ([], ""),
    ],
)  # fmt: skip
def test_reading_order(pieces: list[tuple[list[list[float]], str]], text: str) -> None:
    assert join_lines(pieces) == text


def test_a_picture_is_made_upright_and_put_on_white(tmp_path: Path) -> None:
    turned = open_picture(written("35", tmp_path / "turned.jpg", turned=True))
    assert turned.shape == (160, 900, 3)
    Image.new("RGBA", (10, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (open_picture(tmp_path / "clear.png") == 255).all()
    red = Image.new("RGB", (4000, 10), "red")
    red.save(tmp_path / "wide.bmp")
    wide = open_picture(tmp_path / "wide.bmp")
    assert wide.shape[1] == 1600
    assert wide[0, 0].tolist() == [0, 0, 255]  # blue first


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "photo_kind"),
        ("a.png", b"<svg onload='alert(1)'/>", "photo_kind"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut short", "photo_kind"),
        ("a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "photo_kind"),
        ("a.png", b"x" * 2000, "photo_large"),
    ],
)
def test_what_is_no_picture(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        open_picture(tmp_path / name, PageOptions(upload=1000))
    assert caught.value.code == code


def test_pictures_with_too_many_pixels_or_gone(tmp_path: Path) -> None:
    Image.new("1", (3000, 3000)).save(tmp_path / "a.png")
    with pytest.raises(PhotoError) as caught:
        open_picture(tmp_path / "a.png", PageOptions(photo_pixels=1_000_000))
    assert caught.value.code == "photo_large"
    with pytest.raises(PhotoError):
        open_picture(tmp_path / "gone.png")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mwp_solver.web.photo.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="ocr"):
        PhotoReader().read(tmp_path / "a.png")


def test_every_message_is_in_both_languages() -> None:
    assert all(chinese and english and chinese != english for chinese, english in MESSAGES.values())


@pytest.mark.skipif(not PhotoReader.available(), reason="reading needs the ocr extra: pip install 'mwp-solver[ocr]'")
def test_print_is_read_also_turned(tmp_path: Path) -> None:
    reader = PhotoReader()
    text = "Ben has 3 boxes of 12 pencils and 9 pens."
    assert reader.read(written(text, tmp_path / "a.png")) == text
    assert reader.read(written(text, tmp_path / "b.jpg", turned=True, quality=80)) == text
    Image.new("RGB", (300, 200), "white").save(tmp_path / "empty.png")
    with pytest.raises(PhotoError) as caught:
        reader.read(tmp_path / "empty.png")
    assert caught.value.code == "photo_no_text"
