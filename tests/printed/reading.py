"""Reading printed certificates back: the text and the code of a PDF's page, the elements and the code of an HTML page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

DPI = 200


class Elements(HTMLParser):
    """Every element of a page with its attributes, and all of its text but the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self.elements or self.elements[-1][0] != "style":
            self.texts.append(data)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page, white space made even."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def pdf_code(content: bytes) -> str:
    """What the QR code on the first page says, as a scanner at 200 dots an inch sees it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return _decoded(document[0].render(scale=DPI / 72).to_pil())
    finally:
        document.close()


def html_code(page: str) -> str:
    """What the QR code on an HTML page says: its SVG's strokes, drawn four pixels a module."""
    found = re.search(r'<svg viewBox="0 0 (\d+) \1">.*?<path stroke="#000" d="([^"]+)"', page)
    assert found
    side, scale = int(found[1]), 4
    image = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(image)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", found[2]):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            box = (x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1)
            pen.rectangle(box, fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return _decoded(image)


def _decoded(image: Image.Image) -> str:
    (barcode,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return barcode.text
