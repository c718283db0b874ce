"""Pages in the reader's language: how it is chosen, that nothing is left untranslated, that programs are told English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from access.house import House, furnished
from babel.messages.catalog import Message
from conftest import TODAY
from flask import Flask
from flask.testing import FlaskClient
from law.cases import CASES
from levcheck.api import texts
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence import vpic
from levcheck.evidence.registry import Registry
from levcheck.printed import certificate
from levcheck.web import forms, language, told
from levcheck.web.language import COOKIE, EXTENSION, LANGUAGES
from web import catalog
from web.pages import PAGES, SALE, VIN, Place
from web.papers import Show

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SPANISH = {**HTML, "Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
OTHERS = sorted(set(LANGUAGES) - {language.ENGLISH})


def messages(code: str) -> list[Message]:
    return [message for message in catalog.read(code) if message.id]


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalog_is_of_this_code(code: str) -> None:
    """The catalog holds every message of the code and no other, and the service reads what is written in it."""
    assert catalog.path(code).read_bytes() == catalog.text(catalog.gathered(code)), "run `make translations`"
    assert catalog.path(code, "mo").read_bytes() == catalog.compiled(catalog.read(code)), "run `make translations`"


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated(code: str) -> None:
    """Each message has a translation, none of them a guess, with the message's own placeholders and its outer spaces."""
    for message in messages(code):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, message.id
        assert len(translations) == len(sources)
        for source, translation in zip(sources, translations, strict=True):
            assert translation, source
            assert sorted(PLACES.findall(source)) == sorted(PLACES.findall(translation)), source
            assert (source[0].isspace(), source[-1].isspace()) == (translation[0].isspace(), translation[-1].isspace())
            assert source.endswith(".") == translation.endswith("."), source


@pytest.mark.parametrize(
    ("path", "cookie", "asked", "expected"),
    [
        ("/verify", "", "", "en"),
        ("/verify", "", "es", "es"),
        ("/verify", "", "es-US,en;q=0.3", "es"),
        ("/verify", "", "de,fr;q=0.9", "en"),
        ("/verify", "", "en;q=0.2,es;q=0.8", "es"),
        ("/verify", "", "\x7f;;q=nonsense,", "en"),
        ("/verify", "es", "en", "es"),
        ("/verify", "xx", "es", "es"),
        ("/verify", "../es", "", "en"),
        ("/verify?lang=es", "en", "en", "es"),
        ("/verify?lang=en", "es", "es", "en"),
        ("/verify?lang=xx", "es", "en", "es"),
        ("/verify?lang=", "", "es", "es"),
        ("/verify?lang=es&lang=en", "", "", "es"),
        ("/", "es", "", "es"),
        ("/nowhere", "es", "", "es"),
    ],
)
def test_the_language_is_chosen(site: Flask, path: str, cookie: str, asked: str, expected: str) -> None:
    """The address counts first, then the cookie, then what the browser asks for, then English; others count for nothing."""
    sent = {**HTML, **({"Accept-Language": asked} if asked else {}), **({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})}
    answer = site.test_client(use_cookies=False).get(path, headers=sent)
    assert f'<html lang="{expected}">' in answer.text
    assert answer.headers["Content-Language"] == expected
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_choice_is_kept(site: Flask) -> None:
    """A choice is kept for a year in a cookie that holds the language and nothing else; without one no cookie is set."""
    client = site.test_client()
    assert "Set-Cookie" not in client.get("/", headers=SPANISH).headers
    kept = client.get("/?lang=es", headers=HTML).headers["Set-Cookie"]
    assert kept.startswith("language=es; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(kept.split("; "))
    assert '<html lang="es">' in client.get("/verify", headers=HTML).text
    assert "Secure" in client.get("/?lang=en", headers=HTML, base_url="https://localhost").headers["Set-Cookie"]


def test_other_languages_are_one_press_away(site: Flask) -> None:
    """Every page leads to itself in the other language, with what its address asked for; after a form to the first page."""
    client = site.test_client(use_cookies=False)
    assert 'href="/verify?a=1&amp;lang=es"' in client.get("/verify?a=1&lang=en", headers=HTML).text
    assert 'href="/verify?lang=es"' in client.post("/verify", headers=HTML).text
    assert 'href="/?lang=es"' in client.get("/nowhere", headers=HTML).text


def test_answers_stay_through_a_change_of_language(site: Flask) -> None:
    """On a page that forms led to, the other language keeps every answer, and the page is the same."""
    client = site.test_client(use_cookies=False)
    for name in ("question", "state", "relocation", "permitted", "prohibited", "changing", "refused"):
        shown = client.post("/", data=PAGES[name].form, headers=HTML)
        form = shown.text.split('<form class="languages"')[1].split("</form>")[0]
        carried = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
        spanish = client.post("/?lang=es", data=carried, headers=HTML).text
        assert '<html lang="es">' in spanish
        left = [set(re.findall(r'<(?:input|select)[^>]* name="([a-z._]+)"', text)) for text in (shown.text, spanish)]
        assert left[0] == left[1], name


def test_a_changed_paper_is_not_made_good_by_a_change_of_language(
    show: Show, papers: Mapping[str, Mapping[str, Any]]
) -> None:
    """Where the text of a PDF differs from its code, the other language begins anew; elsewhere the certificate is kept."""
    forged = certificate.pdf({**papers["exempt"], "id": papers["voided"]["id"]})
    assert 'class="languages" method="post"' not in show(file=forged).html
    assert 'formaction="/verify?lang=es#result"' in show(papers["exempt"]["certificate"]).html


def test_programs_are_told_english(site: Flask, papers: Mapping[str, Mapping[str, Any]]) -> None:
    """Whatever the language asked for, what the API answers and what certificates say is in English."""
    client = site.test_client()
    client.get("/?lang=es", headers=HTML)
    headers = {"Accept-Language": "es"}
    answer = client.post("/v1/checks", json=SALE, headers=headers)
    assert answer.json["summary"].startswith("Permitted: a new motor vehicle sold for registration")
    assert client.get("/v1/nowhere", headers=headers).json["title"] == "There is nothing at this address"
    paper = client.get(f"/v1/determinations/{papers['exempt']['id']}/certificate", headers={**SPANISH, **headers})
    assert '<html lang="en">' in paper.text
    assert "Content-Language" not in answer.headers


def test_a_frame_is_told_its_language(site: Flask) -> None:
    """On another system's page the language is the address's or the browser's: no cookie is looked at, none is set."""
    client = site.test_client(use_cookies=False)
    embed = {"vin": VIN, "origin": "https://dms.example"}
    data = {"token": client.post("/v1/embeds", json=embed).json["token"]}
    sent = {"Origin": "https://dms.example", "Cookie": f"{COOKIE}=es"}
    plain = client.post("/embed", data=data, headers=sent)
    chosen = client.post("/embed?lang=es", data=data, headers=sent)
    assert '<html lang="en">' in plain.text and 'action="/embed"' in plain.text
    assert '<html lang="es">' in chosen.text and 'action="/embed?lang=es"' in chosen.text
    assert "Set-Cookie" not in plain.headers and "Set-Cookie" not in chosen.headers


# Nothing is left in English: every message is told in letters of another width, so that what stays is seen.


class Widened(NullTranslations):
    """A catalog that has each message in full-width letters."""

    def gettext(self, message: str) -> str:
        kept = re.split(f"({PLACES.pattern})", message)
        return "".join(piece if PLACES.fullmatch(piece) else piece.translate(WIDE) for piece in kept)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message


WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
SAID = ("aria-label", "alt", "placeholder", "title", "label", "data-refused", "data-scanning", "data-large", "data-reading")
EMPTY = {"meta", "link", "input", "br", "img", "circle", "path", "hr", "source"}


class Said(HTMLParser):
    """What a page says to its reader, but for what is marked as another language or as not to be translated."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        silent = told.get("translate") == "no" or ("lang" in told and tag != "html") or tag in ("script", "textarea")
        hidden = silent or (bool(self.open) and self.open[-1])
        if not hidden:
            self.texts += [told[name] or "" for name in SAID if told.get(name)]
        if tag not in EMPTY:
            self.open.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1]:
            self.texts.append(data)


NAMES = {"levcheck", "lb", "UTC"}
"""Words that are the same in every language."""


def left_in_english(page: str) -> list[str]:
    """The words of a page that no catalog told."""
    words = [word for text in Said(page).texts for word in re.findall(r"[A-Za-z]{2,}", text)]
    return [word for word in words if word not in NAMES and not re.fullmatch("[A-Z]{2}", word)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that asks for keys."""
    with furnished(tmp_path_factory.mktemp("languages")) as made:
        yield made


@pytest.fixture
def widened(site: Flask, house: House) -> Iterator[None]:
    """Both services with Spanish told in wide letters."""
    apps = (site, house.app)
    kept = [app.extensions[EXTENSION]["es"] for app in apps]
    for app in apps:
        app.extensions[EXTENSION]["es"] = Widened()
    yield
    for app, before in zip(apps, kept, strict=True):
        app.extensions[EXTENSION]["es"] = before


def _page(client: FlaskClient, place: Place, made: Mapping[str, str]) -> str:
    headers = {**SPANISH, "Origin": place.origin} if place.origin else SPANISH
    data = {name: text.format_map(made) for name, text in (place.form or {}).items()}
    path = place.path.format_map(made)
    answer = client.post(path, data=data, headers=headers) if place.form is not None else client.get(path, headers=headers)
    assert answer.status_code == place.status, answer.text
    return answer.text


@pytest.mark.usefixtures("widened")
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_left_in_english(site: Flask, house: House, papers: Mapping[str, Any], name: str) -> None:
    """Every word of a page is one of its language, a name, or marked as English."""
    place = PAGES[name]
    client = (house.app if place.guarded else site).test_client(use_cookies=False)
    made = {"id": papers["exempt"]["id"], "certificate": papers["exempt"]["certificate"]}
    if place.origin:
        made["token"] = client.post("/v1/embeds", json={"vin": VIN, "origin": place.origin}).json["token"]
    assert left_in_english(_page(client, place, made)) == []


@pytest.mark.usefixtures("widened")
def test_no_finding_about_a_certificate_is_left_in_english(site: Flask, papers: Mapping[str, Any]) -> None:
    """Whatever comes of a certificate, the page says it in its language."""
    client = site.test_client(use_cookies=False)
    for paper in papers.values():
        for text, vin in ((paper["certificate"], ""), (paper["certificate"][:-2], VIN), (paper["certificate"], "12")):
            page = client.post("/verify", data={"certificate": text, "vin": vin}, headers=SPANISH)
            assert left_in_english(page.text) == []


@pytest.mark.usefixtures("widened")
def test_no_record_is_left_in_english(site: Flask, papers: Mapping[str, Any]) -> None:
    """The page of a record says its verdict and where it stands in its reader's language."""
    client = site.test_client(use_cookies=False)
    for paper in papers.values():
        page = client.get(f"/records/{paper['id']}", headers=SPANISH)
        assert (page.status_code, left_in_english(page.text)) == (200, [])


@pytest.mark.usefixtures("widened")
@pytest.mark.parametrize("name", forms.FIELDS)
def test_no_refusal_is_left_in_english(site: Flask, name: str) -> None:
    """Whatever cannot be read, why and what to write is said in the page's language."""
    client = site.test_client(use_cookies=False)
    for text in ("¿?", "9" * (texts.LONGEST + 1), "\x01"):
        page = client.post("/", data={forms.VIN: VIN, name: text}, headers=SPANISH)
        assert left_in_english(page.text) == [], (name, text[:10])


def sentences(result: Mapping[str, Any]) -> Iterator[str]:
    """What a result says that pages show."""
    if result["verdict"] != "undetermined":
        yield result["summary"]
    for name in ("documents", "advisories", "remedies"):
        yield from (one["text"] for one in result[name])
    yield from (one["ask"] for one in result["questions"])
    yield from (one["text"] for one in result["conflicts"] if one["fact"] not in told.v.BY_NAME)


def test_whatever_a_result_says_is_translated(site: Flask, registry: Registry) -> None:
    """Every sentence of every worked case's result has a Spanish one, whole; so have those that evidence gives rise to."""
    with site.test_request_context("/", headers=SPANISH):
        for request in [*(case.request for case in CASES), *_with_evidence()]:
            for sentence in sentences(check(CheckRequestSchema().load(request), today=TODAY, registry=registry)):
                said = told.told(sentence)
                assert "<span" not in re.sub(r'\(<span lang="en">.*?</span>\)', "", said), sentence
                assert said != sentence


def _with_evidence() -> Iterator[dict[str, Any]]:
    certifications: list[dict[str, str]] = [
        {"label": text}
        for text in ("something", "This vehicle conforms to U.S. EPA regulations applicable to 2019 model-year.")
    ]
    certifications += [
        {"test_group": text} for text in ("SFMXT02.73JK", "PFMXT02.73JK", "x", "SHNXV01.5AB1", "SBMXV04.0U3A")
    ]
    certifications += [{"executive_order": text} for text in ("A-003-0811-1", "D-1-2", "M-1-2", "U-1-2", "nothing")]
    certifications += [{"executive_order": "A-003-0811-1", "test_group": "SBMXV04.0U3A"}]
    for certification in certifications:
        yield {**SALE, "vehicle": {**SALE["vehicle"], "certification": certification}}
    for vin in ("1FTEW3LP9SKE9816O", "1FTEW3LP0SKE98169", "11111111111111111", "1FTEW3LP9UKE98169", "2HGFE4F86SH01146I"):
        yield {**SALE, "vehicle": {"vin": vin}}


def test_whatever_is_wrong_with_a_vin_is_translated(site: Flask) -> None:
    """Each fault of a VIN is said in Spanish; only what NHTSA's vPIC says of it stays English, and is marked so."""
    vins = ("1FTEW3LP9SKE9816O", "1FTEW3LP0SKE98169", "11111111111111111", "1FTEW3LPXUKE98169", "1M8GDM9AXKP042788")
    with site.test_request_context("/", headers=SPANISH):
        for detail in filter(None, (vpic.decode(vin).detail for vin in vins)):
            said = told.told(detail)
            assert said.startswith("El VIN ")
            assert not re.search(r"\b(it|the|its|and)\b", re.sub(r"<span.*?</span>", "", said)), said


def test_what_is_not_known_stays_english_and_says_so(site: Flask) -> None:
    """A sentence without a translation is marked as English, and its text stays text; in English nothing is marked."""
    with site.test_request_context("/", headers=SPANISH):
        assert told.told("A <b> of tomorrow") == '<span lang="en">A &lt;b&gt; of tomorrow</span>'
    with site.test_request_context("/", headers=HTML):
        assert told.told("A <b> of tomorrow") == "A <b> of tomorrow"


def test_values_in_sentences_stay_text(site: Flask) -> None:
    """What a caller wrote inside a translated sentence is text, whatever it looks like."""
    with site.test_request_context("/", headers=SPANISH):
        said = told.told(
            "'<i>{0}%(x)s</i>' does not have the form of a test group (12 characters, as on the label); it was not used."
        )
        assert said.startswith("&#39;&lt;i&gt;{0}%(x)s&lt;/i&gt;&#39; no tiene la forma")


def test_a_sale_in_spanish(site: Flask) -> None:
    """The verdict of a sale in Spanish: the word, the reason, the law's own words in English and marked so."""
    client = site.test_client(use_cookies=False)
    page = client.post("/", data={**(PAGES["permitted"].form or {}), "idempotency_key": str(uuid4())}, headers=SPANISH).text
    assert '<h1 id="result-word">Permitido</h1>' in page
    assert "Un vehículo nuevo que se vende para registrarse fuera del estado" in page
    assert '<blockquote lang="en">5. A new motor vehicle sold for registration out-of-state;</blockquote>' in page
    assert "La solicitud de título o de registro en el otro estado o país." in page
