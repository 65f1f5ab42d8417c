"""The tracking page of an order: what it shows, in which language, to whom, and what it never shows (S44, S46)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from functions.show_page import handler as function
from functions.show_page.words import LANGUAGES, language_of
from sandbox.table import make_table
from shared.aws.pages import DynamoPages
from shared.aws.tracking import DynamoTrackingStore
from shared.domain.milestones import Milestone
from shared.domain.page import OnPage, Page, is_page_id, new_page_id
from shared.domain.parcel import ParcelEvent, Source, Watch, facts_of
from shared.domain.tracking import Place, TrackingEvent
from shared.errors import Misconfigured

ONE, TWO = "1ZA1B2C30300000012", "1ZA1B2C30300000021"
ORDER, CONNECTION = "infor-m3:ACME_TST/100/1000001/1", "acme"
EAST = timezone(timedelta(hours=-5))
NOW = datetime.now(UTC)


def scan(minutes: int, milestone: Milestone | None, words: str, **changes: Any) -> TrackingEvent:
    at = datetime(2026, 11, 2, 14, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    place = Place("Albany", "NY", "12207", "US")
    return replace(TrackingEvent(at, at.astimezone(EAST), "I", words, "", words, place, milestone), **changes)


LIFE = (
    scan(0, Milestone.PICKED_UP, "We have your package"),
    scan(60, Milestone.IN_TRANSIT, "Departed <b>", expected=date(2026, 11, 5)),
)
END = scan(300, Milestone.DELIVERED, "Delivered", received_by="SMITH")


class Shop:
    """A deployed function, and the stores that it reads."""

    def __init__(self, client: Any) -> None:
        self.pages, self.tracking = DynamoPages(client, "parcelbridge"), DynamoTrackingStore(client, "parcelbridge")

    def parcel(self, number: str, *events: TrackingEvent, order: str = ORDER) -> OnPage:
        told = [ParcelEvent(each, Source.PUSH, CONNECTION, NOW) for each in events]
        self.tracking.keep("ups", number, told, expires=None)
        facts = facts_of(told)
        self.tracking.begin(Watch("ups", number, CONNECTION, order, 1, 1, since=NOW, due_at=NOW, facts=facts))
        return OnPage("ups", number, f"https://www.ups.com/track?tracknum={number}&a=1")

    def page(self, *parcels: OnPage, **changes: Any) -> Page:
        page = Page(new_page_id(), "tracking", CONNECTION, ORDER, "1000001", NOW + timedelta(days=9), parcels=parcels)
        page = replace(page, **changes)
        assert self.pages.begin(page)
        return page


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in [name for name in os.environ if name.startswith(("PARCELBRIDGE_", "AWS_"))]:
        monkeypatch.delenv(name)
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("PARCELBRIDGE_TABLE", "parcelbridge")
    function.hall.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        make_table(client, "parcelbridge")
        yield Shop(client)
    function.hall.cache_clear()


def get(id_: str, language: str = "") -> dict[str, Any]:
    headers = {"Accept-Language": language} if language else {}
    event = {"version": "2.0", "routeKey": "GET /t/{id}", "headers": headers, "pathParameters": {"id": id_}}
    return function.handler(event, None)


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_s46_a_customer_sees_where_each_parcel_is_and_when_it_arrives(shop: Shop) -> None:
    page = shop.page(shop.parcel(ONE, *LIFE), shop.parcel(TWO, *LIFE, END))
    answer = get(page.id)
    assert answer["statusCode"] == 200
    first, second = answer["body"].split("<section>")[1:]
    assert f"Parcel {ONE}" in first
    assert "In transit" in first
    assert "5 Nov 2026" in first
    assert f'<a href="https://www.ups.com/track?tracknum={ONE}&amp;a=1"' in first
    assert "Delivered on</dt><dd>2 Nov 2026" in second
    assert "Expected arrival" not in second


def test_s44_the_way_has_each_step_with_its_local_time_and_its_town_the_latest_first(shop: Shop) -> None:
    page = shop.page(shop.parcel(ONE, *LIFE, scan(90, None, "", local=None)))
    body = get(page.id)["body"]
    first, second, third = re.findall(r"<li>(.*?)</li>", body)
    assert "2 Nov 2026, 15:30 UTC" in first
    assert second.startswith("Departed &lt;b&gt;<time")
    assert "2 Nov 2026, 09:00" in third
    assert 'datetime="2026-11-02T09:00-05:00"' in third
    assert "Albany, US" in third


def test_s46_nothing_personal_is_on_the_page(shop: Shop) -> None:
    body = get(shop.page(shop.parcel(ONE, *LIFE, END)).id)["body"]
    for each in ("SMITH", "12207", ORDER, CONNECTION, "ACME_TST"):
        assert each not in body
    assert "Order 1000001" in body


def test_a_number_that_is_another_order_s_by_now_shows_nothing_of_it(shop: Shop) -> None:
    body = get(shop.page(shop.parcel(ONE, *LIFE, order="another")).id)["body"]
    assert "Albany" not in body
    assert "has not reported anything" in body


def test_a_parcel_of_which_nothing_is_known_and_an_order_without_parcels_say_so(shop: Shop) -> None:
    assert "Being prepared" in get(shop.page(OnPage("ups", ONE, "javascript:alert(1)")).id)["body"]
    empty = get(shop.page(order="another").id)["body"]
    assert "No parcel of this order is on its way" in empty
    assert "<a " not in empty


def test_a_page_shows_fifty_parcels_and_says_how_many_more_there_are(shop: Shop) -> None:
    page = shop.page(*(OnPage("ups", f"1ZA1B2C303{number:08}", "") for number in range(53)))
    body = get(page.id)["body"]
    assert body.count("<section>") == 50
    assert "And 3 more parcels." in body


# --- to whom ----------------------------------------------------------------------------------------------------------


def test_unknown_ended_and_revoked_addresses_have_the_same_answer(shop: Shop) -> None:
    parcel = shop.parcel(ONE, *LIFE)
    ended = shop.page(parcel, order="2", ends=NOW - timedelta(seconds=1))
    revoked = shop.page(parcel, order="3", revoked=True)
    label = shop.page(order="4", purpose="label", generation=1, package=1)
    answers = [get(each) for each in (new_page_id(), ended.id, revoked.id, label.id, "", "../t", "ä" * 22)]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert all(answer == answers[0] for answer in answers)
    assert get(shop.page(parcel).id)["statusCode"] == 200


def test_an_id_has_128_random_bits() -> None:
    found = {new_page_id() for _ in range(1000)}
    assert len(found) == 1000
    assert all(is_page_id(each) and len(each) * 6 >= 128 for each in found)


def test_the_page_is_kept_nowhere_found_nowhere_and_runs_nothing(shop: Shop) -> None:
    for answer in (get(shop.page(shop.parcel(ONE, *LIFE)).id), get(new_page_id())):
        headers, body = answer["headers"], answer["body"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in headers["content-security-policy"]
        assert "<script" not in body
        assert " style=" not in body
        assert not re.search(r"(src|href)=\"(?!https://www\.ups\.com)", body)


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The page's content, which a test chooses: its document, and a parcel with one event."""
    content: list[Any] = []

    class Chosen:
        def get(self, page: str) -> Page:
            number, document = content[0], content[1]
            ends = NOW + timedelta(days=1)
            return Page(page, "tracking", "c", "o", document, ends, parcels=(OnPage("ups", number, content[2]),))

        def parcel(self, *_: str) -> Any:
            told = [ParcelEvent(content[3], Source.PUSH, "c", NOW)]
            watch = Watch("ups", "n", "c", "o", 1, 1, since=NOW, due_at=None, facts=facts_of(told))
            return watch, tuple(told)

    class Clock:
        def now(self) -> datetime:
            return NOW

    monkeypatch.setattr(function, "hall", lambda: function.Hall(Chosen(), Clock()))
    return content


class Tags(HTMLParser):
    """The tags of a page, each with the names of its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.add(tag)
        self.found.update(f"@{name}" for name, _ in attrs)


EVIL = st.sampled_from(["<script>x</script>", '"><img src=x onerror=y>', "'onload='z", "&lt;", "</style><svg>"])
TAGS = r"html|head|meta|title|style|body|main|h1|p|section|h2|dl|dt|dd|h3|ol|li|time|span|a"
ATTRIBUTES = r"@lang|@charset|@name|@content|@datetime|@class|@href|@rel"


def test_no_value_becomes_markup(in_memory: list[Any]) -> None:
    texts = EVIL | st.text()

    @given(texts, texts, texts, texts, texts)
    def check(number: str, document: str, url: str, words: str, town: str) -> None:
        event = scan(0, None, words, place=Place(town, "", "", town))
        in_memory[:] = [number, document, f"https://{url}", event]
        found = Tags(get(new_page_id())["body"]).found
        assert [each for each in found if not re.fullmatch(f"{TAGS}|{ATTRIBUTES}", each)] == []

    check()


# --- in which language ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr;q=0.5, es-MX;q=0.7", "es"),
        ("pl, nl;q=0.9", "en"),
        ("de;q=0, fr;q=0", "en"),
        ("en;q=x, fr;q=0.1", "fr"),
        ("*", "en"),
        ("", "en"),
        (",;=q" * 9000, "en"),
    ],
)
def test_the_page_speaks_the_reader_s_language(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words_and_the_carrier_s_stay_as_they_are(shop: Shop, language: str) -> None:
    words = LANGUAGES[language]
    assert len(words.milestones) == len(Milestone)
    assert len(words.months.split()) == 12
    answer = get(shop.page(shop.parcel(ONE, *LIFE)).id, language)
    assert answer["headers"]["content-language"] == language
    assert f'<html lang="{language}">' in answer["body"]
    assert words.of(Milestone.IN_TRANSIT).replace("'", "&#x27;") in answer["body"]
    assert "We have your package" in answer["body"]
    assert words.gone.replace("'", "&#x27;") in get(new_page_id(), language)["body"]


# --- the function -----------------------------------------------------------------------------------------------------


def test_a_function_without_its_variable_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    function.hall.cache_clear()
    monkeypatch.delenv("PARCELBRIDGE_TABLE", raising=False)
    with pytest.raises(Misconfigured, match="ShowPage: PARCELBRIDGE_TABLE: is not set"):
        get(new_page_id())


def test_the_function_starts_without_what_it_does_not_need() -> None:
    code = "import functions.show_page.handler, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=900)
    loaded = set(done.stdout.split())
    heavy = ("pydantic", "pydantic_core", "requests", "shared.ports", "shared.connection", "shared.registry", "jwt")
    heavy += ("aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.batch", "aws_xray_sdk")
    assert [name for name in heavy if name in loaded] == []
