"""Certificates on paper, and what a camera makes of them; the page's form, sent and read again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pypdfium2
from flask.testing import FlaskClient
from PIL import Image, ImageChops, ImageFilter
from printed.reading import Elements
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

VIN = "1FTEW3LP9SKE98169"


@dataclass(frozen=True)
class Page:
    """An answer as a person sees it."""

    status: int
    html: str
    headers: Any

    @property
    def text(self) -> str:
        return Elements(self.html).text

    @property
    def banner(self) -> str:
        """The word in the banner."""
        return self.html.split('id="result-word">')[1].split("<")[0]

    @property
    def states(self) -> list[str]:
        """How paper, record and vehicle came out."""
        return [part.split("<")[0] for part in self.html.split('class="state">')[1:]]


@dataclass(frozen=True)
class Show:
    """Sends the page's form."""

    client: FlaskClient

    def __call__(self, text: str = "", vin: str = "", file: bytes | None = None, field: str = "file") -> Page:
        data: dict[str, Any] = {"certificate": text, "vin": vin}
        if file is not None:
            data[field] = FileStorage(io.BytesIO(file), "paper")
        boundary, body = encode_multipart(data)  # by the client itself a large one would be left in an open file
        answer = self.client.post("/verify", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        return Page(answer.status_code, answer.text, answer.headers)


def rendered(pdf: bytes, dots: int) -> Image.Image:
    """The first page of a PDF at so many dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dots / 72).to_pil().convert("L")
    finally:
        document.close()


def photo(
    image: Image.Image, *, turn: float = 0, tilt: float = 0, blur: float = 0, noise: float = 0, shade: float = 0
) -> Image.Image:
    """The picture turned (degrees), seen aslant, out of focus (pixels), with noise, in uneven light (0 to 1)."""
    wide, high = image.size
    if tilt:
        lens = (1 + tilt, 0.05, -30, tilt / 3, 1 + tilt / 2, -20, tilt / wide, tilt / 2 / high)
        image = image.transform((wide, high), Image.Transform.PERSPECTIVE, lens, Image.Resampling.BICUBIC, fillcolor=110)
    if turn:
        image = image.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=110)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if shade:
        light = Image.linear_gradient("L").rotate(90).resize(image.size).point([int(255 - n * shade) for n in range(256)])
        image = ImageChops.multiply(image, light)
    if noise:
        image = ImageChops.add(image, Image.effect_noise(image.size, noise), 1, -128)
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as the content of a file."""
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def bound(*pdfs: bytes, blank_before: int = 0) -> bytes:
    """PDFs as one, behind empty pages."""
    whole = pypdfium2.PdfDocument.new()
    for _ in range(blank_before):
        whole.new_page(612, 792)
    for pdf in pdfs:
        part = pypdfium2.PdfDocument(pdf)
        whole.import_pages(part)
        part.close()
    content = io.BytesIO()
    whole.save(content)
    whole.close()
    return content.getvalue()
