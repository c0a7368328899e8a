"""What is sent becomes clean pictures or a reason: pixels survive, everything else is gone."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.vouchers.pictures import Picture, read_pictures
from backend.vouchers.rules import MOST_BYTES, Refused
from tests.support import files

SECONDS = 20.0
NEAR = 40


def read(content: bytes) -> list[Picture]:
    return read_pictures(content, time.monotonic() + SECONDS)


def opened(picture: Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.jpeg))
    image.load()
    assert image.format == "JPEG" and image.mode == "RGB" and image.size == (picture.width, picture.height)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the corners, from the upper left on, clockwise."""
    width, height = image.size
    near, far = (width // 8, height // 8), (width * 7 // 8, height * 7 // 8)
    found = [image.getpixel(place) for place in (near, (far[0], near[1]), far, (near[0], far[1]))]
    return [tuple(colour) for colour in found if isinstance(colour, tuple)]


def same(found: list[tuple[int, ...]], expected: list[tuple[int, int, int]]) -> bool:
    return all(
        abs(one - other) < NEAR
        for each, wanted in zip(found, expected, strict=True)
        for one, other in zip(each, wanted, strict=True)
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_pixels_of_every_kind_survive(kind: str) -> None:
    (picture,) = read(files.written(files.card(), kind))
    assert (picture.width, picture.height) == (600, 400)
    assert same(corners(opened(picture)), list(files.CORNERS))


def test_where_a_photograph_was_taken_is_gone_with_all_else_that_is_no_pixel() -> None:
    sent = files.photograph()
    assert files.SECRET.encode() in sent and Image.open(BytesIO(sent)).getexif().get_ifd(files.GPS)
    (picture,) = read(sent)
    clean = opened(picture)
    assert files.SECRET.encode() not in picture.jpeg
    assert not clean.getexif() and set(clean.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in picture.jpeg and b"ICC_PROFILE" not in picture.jpeg and b"http://ns.adobe.com" not in picture.jpeg


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (3, 2), (6, 1), (8, 3)])
def test_a_photograph_is_turned_upright(orientation: int, turned: int) -> None:
    (picture,) = read(files.photograph(orientation))
    expected = [files.CORNERS[(place - turned) % 4] for place in range(4)]
    assert same(corners(opened(picture)), expected)
    assert (picture.width > picture.height) == (turned % 2 == 0)


def test_a_photograph_whose_notes_cannot_be_read_is_taken_all_the_same() -> None:
    sent = files.photograph()
    notes = sent.index(b"Exif\0\0") + 6
    (picture,) = read(sent[: notes + 4] + b"\xff" * 40 + sent[notes + 44 :])
    assert same(corners(opened(picture)), list(files.CORNERS))


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    orientation=st.integers(0, 9),
    note=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=12, max_size=40),
)
def test_no_note_in_a_picture_survives_and_its_size_does(
    width: int, height: int, kind: str, orientation: int, note: str
) -> None:
    exif = Image.Exif()
    exif[files.ORIENTATION], exif[files.MAKE] = orientation, note
    (picture,) = read(files.written(files.card(width, height), kind, exif=exif))
    assert note.encode() not in picture.jpeg and b"Exif" not in picture.jpeg
    assert sorted((picture.width, picture.height)) == sorted((width, height))


def test_a_large_picture_is_made_smaller_and_keeps_its_form() -> None:
    (picture,) = read(files.written(files.card(5000, 2500)))
    assert (picture.width, picture.height) == (3000, 1500)


def test_what_is_see_through_lies_on_white_paper() -> None:
    (picture,) = read(files.written(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert opened(picture).getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bits_of_grey_do_not_become_white() -> None:
    (picture,) = read(files.written(Image.new("I;16", (50, 50), 30_000), "PNG"))
    grey = opened(picture).getpixel((25, 25))
    assert isinstance(grey, tuple) and 110 < grey[0] < 125


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK"])
def test_rarer_kinds_of_colour_become_ordinary_ones(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    (picture,) = read(files.written(files.card(mode=mode), kind))
    assert opened(picture).size == (600, 400)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_something_that_moves_the_first_picture_is_kept(kind: str) -> None:
    (picture,) = read(files.animation(kind))
    assert same(corners(opened(picture)), list(files.CORNERS))


def test_a_pdf_becomes_a_picture_a_page() -> None:
    pictures = read(files.pdf(pages=3))
    assert len(pictures) == 3
    page = opened(pictures[0])
    assert abs(page.width / page.height - 595 / 842) < 0.01 and 2000 < page.height <= 3000
    red = page.getpixel((round(200 / 595 * page.width), round((842 - 400) / 842 * page.height)))
    assert isinstance(red, tuple) and red[0] > 200 and red[1] < 60


def test_a_script_in_a_pdf_is_neither_run_nor_kept() -> None:
    sent = files.scripted_pdf()
    assert b"/JavaScript" in sent
    (picture,) = read(sent)
    assert b"JavaScript" not in picture.jpeg and files.SECRET.encode() not in picture.jpeg
    assert opened(picture).size[1] > 2000


def test_a_page_as_large_as_a_wall_is_drawn_no_larger_than_others() -> None:
    (picture,) = read(files.pdf(size="0 0 14400 7200"))
    assert (picture.width, picture.height) == (3000, 1500)


REFUSED = [
    pytest.param(b"", "empty", 400, id="nothing"),
    pytest.param("只是一段文字".encode(), "unknown_kind", 415, id="text"),
    pytest.param(b"PK\x03\x04" + bytes(100), "unknown_kind", 415, id="a document"),
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unknown_kind", 415, id="svg"),
    pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "unknown_kind", 415, id="postscript"),
    pytest.param(files.written(files.card(), "TIFF"), "unknown_kind", 415, id="tiff"),
    pytest.param(files.heic(), "heic", 415, id="heic"),
    pytest.param(b"\xff\xd8\xff" + bytes(500), "broken", 400, id="a picture that is none"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), "broken", 400, id="a PNG that is none"),
    pytest.param(b"RIFF\x00\x00\x00\x00WEBP" + bytes(500), "broken", 400, id="a WebP that is none"),
    pytest.param(files.photograph()[:2000], "broken", 400, id="a truncated JPEG"),
    pytest.param(files.written(files.card(), "PNG")[:300], "broken", 400, id="a truncated PNG"),
    pytest.param(files.bomb(), "too_many_pixels", 413, id="a bomb"),
    pytest.param(files.bomb(8_000), "too_many_pixels", 413, id="a smaller bomb"),
    pytest.param(b"%PDF-1.7\nno more than that", "broken_pdf", 400, id="a PDF that is none"),
    pytest.param(files.locked_pdf(), "locked_pdf", 400, id="a PDF with a password"),
    pytest.param(files.pdf(pages=11), "too_many_pages", 400, id="a PDF of eleven pages"),
    pytest.param(files.pdf(pages=0), "broken_pdf", 400, id="a PDF without a page"),
    pytest.param(files.photograph() + bytes(MOST_BYTES), "too_large", 413, id="more than ten megabytes"),
]


@pytest.mark.parametrize(("content", "code", "status"), REFUSED)
def test_what_cannot_be_taken_is_refused_with_the_reason(content: bytes, code: str, status: int) -> None:
    with pytest.raises(Refused) as refusal:
        read(content)
    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert refusal.value.text.source


def test_the_refusal_says_how_large_it_was_and_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        read(bytes(12 * 1024 * 1024))
    assert refusal.value.text.params == {"size": "12.0", "most": "10"} and "截个图" in refusal.value.text.source


def test_the_name_of_a_kind_counts_for_nothing() -> None:
    assert read(files.written(files.card(), "PNG"))[0].jpeg.startswith(b"\xff\xd8\xff")


def test_a_drawing_without_end_is_given_up() -> None:
    drawing = b"100 300 200 200 re f"
    endless = files.pdf().replace(drawing, drawing + b" 1 1 400 700 re f" * 200_000)
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        read_pictures(endless, began + 0.2)
    assert time.monotonic() - began < SECONDS / 2
    assert refusal.value.code == "too_slow"
