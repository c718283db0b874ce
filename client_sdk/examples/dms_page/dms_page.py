"""A dealer management system with one deal on its page, and `<levcheck-check>` in it.

    LEVCHECK_API_KEY=lvk_... python dms_page.py https://levcheck.example.com [8080]
    python dms_page.py http://127.0.0.1:8095          # against `make run`, which asks for no key

Then open http://localhost:8080. The page never sees the API key: this server asks for the token, and when the browser says
that the check is complete, this server reads the determination itself and looks whether it is one for this deal.
"""

import contextlib
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from levcheck_client import Client, Determination, LevcheckError

HERE = Path(__file__).parent
FILES = {"/": ("deal.html", "text/html"), "/deal.js": ("deal.js", "text/javascript")}
LONGEST = 10_000


class Deal:
    """What the system knows of its deal, and the determination that it rests on."""

    def __init__(self, number: str, vin: str) -> None:
        self.number, self.vin = number, vin
        self.determination: Determination | None = None

    def is_settled_by(self, made: Determination) -> bool:
        """Whether a determination is of this deal's vehicle, and still stands."""
        vehicle = made.request.get("vehicle")
        return isinstance(vehicle, dict) and vehicle.get("vin") == self.vin and made.status == "current"


class Dms(ThreadingHTTPServer):
    """The system's web server, reached at `origin`."""

    def __init__(self, port: int, service: str, client: Client) -> None:
        super().__init__(("127.0.0.1", port), Pages)
        self.origin = f"http://localhost:{self.server_address[1]}"
        self.service, self.client = service, client
        self.deal = Deal("48213", "1FTEW3LP9SKE98169")


class Pages(BaseHTTPRequestHandler):
    """Its pages, and the two things that its page asks for."""

    server: Dms

    def do_GET(self) -> None:
        """The page, or its script."""
        if self.path not in FILES:
            return self.send_error(404)
        name, kind = FILES[self.path]
        text = (HERE / name).read_text("utf-8")
        text = text.replace("{service}", self.server.service).replace("{vin}", self.server.deal.vin)
        return self.answer(200, text.replace("{number}", self.server.deal.number), kind)

    def do_POST(self) -> None:
        """`/check`: a token for the deal's vehicle. `/checked`: what the service, not the browser, says of the deal."""
        if self.headers.get("Origin") != self.server.origin:
            return self.send_error(403)
        try:
            if self.path == "/check":
                return self.told({"token": self.server.client.embed(self.server.deal.vin, self.server.origin)})
            if self.path == "/checked":
                return self.told(self.checked())
        except LevcheckError as error:
            return self.answer(502, json.dumps({"text": str(error)}), "application/json")
        except (LookupError, TypeError, ValueError):
            return self.send_error(400)
        return self.send_error(404)

    def checked(self) -> dict[str, str]:
        """Read what the browser only names."""
        body = json.loads(self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LONGEST)))
        made = self.server.client.get(str(body["id"]))
        if not self.server.deal.is_settled_by(made):
            return {"text": "This determination is not one for this deal."}
        self.server.deal.determination = made
        return {"text": f"Deal {self.server.deal.number}: {made.result.verdict}, record {made.id}."}

    def told(self, value: dict[str, str]) -> None:
        """An answer as JSON."""
        self.answer(200, json.dumps(value), "application/json")

    def answer(self, status: int, text: str, kind: str) -> None:
        """An answer, with what the component needs of a page that allows nothing else."""
        service = self.server.service
        policy = f"default-src 'none'; connect-src 'self'; script-src 'self' {service}; frame-src {service}"
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", f"{policy}; form-action {service}; base-uri 'none'")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a request's line is of no interest here."""


def main(service: str, port: int) -> None:
    """Serve the page until it is interrupted."""
    with Client(service, api_key=os.environ.get("LEVCHECK_API_KEY") or None) as client, Dms(port, service, client) as dms:
        print(f"The deal is at {dms.origin}", flush=True)
        dms.serve_forever()


if __name__ == "__main__":
    _, address, port = [*sys.argv, *("", "http://127.0.0.1:8095", "8080")[len(sys.argv) :]]
    with contextlib.suppress(KeyboardInterrupt):
        main(address.rstrip("/"), int(port))
