"""Files as veterans send them, good and bad, made up here: no file lies in the repository."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

#: The corners of `card`, from the upper left on, clockwise.
CORNERS = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (230, 200, 40))
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
SECRET = "HomeOfTheVeteran"


def card(width: int = 600, height: int = 400, mode: str = "RGB") -> Image.Image:
    """A picture whose four corners have colours of their own, so that turning and cutting are seen."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    half = width // 2, height // 2
    places = ((0, 0), (half[0], 0), half, (0, half[1]))
    for (left, top), colour in zip(places, CORNERS, strict=True):
        draw.rectangle((left, top, left + half[0], top + half[1]), fill=colour)
    return image.convert(mode)


def written(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file of that kind."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photograph(orientation: int = 1, **size: int) -> bytes:
    """A JPEG as a telephone takes it: with the place, the maker, a comment and a preview in it."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, SECRET
    exif.get_ifd(GPS).update({1: "N", 2: (IFDRational(26), IFDRational(4), IFDRational(30)), 3: "E", 29: SECRET})
    return written(card(**size), exif=exif, comment=SECRET.encode(), quality=95)


def animation(kind: str) -> bytes:
    """Two pictures in one file: the card first, then something black."""
    return written(card(), kind, save_all=True, append_images=[Image.new("RGB", (600, 400))], duration=100)


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few kilobytes that says it is side × side pixels large, and is."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(pages: int = 1, extra: bytes = b"", size: str = "0 0 595 842") -> bytes:
    """A PDF with a red square on every page; `extra` stands in its catalogue."""
    drawing = b"1 0 0 rg 100 300 200 200 re f"
    bodies = [b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>"]
    kids = " ".join(f"{number + 4} 0 R" for number in range(pages))
    bodies.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
    bodies += [f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 3 0 R >>".encode()] * pages
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table)


def scripted_pdf() -> bytes:
    """A PDF that wants to run a script when it is opened."""
    return pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert\\('" + SECRET.encode() + b"'\\)) >>")


def locked_pdf() -> bytes:
    """A PDF that opens with a password only (RC4 of 40 bits; the owner's entry is made up, so no password fits)."""
    guard = b"<41" + b"42" * 31 + b">"
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O " + guard + b" /U " + guard + b" >>"
    return pdf().replace(b"trailer << ", b"trailer << /ID [<00><00>] /Encrypt " + encrypt + b" ")


def heic() -> bytes:
    """The beginning of a picture as an iPhone stores it."""
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
