"""Uploads: photos of real certificates are read, and whatever else is sent does no harm."""

from __future__ import annotations

import resource
import signal
import struct
import subprocess
import sys
import zlib
from threading import Thread
from typing import Any

import pytest
from fpdf import FPDF
from levcheck.printed import certificate
from levcheck.web import reading
from levcheck.web.uploads import WITHIN_S, Busy, Upload, Uploads
from PIL import Image
from web.papers import bound, encoded, photo, rendered

pytestmark = pytest.mark.slow
Papers = dict[str, dict[str, Any]]
PNG = b"\x89PNG\r\n\x1a\n"


def read(content: bytes) -> Upload:
    return Uploads(within_s=60).read(content)  # the machine may be busy; the CPU time stays bounded


@pytest.fixture(scope="module")
def genuine(papers: Papers) -> str:
    """A certificate."""
    return str(papers["exempt"]["certificate"])


@pytest.fixture(scope="module")
def page(papers: Papers) -> Image.Image:
    """Its paper, scanned at 300 dots an inch."""
    return rendered(certificate.pdf(papers["exempt"]), 300)


@pytest.mark.parametrize(
    "camera",
    [
        {},
        {"turn": 90},
        {"turn": 180},
        {"turn": 17},
        {"tilt": 0.25},
        {"blur": 1.2},
        {"noise": 30},
        {"noise": 50},
        {"shade": 0.7},
        {"turn": 8, "tilt": 0.2, "blur": 1, "noise": 30, "shade": 0.5},
    ],
    ids=str,
)
def test_a_photo_is_read(camera: dict[str, float], page: Image.Image, genuine: str) -> None:
    """A photo of the paper at JPEG quality 50 is read: turned, aslant, blurred, noisy, half in shadow, and all of these."""
    assert read(encoded(photo(page, **camera), "JPEG", quality=50)).codes == (genuine,)


@pytest.mark.parametrize("name", ["exempt", "prohibited", "undetermined"])
@pytest.mark.parametrize("address", ["", "https://levcheck.example"])
def test_a_scan_at_an_offices_resolution_is_read(name: str, address: str, papers: Papers) -> None:
    """At 200 dots an inch every certificate is read, also the largest, with the page's address before it or without."""
    one = papers[name]
    content = encoded(rendered(certificate.pdf(one, address), 200), "JPEG", quality=50)
    assert read(content).codes == (f"{address}/verify#{one['certificate']}" if address else one["certificate"],)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "L", {}),
        ("PNG", "1", {}),
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "I;16", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "CMYK", {}),
        ("WEBP", "RGB", {"quality": 50}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("GIF", "P", {}),
        ("MPO", "RGB", {}),
    ],
)
def test_every_kind_of_picture_is_read(kind: str, mode: str, options: Any, page: Image.Image, genuine: str) -> None:
    """PNG, JPEG, WebP and GIF are read in every mode that a camera, a scanner or a screenshot makes."""
    small = page.reduce(2)
    picture = small.convert("I").point(lambda n: n * 257).convert("I;16") if mode == "I;16" else small.convert(mode)
    assert read(encoded(picture, kind, **options)).codes == (genuine,)


def test_a_pictures_own_orientation_is_kept(page: Image.Image, genuine: str) -> None:
    """A photo that says in its EXIF data how it was held is read."""
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010F] = "A camera"
        assert read(encoded(page.reduce(2), "JPEG", exif=exif)).codes == (genuine,)


def test_a_transparent_picture_lies_on_white(page: Image.Image, genuine: str) -> None:
    """A code that is black on nothing is read as on paper; one that is white on black is read too."""
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    clear.putalpha(page.point([255 - n for n in range(256)]))
    assert read(encoded(clear)).codes == (genuine,)
    assert read(encoded(page.point([255 - n for n in range(256)]))).codes == (genuine,)


def test_a_pdf_is_read_to_its_fifth_page(papers: Papers, genuine: str) -> None:
    """A code on the fifth page of a PDF is found, one on the sixth is not; both certificates of two are found."""
    one, other = certificate.pdf(papers["exempt"]), certificate.pdf(papers["certified"])
    fifth, sixth = read(bound(one, blank_before=4)), read(bound(one, blank_before=5))
    assert (fifth.codes, sixth.codes) == ((genuine,), ())
    assert len(fifth.pages) == len(sixth.pages) == 5
    assert read(bound(one, other)).codes == (genuine, papers["certified"]["certificate"])


def blank(width: int, height: int) -> bytes:
    return encoded(Image.new("1", (width, height)))


def test_pictures_are_bounded() -> None:
    """A picture of 60 million pixels is looked at, one of more is not begun."""
    assert read(blank(10_000, 6_000)).fault is None
    assert read(blank(10_000, 6_001)).fault == "too_many_pixels"


def test_the_largest_picture_fits_the_memory(page: Image.Image, genuine: str) -> None:
    """A picture at the bound is read whole in its most expensive form."""
    whole = Image.new("RGBA", (10_000, 6_000), "white")
    whole.paste(page)
    assert read(encoded(whole, compress_level=1)).codes == (genuine,)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, data: bytes, *others: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + b"".join(others) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def locked() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="x", user_password="y")
    return bytes(pdf.output())


SCRIPT = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1);while(1);)>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/AA<</O<</S/JavaScript/JS(while(1);)>>>>>>endobj\n"
    b"trailer<</Root 1 0 R>>"
)
ZEROS = zlib.compress(bytes(2**26), 9)


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", {"empty"}),
        (b"\x00", {"unsupported"}),
        (bytes(range(256)) * 64, {"unsupported"}),
        (b"<html><script>alert(1)</script>", {"unsupported"}),
        (b"%!PS-Adobe-3.0\n(x) show", {"unsupported"}),
        (b"II*\x00" + bytes(64), {"unsupported"}),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", {"heic"}),
        (PNG, {"unsupported"}),
        (blank(1, 1), {None}),
        (blank(3, 3), {None}),
        (blank(60_000, 1), {None}),
        (blank(800, 800)[:-30], {"broken"}),
        (png(0, 0, b""), {"unsupported"}),
        (png(8_000, 7_000, ZEROS), {None, "broken"}),
        (png(50_000, 50_000, ZEROS), {"too_many_pixels"}),
        (png(2**31 - 1, 2**31 - 1, b""), {"too_many_pixels", "unsupported"}),
        (png(9, 9, zlib.compress(bytes(90)), chunk(b"zTXt", b"a\x00\x00" + ZEROS)), {None, "broken", "unsupported"}),
        (png(9, 9, zlib.compress(bytes(90)), chunk(b"iCCP", b"a\x00\x00" + ZEROS)), {None, "broken", "unsupported"}),
        (b"\xff\xd8\xff\xe0" + b"\xff" * 4_000, {"unsupported", "broken"}),
        (b"GIF89a\xff\xff\xff\xff" + b"\x00" * 40, {"unsupported", "broken", "too_many_pixels"}),
        (b"RIFF\xff\xff\xff\xffWEBPVP8L" + b"\xff" * 90, {"unsupported", "broken"}),
        (b"%PDF-1.7\n" + bytes(range(256)), {"broken"}),
        (b"%PDF-", {"broken"}),
        (locked(), {"locked"}),
        (SCRIPT % b"612 792", {None}),
        (SCRIPT % b"99999999 99999999", {None, "broken"}),
        (SCRIPT % b"0 0", {None, "broken"}),
    ],
)
def test_hostile_files_are_told(content: bytes, faults: set[str | None]) -> None:
    """A file that is broken, huge when unpacked, of another kind, or full of scripts gets a word for it, and no code."""
    upload = read(content)
    assert upload.fault in faults
    assert upload.codes == ()


def test_no_file_is_read_for_longer_than_it_may() -> None:
    """A reading that takes too long is ended, and told as such."""
    assert Uploads(within_s=0.005).read(blank(10_000, 6_000)).fault == "slow"


def test_few_files_are_read_at_once() -> None:
    """While one file is being read and no more may be, the next is turned away at once; afterwards it is read."""
    uploads, slow = Uploads(at_once=1), encoded(Image.effect_noise((5_000, 5_000), 90), "JPEG", quality=30)
    first = Thread(target=uploads.read, args=(slow,))
    first.start()
    refused = 0
    while first.is_alive():
        try:
            uploads.read(b"")
        except Busy:
            refused += 1
    assert refused
    assert uploads.read(b"").fault == "empty"


LIMITED = """
from levcheck.web import reading
reading.limit()
try:
    {}
except {}:
    print("refused")
"""


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("bytearray(2**30)", "MemoryError"),
        ("open({path!r}, 'wb', 0).write(b'x')", "OSError"),
        ("print(len([open('/dev/null') for _ in range(20)]))", "OSError"),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_CPU, (60, 60)) or __import__('os').setuid(65534)",
            "ValueError",
        ),
    ],
    ids=["memory", "writing", "files", "raising its limits"],
)
def test_the_reading_process_is_held(deed: str, error: str, tmp_path: Any) -> None:
    """The process that reads has little memory, writes to no file and opens few, whatever decodes in it."""
    code = LIMITED.format(deed.format(path=str(tmp_path / "file")), error)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr


def test_its_cpu_time_is_bounded() -> None:
    """A reading process that never ends is ended by its own limit of CPU time, which is below the service's patience."""
    assert dict(reading.LIMITS)[resource.RLIMIT_CPU] < WITHIN_S
    code = "import resource; from levcheck.web import reading; reading.LIMITS = ((resource.RLIMIT_CPU, 1),); reading.limit()"
    done = subprocess.run([sys.executable, "-c", f"{code}\nwhile True: pass"], check=False, timeout=60)
    assert done.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
