"""The tracking page in a real browser: as a phone shows it, with a screenshot, and held against the rules of axe (S46).

Debian's Chromium, driven by its own chromedriver (WebDriver, W3C), so that no library for it is needed.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from PIL import Image

from functions.show_page import handler as function
from functions.show_page.words import LANGUAGES
from shared.domain.milestones import Milestone
from shared.domain.page import OnPage, Page, new_page_id
from shared.domain.parcel import ParcelEvent, Source, Watch, facts_of
from shared.domain.tracking import Place, TrackingEvent

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / ".local" / "screenshots"
WIDTH, HEIGHT = 390, 844
"""A phone, in CSS pixels."""
NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
NUMBERS = ("1ZA1B2C30300000012", "1ZA1B2C30300000021")


def event(minutes: int, milestone: Milestone, words: str, city: str, **facts: Any) -> TrackingEvent:
    at = NOW - timedelta(days=2) + timedelta(minutes=minutes)
    return TrackingEvent(at, at, "I", words, "", words, Place(city, "NY", "", "US"), milestone, **facts)


WAYS = {
    NUMBERS[0]: (
        event(0, Milestone.PICKED_UP, "We have your package", "Buffalo"),
        event(600, Milestone.IN_TRANSIT, "Departed from Facility", "Syracuse", expected=date(2026, 11, 6)),
        event(1800, Milestone.EXCEPTION, "The street number is incorrect. " * 3, "Albany"),
    ),
    NUMBERS[1]: (event(2000, Milestone.DELIVERED, "Delivered", "Albany", received_by="SMITH"),),
}


class Kept:
    """One order with two parcels."""

    page = Page(
        new_page_id(),
        "tracking",
        "acme",
        "order",
        "4000001",
        NOW + timedelta(days=180),
        parcels=tuple(OnPage("ups", each, f"https://www.ups.com/track?tracknum={each}") for each in NUMBERS),
    )

    def get(self, page: str) -> Page | None:
        return self.page if page == self.page.id else None

    def parcel(self, carrier: str, number: str, connection: str) -> Any:
        told = tuple(ParcelEvent(each, Source.PUSH, connection, NOW) for each in WAYS[number])
        watch = Watch(carrier, number, connection, "order", 1, 1, since=NOW, due_at=None, facts=facts_of(told))
        return watch, told


class Clock:
    def now(self) -> datetime:
        return NOW


class Served(BaseHTTPRequestHandler):
    """The function behind HTTP, as the API calls it."""

    def do_GET(self) -> None:
        event = {"headers": dict(self.headers), "pathParameters": {"id": self.path.rpartition("/")[2]}}
        answer = function.handler(event, None)
        self.send_response(answer["statusCode"])
        for name, value in answer["headers"].items():
            if name != "strict-transport-security":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer["body"].encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the page stands."""
    monkeypatch.setattr(function, "hall", lambda: function.Hall(Kept(), Clock()))
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/t/{Kept.page.id}"
        server.shutdown()


def missing() -> str:
    lacks = [each for each in ("chromium", "chromedriver") if not shutil.which(each)]
    lacks += [] if AXE.is_file() else ["axe-core (npm ci)"]
    return f"no {', '.join(lacks)}: on Debian, apt install chromium chromium-driver" if lacks else ""


class Browser:
    """A window of Chromium in the size of a phone, or of `wide` pixels; `trusting` takes any certificate."""

    def __init__(
        self, driver: str, language: str, wide: tuple[int, int] | None = None, *, trusting: bool = False
    ) -> None:
        options: dict[str, Any] = {
            "binary": shutil.which("chromium"),
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--accept-lang={language}"],
            "mobileEmulation": {"deviceMetrics": {"width": WIDTH, "height": HEIGHT, "pixelRatio": 1}},
            "prefs": {"intl.accept_languages": language},
        }
        if wide:
            del options["mobileEmulation"]
            options["args"] += [f"--window-size={wide[0]},{wide[1]}"]
        wanted = {
            "alwaysMatch": {
                "browserName": "chrome",
                "acceptInsecureCerts": trusting,
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL"},
            }
        }
        self._at = f"{driver}/session"
        self._at = f"{driver}/session/{self.call('POST', '', capabilities=wanted)['sessionId']}"

    def call(self, method: str, path: str, **body: Any) -> Any:
        sent: Any = body if method == "POST" else None
        answer = requests.request(method, f"{self._at}{path}", json=sent, timeout=120)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def run(self, script: str, *arguments: Any, later: bool = False) -> Any:
        return self.call("POST", f"/execute/{'async' if later else 'sync'}", script=script, args=list(arguments))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """chromedriver's address. Without a browser the test is skipped; in CI it fails."""
    lacks = missing()
    if lacks and os.environ.get("CI") == "true":
        pytest.fail(lacks)
    if lacks:
        pytest.skip(lacks)
    said = (tmp_path_factory.mktemp("driver") / "log").open("w+")
    process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        assert process.stdout
        port = next(found[1] for line in process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
        said.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_s46_a_phone_shows_the_page_and_axe_finds_nothing(driver: str, address: str, language: str) -> None:
    browser, words = Browser(driver, language), LANGUAGES[language]
    try:
        browser.call("POST", "/url", url=address)
        assert browser.run("return document.documentElement.lang") == language
        text = browser.run("return document.body.innerText")
        for seen in (words.title, "4000001", *NUMBERS, words.of(Milestone.EXCEPTION), words.date(date(2026, 11, 6))):
            assert seen in text
        assert "SMITH" not in text
        assert browser.run("return document.documentElement.scrollWidth") <= WIDTH, "it scrolls to the side"
        assert browser.run("return getComputedStyle(document.querySelector('section')).borderTopWidth") == "1px"
        shot = Image.open(BytesIO(base64.b64decode(browser.call("GET", "/screenshot"))))
        assert shot.width == WIDTH
        assert len(shot.convert("RGB").getcolors(1 << 20) or ()) > 20, "an empty screen"
        SHOTS.mkdir(parents=True, exist_ok=True)
        shot.save(SHOTS / f"tracking-page-{language}.png")
        browser.run(AXE.read_text())
        found = browser.run("axe.run().then(arguments[0], e => arguments[0]({violations: [String(e)]}))", later=True)
        assert found["violations"] == []
        assert len(found["passes"]) > 10
        assert [each for each in browser.call("POST", "/se/log", type="browser") if each["level"] == "SEVERE"] == []
    finally:
        browser.call("DELETE", "")
