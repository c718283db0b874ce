"""Reads the codes in a photo, the text of a PDF and the cells of a workbook, as a process of its own: bytes in, JSON out.

Its one argument says what is looked for: `certificate` (a QR code), `vin` (a barcode of any kind that VINs come in)
or `table` (a workbook's cells).

What strangers upload is decoded by large libraries in C and Rust. Here they have little memory, little time, no
environment and no file to write, and when one of them crashes nothing else does.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

from . import workbooks

MOST_BYTES = 10_000_000
MOST_PIXELS = 60_000_000
MOST_PAGES = 5
MOST_CODES = 8
SYMBOLS = {"certificate": ("QRCode",), "vin": ("Code39", "Code128", "DataMatrix", "QRCode")}
"""The kinds of code to look for, by what is looked for."""
MOST_TEXT = 12_000
"""Characters of text kept of one page."""
LIMITS = (
    (resource.RLIMIT_AS, 768 * 2**20),
    (resource.RLIMIT_CPU, 6),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),  # nothing is written to any file
    (resource.RLIMIT_NOFILE, 16),  # modules are still imported
    (resource.RLIMIT_NPROC, 0),
)
_ENOUGH_S = 2.5
"""After so much time no further way of looking at a picture is begun."""
_LONGEST_SIDE = 4_200
_FEWEST_MODULES, _MOST_SIDE = 21, 32_767
"""The sides of a picture that can hold a code, in pixels: a module each, and what can still be looked at twice as large."""
_LARGE, _SMALL = 12_000_000, 4_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")


class Unreadable(Exception):
    """The upload cannot be read; the message is one of the words of `FAULTS`."""


FAULTS = ("empty", "heic", "unsupported", "broken", "too_many_pixels", "locked", "too_large")


def main(sought: str) -> None:
    """Read what stands on the standard input."""
    limit()
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    told: dict[str, Any] = {"fault": None, "codes": [], "pages": [], "rows": [], "unread": []}
    try:
        told |= workbooks.told(content) if sought == "table" else _seen(content, SYMBOLS[sought])
    except Unreadable as error:
        told["fault"] = str(error)
    sys.stdout.write(json.dumps(told))


def _seen(content: bytes, symbols: tuple[str, ...]) -> dict[str, Any]:
    return _pdf(content, symbols) if b"%PDF-" in content[:1024] else _picture(content, symbols)


def limit() -> None:
    """From here on this process is held to `LIMITS`."""
    for kind, most in LIMITS:
        resource.setrlimit(kind, (most, most))


def _picture(content: bytes, symbols: tuple[str, ...]) -> dict[str, Any]:
    """The codes in a photo."""
    if not content:
        raise Unreadable("empty")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise Unreadable("heic")
    from PIL import Image, ImageOps

    read = _reader(symbols)
    Image.MAX_IMAGE_PIXELS = None  # judged below, before anything is decoded
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Exception as error:  # a broken header makes its plugin raise whatever it will
        raise Unreadable("unsupported") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unreadable("too_many_pixels")
    try:
        upright = ImageOps.exif_transpose(_grey(image))
    except Exception as error:
        raise Unreadable("broken") from error
    return {"codes": _codes(upright, read)}


def _grey(image: Any) -> Any:
    """A picture in grey; what is transparent is white, as paper is."""
    from PIL import Image

    image.draft("L", image.size)
    if image.mode == "L":
        image.load()
        return image
    if "transparency" in image.info:
        image = image.convert("RGBA")
    if "A" not in image.getbands():
        return image.convert("L")
    paper = Image.new("L", image.size, 255)
    paper.paste(image.convert("L"), mask=image.getchannel("A"))
    return paper


def _reader(symbols: tuple[str, ...]) -> Callable[[Any], list[str]]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, symbol) for symbol in symbols])

    def read(image: Any) -> list[str]:
        found = zxingcpp.read_barcodes(image, formats=formats)
        return [code.text for code in found][:MOST_CODES]

    return read


def _codes(image: Any, read: Callable[[Any], list[str]]) -> list[str]:
    """The codes found in the first way of looking at a picture that shows any."""
    if min(image.size) < _FEWEST_MODULES or max(image.size) > _MOST_SIDE:
        return []
    for seen in _looks(image):
        if found := read(seen):
            return found
        if process_time() > _ENOUGH_S:
            break
    return []


def _looks(image: Any) -> Iterator[Any]:
    """Ways of looking at a picture, the cheapest first: as it is, without its noise, smaller, larger and sharper."""
    from PIL import Image, ImageFilter

    whole, large = image, image.width * image.height > _LARGE
    if large:
        image = image.reduce(2)
        yield image
    yield whole
    yield image.filter(ImageFilter.MedianFilter(3))
    yield image.filter(ImageFilter.GaussianBlur(1))
    yield image.reduce(2)
    if image.width * image.height <= _SMALL:
        larger = image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)
        yield larger
        yield larger.filter(ImageFilter.UnsharpMask(4, 250, 0))


def _pdf(content: bytes, symbols: tuple[str, ...]) -> dict[str, Any]:
    """The codes on the first pages of a PDF, and their text. Forms are not filled, scripts are not run."""
    import pypdfium2

    read = _reader(symbols)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("locked" if "password" in str(error).lower() else "broken") from error
    try:
        pages = [document[number] for number in range(min(len(document), MOST_PAGES))]
        texts = [_text(page) for page in pages]
        codes = [code for page in pages for code in read(_drawn(page, 200))]
        codes = codes or [code for page in pages for code in _codes(_drawn(page, 300), read)]
    except pypdfium2.PdfiumError as error:
        raise Unreadable("broken") from error
    return {"codes": codes[:MOST_CODES], "pages": texts}


def _drawn(page: Any, dots: int) -> Any:
    """A page at so many dots an inch; one larger than any paper is drawn smaller."""
    side = max(*page.get_size(), 1.0)
    return page.render(scale=min(dots / 72, _LONGEST_SIDE / side), grayscale=True, may_draw_forms=False).to_pil()


def _text(page: Any) -> str:
    """The text of a page as it was set; none of a scanned one, on which any text was guessed from the picture."""
    import pypdfium2.raw

    width, height = page.get_size()
    for picture in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > width * height / 2:
            return ""
    text = page.get_textpage()
    return str(text.get_text_range(0, min(text.count_chars(), MOST_TEXT)))


if __name__ == "__main__":
    main(sys.argv[1])
