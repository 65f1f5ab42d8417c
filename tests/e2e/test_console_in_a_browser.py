"""A clerk's morning in the web console, in a real Chromium: from the sign-in to the last held order, with screenshots.

The functions answer over a deployment in memory; people sign in at a small OpenID provider, which stands in for the
stack's pool: the page itself does not know the difference.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image
from pypdf import PdfReader

from functions.console import handler as console
from shared.domain.money import Money
from shared.domain.record import Snapshot
from shared.domain.shipment import CreatedShipment, Found
from shared.domain.state import Reason, State
from shared.ports import ShippedPackage
from shared.workflow.desk.errands import run
from shared.workflow.orders.standing import VOIDED
from tests.builders import usd
from tests.component.cli.test_labels import image_of
from tests.component.operator_api.counter import Counter, event_of
from tests.component.operator_api.test_desk import bought
from tests.component.operator_api.test_sheet import labelled as to_be_printed
from tests.deep import deep, size
from tests.e2e.test_page_in_a_browser import AXE, ROOT, SHOTS, Browser, driver
from tests.golden.objects import PLAN

__all__ = ["driver"]
pytestmark = [pytest.mark.e2e, deep]
"""A phone in `make test`, a desk besides in `make test-deep`."""

WIDE = (1280, 900)
CLIENT, SCOPE = "4ob8xmpl", "parcelbridge/api"
HOSTILE = "<img src=x onerror=document.title='owned'> is not known to the carrier"


JSON = {"content-type": "application/json"}


class Provider:
    """An OpenID provider with one person, who has this role; it takes the code flow with PKCE alone."""

    def __init__(self, role: str) -> None:
        self.role, self.address = role, ""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._asked: dict[str, dict[str, str]] = {}

    def authorize(self, query: dict[str, str]) -> str:
        """Signs in at once; gives the way back to the page."""
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self._asked)}"
        self._asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """The tokens for a code, which works once."""
        asked = self._asked.pop(form["code"])
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        assert proof == asked["code_challenge"]
        now = int(time.time())
        told = {"iss": self.address, "sub": "0b4b", "iat": now, "exp": now + 1800}
        access = {**told, "client_id": CLIENT, "scope": asked["scope"], "username": "clara.jones"}
        return {
            "access_token": self._signed({**access, "cognito:groups": f"[{self.role}]"}),
            "id_token": self._signed({**told, "aud": CLIENT, "nonce": asked.get("nonce", "")}),
            "token_type": "Bearer",
            "expires_in": 1800,
            "scope": asked["scope"],
        }

    def claims(self, header: str) -> dict[str, Any] | None:
        """The claims of a token, as the authorizer hands them on; None for none."""
        try:
            told = jwt.decode(header.removeprefix("Bearer "), self._key.public_key(), algorithms=["RS256"])
        except jwt.PyJWTError:
            return None
        return {name: str(value) for name, value in told.items()}

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "one"})


class Street(ThreadingHTTPServer):
    """A server at which the page, the API and the provider stand."""

    def __init__(self, counter: Counter, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), Served)
        self.counter, self.provider, self.lock = counter, provider, Lock()
        provider.address = f"http://127.0.0.1:{self.server_port}"


class Served(BaseHTTPRequestHandler):
    """The HTTP API before both functions, and the provider below /oauth2."""

    server: Street

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(at.query).items()}
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        with self.server.lock:
            self._send(*self._answer(at.path, query, body))

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _answer(self, path: str, query: dict[str, str], body: str) -> tuple[int, dict[str, str], str]:
        if path == "/oauth2/authorize":
            return 302, {"location": self.server.provider.authorize(query)}, ""
        if path == "/oauth2/token":
            form = {name: values[0] for name, values in parse_qs(body).items()}
            return 200, JSON, json.dumps(self.server.provider.token(form))
        if path == "/logout":
            return 200, {"content-type": "text/html"}, "<title>Signed out</title>Signed out"
        if path.startswith("/api/v1/"):
            return self._of_api(path, query, body)
        answer = console.handler({"rawPath": path}, None)
        return answer["statusCode"], answer["headers"], answer["body"]

    def _of_api(self, path: str, query: dict[str, str], body: str) -> tuple[int, dict[str, str], str]:
        claims = self.server.provider.claims(self.headers.get("authorization", ""))
        if claims is None:
            return 401, JSON, '{"message": "Unauthorized"}'
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = event_of(self.command, path.removeprefix("/api/v1"), claims, body or None, headers, query)
        answer = self.server.counter.api.answer(event, None)
        return answer["statusCode"], answer["headers"], answer["body"]

    def _send(self, status: int, headers: dict[str, str], body: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name != "strict-transport-security":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


def morning() -> Counter:
    """Seven orders that wait, and one that is on its way."""
    counter = Counter()
    counter.has()
    for number in (1, 2, 3):
        counter.waits_for_approval(f"400000{number}", Money(Decimal("20.40"), "USD"))
    counter.holds("4000004", Reason.ADDRESS, HOSTILE, field="ship_to.address.city")
    counter.holds("4000005", Reason.MISSING, "the receiver has no phone", field="ship_to.phone")
    counter.holds("4000006", Reason.RETRIES, "the carrier did not answer for a day")
    counter.holds("4000007", Reason.PO_BOX, "parcels cannot go to a PO box")
    counter.takes("4000008")
    return counter


class Clerk(Browser):
    """A person before the page: looks for words, clicks buttons by their names."""

    patience = 20.0
    """Seconds until what does not come is missed."""

    def until(self, script: str, *arguments: Any) -> Any:
        """The value of a script once it is true."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            found = self.run(f"return {script}", *arguments)
            if found:
                return found
            time.sleep(0.05)
        pytest.fail(f"{script} {arguments} did not come: {self.run('return document.body.innerText')[:2000]}")

    def sees(self, text: str) -> None:
        self.until("document.body.innerText.includes(arguments[0])", text)

    def clicks(self, name: str) -> None:
        found = "[...document.querySelectorAll('dialog[open] button, dialog[open] a')]"
        every = "[...document.querySelectorAll('button, a')]"
        named = "(each => !each.disabled && each.textContent.trim().replace(/\\s+/g, ' ') === arguments[0])"
        self.until(f"(each => each && (each.click(), true))({found}.find{named} ?? {every}.find{named})", name)

    def types(self, label: str, text: str) -> None:
        found = "[...document.querySelectorAll('dialog[open] label')].find(e => e.textContent.trim() === arguments[0])"
        self.until(f"!!{found}", label)
        script = f"""
            const field = {found}.querySelector('input');
            field.value = arguments[1];
            field.dispatchEvent(new Event('input', {{bubbles: true}}));
        """
        self.run(script, label, text)

    def looks_well(self, name: str) -> None:
        """No fault by axe, no sideways scroll, each button large enough and in view; a screenshot is kept."""
        self.run(AXE.read_text())
        found = self.run("axe.run().then(arguments[0], e => arguments[0]({violations: [String(e)]}))", later=True)
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
        width = self.run("return window.innerWidth")
        assert self.run("return document.documentElement.scrollWidth") <= width, "it scrolls to the side"
        small = """
            return [...document.querySelectorAll('button, nav a')]
              .map(each => [each.textContent, each.getBoundingClientRect()])
              .filter(([, box]) => box.height < 43.5 || box.left < 0 || box.right > window.innerWidth + 0.5)
              .map(([text]) => text)
        """
        assert self.run(small) == []
        shot = Image.open(BytesIO(base64.b64decode(self.call("GET", "/screenshot"))))
        SHOTS.mkdir(parents=True, exist_ok=True)
        shot.save(SHOTS / f"console-{name}-{width}.png")

    def complaints(self) -> list[Any]:
        """Errors of the page and breaches of its policy; a decision that the API refuses is neither."""
        found = [each for each in self.call("POST", "/se/log", type="browser") if each["level"] == "SEVERE"]
        return [each for each in found if "a status of 422" not in each["message"]]


Visit = Callable[[str, Counter], Clerk]


@pytest.fixture(params=[None, WIDE][: size(1, 2)], ids=["phone", "desk"][: size(1, 2)])
def visit(driver: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """Opens the page for a person with a role."""
    ended: list[Callable[[], Any]] = []

    def open_page(role: str, counter: Counter) -> Clerk:
        provider = Provider(role)
        server = Street(counter, provider)
        config = {"authority": provider.address, "client": CLIENT, "sign_in": provider.address, "scope": SCOPE}
        monkeypatch.setenv("PARCELBRIDGE_CONSOLE_CONFIG", json.dumps({**config, "kind": "pool"}))
        monkeypatch.setenv("PARCELBRIDGE_CONSOLE_SIGN_IN", provider.address)
        console.files.cache_clear()
        console.policy.cache_clear()
        Thread(target=server.serve_forever, daemon=True).start()
        clerk = Clerk(driver, "en", request.param)
        ended.extend((server.shutdown, server.server_close, lambda: clerk.call("DELETE", "")))
        clerk.call("POST", "/url", url=f"{provider.address}/")
        return clerk

    yield open_page
    for end in reversed(ended):
        end()
    console.files.cache_clear()
    console.policy.cache_clear()


def planned(counter: Counter, key: str) -> Snapshot:
    """The order's snapshot with a plan for one package."""
    return replace(counter.ports.orders.snapshot(key, 1), plan=replace(PLAN, packages=PLAN.packages[:1]))


def stands(counter: Counter, document: str) -> str:
    head = counter.ports.orders.head(f"infor-m3:ACME_TST/100/{document}/-")
    assert head
    return str(head.state)


def test_a_clerk_clears_the_morning_s_held_orders(visit: Visit) -> None:
    counter = morning()
    clerk = visit("clerk", counter)
    clerk.sees("7 orders wait for a person")
    clerk.sees("clara.jones")
    clerk.sees(HOSTILE)
    clerk.looks_well("held")
    clerk.clicks("Select all")
    clerk.clicks("Approve 3, 61.20 USD")
    clerk.sees("4000002: 20.40 USD")
    clerk.looks_well("approve")
    clerk.clicks("Yes, 61.20 USD")
    clerk.sees("4000003: approved")
    clerk.clicks("Close")
    clerk.sees("4 orders wait for a person")
    assert [stands(counter, f"400000{number}") for number in (1, 2, 3)] == ["READY"] * 3
    clerk.clicks("Fix 4000005")
    clerk.types("Value", "nothing")
    clerk.clicks("Fix and resubmit")
    clerk.sees("7 to 15 digits")
    clerk.looks_well("fix")
    clerk.types("Value", "518 555 0199")
    clerk.clicks("Fix and resubmit")
    clerk.sees("4000005 is fixed, and goes on")
    clerk.clicks("Retry 4000006")
    clerk.sees("4000006 goes on")
    clerk.clicks("Fix 4000004")
    clerk.types("Field", "ship_to.address.city")
    clerk.types("Value", "Troy")
    clerk.clicks("Fix and resubmit")
    clerk.sees("4000004 is fixed")
    clerk.clicks("Dismiss… 4000007")
    clerk.types("Why", "it goes by post")
    clerk.clicks("Dismiss")
    clerk.sees("Nothing waits")
    assert stands(counter, "4000007") == State.CANCELLED
    trail = counter.ports.orders.audit("infor-m3:ACME_TST/100/4000007/-")
    assert (trail[-1].who, trail[-1].why) == ("console:clara.jones", "it goes by post")
    clerk.looks_well("cleared")
    assert clerk.run("return document.title") == "parcelbridge"
    assert clerk.complaints() == []


def busy_morning() -> Counter:
    """Orders that wait since yesterday's evening, by the clock of the machine: the page says how old each is."""
    counter = Counter()
    counter.clock.at = datetime.now(UTC) - timedelta(hours=15)
    counter.has()
    counter.holds("4000104", Reason.ADDRESS, "the carrier does not know 77 Mill Rd in Bufalo", field="ship_to.address")
    counter.clock.advance(timedelta(hours=9))
    counter.holds("4000117", Reason.MISSING, "the receiver has no phone", field="ship_to.phone")
    counter.holds("4000121", Reason.WEIGHT, "line 2: item GASKET-X has no weight", field="lines.2.unit_weight")
    for number, price in (("4000125", "151.20"), ("4000128", "204.75"), ("4000131", "162.40")):
        counter.clock.advance(timedelta(minutes=41))
        counter.waits_for_approval(number, usd(price))
    return counter


@pytest.mark.parametrize("visit", [(1100, 1000)], indirect=True, ids=["readme"])
def test_the_picture_of_the_readme_is_of_this_page(visit: Visit) -> None:
    """`make picture` puts the screenshot into docs/."""
    clerk = visit("clerk", busy_morning())
    clerk.sees("6 orders wait for a person")
    clerk.clicks("Select all")
    clerk.sees("Approve 3, 518.35 USD")
    clerk.looks_well("readme")
    with Image.open(ROOT / "docs" / "console.png") as kept:
        assert kept.format == "PNG"
        assert kept.width == clerk.run("return window.innerWidth")
    assert (ROOT / "docs" / "console.png").stat().st_size < 150_000


def test_an_engineer_tests_a_connection_and_sees_each_check(visit: Visit) -> None:
    counter = morning()
    clerk = visit("engineer", counter)
    clerk.clicks("Connections")
    clerk.clicks("Test acme-infor-ups")
    clerk.sees("test: asked for")
    does_its_errands(counter)
    clerk.sees("test: ")
    clerk.sees("the ERP is a test system")
    clerk.looks_well("tested")
    assert clerk.complaints() == []


def test_a_clerk_prints_the_labels_of_a_warehouse_in_one_file(visit: Visit) -> None:
    counter = morning()
    for document in ("4000021", "4000022"):
        to_be_printed(counter, document)
    clerk = visit("clerk", counter)
    clerk.clicks("Labels")
    clerk.sees("2 to print")
    clerk.looks_well("to-print")
    clerk.run("""
        const make = URL.createObjectURL;
        URL.createObjectURL = file => { window.kept = file; return make(file); };
    """)
    clerk.clicks("PDF for W01")
    clerk.sees("2 labels are in labels-W01-")
    asked = """
        const read = new FileReader(), done = arguments[0];
        read.onload = () => done(read.result);
        read.readAsDataURL(window.kept);
    """
    pages = PdfReader(BytesIO(base64.b64decode(clerk.run(asked, later=True).split(",")[1]))).pages
    assert [(float(page.mediabox.width), float(page.mediabox.height)) for page in pages] == [(288.0, 432.0)] * 2
    (drawn,) = pages[0].images
    own = Image.open(BytesIO(image_of("1Z40000211", "GIF"))).convert("L")
    upright = own.transpose(Image.Transpose.ROTATE_270) if own.width > own.height else own
    made = drawn.image
    assert made
    assert made.width == upright.width
    inked = upright.crop((0, 0, made.width, made.height)).point([0] * 128 + [255] * 128)
    assert made.convert("L").tobytes() == inked.tobytes(), "each dot is the carrier's own"
    clerk.sees("No warehouse has a label to print")
    clerk.looks_well("printed")
    head = counter.ports.orders.head("infor-m3:ACME_TST/100/4000022/-")
    assert head
    assert head.label == "printed"
    assert clerk.complaints() == []


def test_each_page_stands_at_its_own_address_and_is_accessible(visit: Visit) -> None:
    counter = morning()
    bought(counter, "4000009", usd("20.00"))
    bought(counter, "4000010", usd("1.50"), correction=True)
    clerk = visit("operator", counter)
    clerk.sees("7 orders wait")
    pages = {
        "orders": "4000008",
        "orders?q=4000005": "Orders named 4000005",
        f"orders/{counter.key('4000005')}": "Timeline",
        "labels": "No label waits",
        "arrivals": "Nothing arrives",
        "costs": "In all 1 label: quoted 20.00 USD, charged 21.50 USD",
        "connections": "acme-infor-ups: running",
        "receipts": "No purchase order",
    }
    for place, text in pages.items():
        clerk.run("location.hash = '#/' + arguments[0]", place)
        clerk.sees(text)
        clerk.looks_well(place.split("/")[0].split("?")[0] + ("-one" if "/" in place else ""))
    clerk.run("location.hash = '#/arrivals'")
    clerk.clicks("Save as a calendar")
    clerk.sees("arrivals.ics is saved")
    assert clerk.complaints() == []


def test_a_viewer_sees_the_orders_and_no_button_that_decides(visit: Visit) -> None:
    clerk = visit("viewer", morning())
    clerk.sees("7 orders wait for a person")
    buttons = clerk.run("return [...document.querySelectorAll('button')].map(each => each.textContent)")
    assert buttons == ["Search", "Sign out"]
    clerk.clicks("Sign out")
    clerk.sees("Signed out")


def does_its_errands(counter: Counter) -> None:
    """The worker's part: in the deployed stack its queue calls it."""
    for _, place in counter.errand_queue.take():
        run(counter.ports, counter.errands, place)


def test_an_operator_voids_a_label_after_typing_its_number_again(visit: Visit) -> None:
    counter, asked = morning(), []
    key = counter.takes("4000011")
    facts: dict[str, Any] = {"shipment_id": "1Z11", "tracking_number": "1Z11", "due_at": counter.clock.now()}
    states = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    counter.moves(key, *states, packages=[ShippedPackage(1, "1Z11", "")], cost=usd("20.00"), **facts)
    counter.carrier.void = lambda *told: asked.append(told) or "Voided"  # type: ignore[attr-defined]
    clerk = visit("operator", counter)
    clerk.sees("7 orders wait")
    clerk.run("location.hash = '#/orders/' + arguments[0]", counter.key("4000011"))
    clerk.clicks("Void…")
    clerk.sees("bought for 20.00 USD")
    clerk.types("Why", "wrong supplier")
    clerk.types("Type the tracking number 1Z11", "1Z12")
    assert clerk.run("return document.querySelector('dialog[open] button.main').disabled")
    clerk.looks_well("void")
    clerk.types("Type the tracking number 1Z11", "1Z11")
    clerk.clicks("Void it")
    clerk.sees("The void of 4000011 is asked for")
    clerk.sees("void: asked for")
    assert asked == []
    does_its_errands(counter)
    clerk.sees("void: done")
    clerk.sees("voided at the carrier")
    clerk.looks_well("voided")
    assert asked == [("1Z11", ())]
    (step,) = [each for each in counter.ports.orders.audit(key) if each.what == "void_asked"]
    assert (step.who, step.why.endswith("wrong supplier")) == ("console:clara.jones", True)
    assert clerk.complaints() == []


def test_what_was_voided_is_shown_as_it_would_go_and_then_shipped_again(visit: Visit) -> None:
    counter = morning()
    key = counter.takes("4000013")
    order = counter.ports.orders.snapshot(key, 1).order
    counter.erp.read = lambda _: (order,)  # type: ignore[method-assign]
    facts: dict[str, Any] = {"shipment_id": "1Z13", "due_at": counter.clock.now()}
    counter.moves(key, State.READY, State.INTENT, State.SHIPPED, State.DONE, tracking_number="1Z13", **facts)
    counter.moves(key, State.HELD, tracking_number="", reason=str(Reason.VOID))
    counter.moves(key, State.CANCELLED, reason=VOIDED)
    clerk = visit("operator", counter)
    clerk.sees("7 orders wait")
    clerk.run("location.hash = '#/orders/' + arguments[0]", counter.key("4000013"))
    clerk.clicks("Ship again…")
    clerk.sees("propose: asked for")
    does_its_errands(counter)
    clerk.sees("this would be shipped")
    clerk.clicks("Ship this…")
    clerk.sees("2 EA")
    clerk.looks_well("ship-again")
    clerk.clicks("Yes, ship it")
    clerk.sees("ship: asked for")
    does_its_errands(counter)
    clerk.sees("shipment 2 is prepared")
    assert stands(counter, "4000013") == "RECEIVED"
    assert clerk.complaints() == []


def test_a_label_in_doubt_is_looked_for_and_taken(visit: Visit) -> None:
    counter = morning()
    key = counter.takes("4000012")
    doubt: dict[str, Any] = {"in_doubt": True, "reference": "PB0A1B2C3D4000012", "intent_at": counter.clock.now()}
    counter.moves(key, State.READY, State.INTENT)
    counter.moves(key, State.UNKNOWN, due_at=counter.clock.now(), snapshot=planned(counter, key), **doubt)
    made = CreatedShipment("1Z12", ("1Z12",), None, service="03", source="track")
    counter.carrier.labels = lambda *_: ()  # type: ignore[attr-defined]
    counter.carrier.find = lambda *_: Found((made,), ("Track",))  # type: ignore[attr-defined]
    clerk = visit("operator", counter)
    clerk.clicks("In doubt")
    clerk.sees("PB0A1B2C3D4000012")
    clerk.looks_well("unknown")
    clerk.clicks("4000012")
    clerk.clicks("Look at the carrier")
    clerk.sees("look up: asked for")
    does_its_errands(counter)
    clerk.sees("1 found at Track")
    clerk.clicks("Take the label…")
    clerk.looks_well("adopt")
    clerk.clicks("Take 1Z12")
    clerk.sees("adopt: asked for")
    does_its_errands(counter)
    clerk.sees("1Z12 is the order's now")
    clerk.looks_well("adopted")
    assert stands(counter, "4000012") == "SHIPPED"
    assert clerk.complaints() == []


def test_of_two_clerks_at_the_same_order_the_second_is_told(visit: Visit) -> None:
    counter = morning()
    clerk = visit("clerk", counter)
    clerk.sees("7 orders wait")
    clerk.clicks("Fix 4000005")
    key = "infor-m3:ACME_TST/100/4000005/-"
    from shared.workflow.desk.fix import fix

    fix(counter.ports, key, ["ship_to.phone=518 555 0198"], "console:bob")
    clerk.types("Value", "518 555 0199")
    clerk.clicks("Fix and resubmit")
    clerk.sees("somebody else changed it meanwhile: it is RECEIVED now")
    assert counter.ports.orders.audit(key)[-1].who == "console:bob"
