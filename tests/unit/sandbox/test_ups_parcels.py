"""Parcels of the sandbox UPS under way: their lives as Tracking tells them, and every trap of its answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sandbox.carriers.ups.face import Ups
from sandbox.carriers.ups.lives import Life
from sandbox.carriers.ups.pushes import Mishaps, Portal
from sandbox.carriers.ups.quirks import QUIRKS
from sandbox.faces import Truth
from sandbox.memory import ManualClock
from sandbox.posting import posting
from shared.domain.milestones import FINAL, Milestone, follows
from shared.domain.shipment import Package
from shared.http import NotSent, Request, Response
from tests.samples.ups.plans import SWEDEN, a_plan, lb
from tests.samples.ups.requests import bare, ship_request, token_request

HOUR = timedelta(hours=1)


class Carrier:
    """An emulated UPS behind its face, with a clock, and parcels that are shipped."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ups = Ups(self.clock.now)

    def ask(self, request: Request) -> Response:
        token = self.ups.engine.handle(token_request()).json()["access_token"]
        return self.ups.engine.handle(replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"}))

    def ship(self, packages: int = 1, **changes: Any) -> list[str]:
        boxes = tuple(Package(lb("1")) for _ in range(packages))
        assert self.ask(ship_request(a_plan(packages=boxes, **changes))).status == 200
        return list(self.ups.ledger.shipments[-1].tracking_numbers)

    def living(self, life: Life, **changes: Any) -> str:
        (number,) = self.ship(**changes)
        self.ups.choose_life(number, life)
        return number

    def later(self, hours: float) -> None:
        self.clock.advance(hours * HOUR)

    def track(self, number: str, path: str = "details", query: str = "") -> dict[str, Any]:
        answer = self.ask(bare("GET", f"/api/track/v1/{path}/{number}{query}"))
        assert answer.status == 200, answer.body
        shipment: dict[str, Any] = answer.json()["trackResponse"]["shipment"][0]
        return shipment

    def parcel(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = self.track(number)["package"][0]
        return found

    def pairs(self, number: str) -> list[str]:
        """type/code/statusCode of the activities, as they are listed: the newest first."""
        statuses = [each["status"] for each in self.parcel(number)["activity"]]
        return [f"{each['type']}/{each.get('code', '')}/{each['statusCode']}" for each in statuses]

    def truth(self, number: str) -> Truth:
        found = self.ups.truth(number)
        assert found is not None
        return found


# --- lives -----------------------------------------------------------------------------------------------------------

ENDS = {
    Life.NORMAL: Milestone.DELIVERED,
    Life.DELAYED: Milestone.DELIVERED,
    Life.EXCEPTION: Milestone.DELIVERED,
    Life.RETURNED: Milestone.RETURNED,
    Life.SENT_BACK: Milestone.RETURNED,
    Life.LOST: Milestone.IN_TRANSIT,
    Life.APART: Milestone.DELIVERED,
    Life.CUSTOMS: Milestone.DELIVERED,
}


@pytest.mark.parametrize("life", Life)
def test_every_life_begins_with_a_label_and_never_goes_back(life: Life) -> None:
    carrier = Carrier()
    number = carrier.living(life)
    seen = [carrier.truth(number).milestone]
    while carrier.ups.next_due() is not None:
        carrier.clock.at = carrier.ups.next_due() or carrier.clock.at
        carrier.ups.advance()
        seen.append(carrier.truth(number).milestone)
    told = [each for each, after in pairwise([*seen, None]) if each != after]
    assert told[0] in {Milestone.LABEL_CREATED, Milestone.PICKED_UP}
    assert told[-1] == ENDS[life]
    assert all(follows(before, after) for before, after in pairwise(told)), told
    assert sum(each in FINAL for each in told) <= 1


def test_a_normal_parcel_is_delivered_on_the_day_of_its_place() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    assert carrier.truth(number) == Truth(Milestone.PICKED_UP)
    carrier.later(49)
    assert carrier.truth(number) == Truth(Milestone.OUT_FOR_DELIVERY)
    carrier.later(1)
    assert carrier.truth(number) == Truth(Milestone.DELIVERED, date(2026, 11, 4))
    assert carrier.pairs(number)[0] == "D/FS/011"


def test_a_delayed_parcel_comes_a_day_later_and_is_no_exception() -> None:
    carrier = Carrier()
    number = carrier.living(Life.DELAYED)
    carrier.later(55)
    assert carrier.truth(number).milestone == Milestone.IN_TRANSIT
    assert not [each for each in carrier.pairs(number) if each[0] in "XU"], "an update is of Track Alert only"
    carrier.later(24)
    assert carrier.truth(number) == Truth(Milestone.DELIVERED, date(2026, 11, 5))


def test_an_exception_recovers_and_a_failed_attempt_is_tried_again() -> None:
    carrier = Carrier()
    number = carrier.living(Life.EXCEPTION)
    seen = []
    for _ in range(80):
        seen.append(carrier.truth(number).milestone)
        carrier.later(1)
    told = [each for each, after in pairwise([*seen, None]) if each != after]
    assert [each.value for each in told[2:]] == [
        "exception", "in_transit", "out_for_delivery", "exception", "out_for_delivery", "delivered",
    ]  # fmt: skip


def test_a_returned_parcel_is_told_so_when_its_sender_has_it() -> None:
    carrier = Carrier()
    number = carrier.living(Life.RETURNED)
    carrier.later(99)
    assert carrier.truth(number) == Truth(Milestone.EXCEPTION)
    carrier.later(2)
    assert carrier.pairs(number)[:3] == ["X//034", "I/AR/036", "I/DP/036"]
    assert carrier.truth(number) == Truth(Milestone.RETURNED)


def test_a_parcel_that_is_sent_back_is_delivered_to_its_sender_and_is_returned() -> None:
    carrier = Carrier()
    number = carrier.living(Life.SENT_BACK)
    carrier.later(101)
    newest = carrier.parcel(number)["activity"][0]
    assert (newest["status"]["type"], newest["status"]["statusCode"]) == ("D", "011")
    first = carrier.parcel(number)["activity"][-2]
    assert newest["location"]["address"]["city"] == first["location"]["address"]["city"]
    assert carrier.truth(number) == Truth(Milestone.RETURNED)


def test_a_lost_parcel_is_silent_and_never_an_exception() -> None:
    carrier = Carrier()
    number = carrier.living(Life.LOST)
    carrier.later(24 * 60)
    assert carrier.truth(number) == Truth(Milestone.IN_TRANSIT)
    assert carrier.pairs(number)[0] == "I/DP/005"


def test_packages_apart_come_a_day_after_one_another() -> None:
    carrier = Carrier()
    numbers = carrier.ship(packages=3)
    for number in numbers:
        carrier.ups.choose_life(number, Life.APART)
    carrier.later(75)
    milestones = [carrier.truth(number).milestone for number in numbers]
    assert milestones == [Milestone.DELIVERED, Milestone.DELIVERED, Milestone.IN_TRANSIT]


def test_what_is_voided_never_moves_and_what_moves_is_not_voided() -> None:
    carrier = Carrier()
    (first,) = carrier.ship()
    (second,) = carrier.ship()
    for number in (first, second):
        carrier.ups.choose_life(number, Life.NORMAL, start=carrier.clock.now() + HOUR)
    assert carrier.ask(bare("DELETE", f"/api/shipments/v2409/void/cancel/{first}")).status == 200
    carrier.later(100)
    assert carrier.truth(first) == Truth(Milestone.VOIDED)
    assert carrier.pairs(first) == ["MV/VP/007", "M/MP/003"]
    assert carrier.truth(second).milestone == Milestone.DELIVERED
    assert carrier.ask(bare("DELETE", f"/api/shipments/v2409/void/cancel/{second}")).status == 400


def test_a_pace_makes_a_life_of_days_one_of_seconds() -> None:
    carrier = Carrier()
    (number,) = carrier.ship()
    carrier.ups.choose_life(number, Life.NORMAL, pace=1 / 3600)
    carrier.clock.advance(timedelta(seconds=50))
    assert carrier.truth(number).milestone == Milestone.DELIVERED


def test_a_life_is_chosen_once_and_for_a_parcel_that_exists() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    with pytest.raises(ValueError, match="has a life already"):
        carrier.ups.choose_life(number, Life.LOST)
    with pytest.raises(ValueError, match="'unheard of' is not a valid Life"):
        carrier.ups.choose_life(number, "unheard of")
    with pytest.raises(KeyError):
        carrier.ups.choose_life("1ZA1B2C30399999999", Life.LOST)
    assert carrier.ups.truth("1ZA1B2C30399999999") is None


def test_a_parcel_of_someone_else_is_tracked_and_stands_in_no_ledger_of_ours() -> None:
    carrier = Carrier()
    carrier.ship()
    theirs = "1Z12345E0291980793"
    carrier.ups.engine.parcels.add_outsider(carrier.ups.ledger.shipments[0], theirs)
    carrier.ups.choose_life(theirs, Life.NORMAL)
    carrier.later(60)
    assert carrier.pairs(theirs)[0] == "D/FS/011"
    assert len(carrier.ups.ledger.shipments) == 1


def test_every_parcel_that_is_bought_can_live_by_a_rule() -> None:
    carrier = Carrier()
    (before,) = carrier.ship()
    carrier.ups.live_by(
        lambda shipment, number: Life.NORMAL if number == shipment.shipment_id else None, after=HOUR, pace=0.5
    )
    first, second = carrier.ship(packages=2)
    carrier.later(0.9)
    assert carrier.truth(first).milestone == Milestone.LABEL_CREATED
    carrier.later(26)
    milestones = [carrier.truth(each).milestone for each in (before, first, second)]
    assert milestones == [Milestone.LABEL_CREATED, Milestone.DELIVERED, Milestone.LABEL_CREATED]


def test_two_worlds_with_one_history_tell_the_same() -> None:
    answers = []
    for _ in range(2):
        carrier = Carrier()
        number = carrier.living(Life.EXCEPTION)
        carrier.later(80)
        answers.append(json.dumps(carrier.track(number)))
    assert answers[0] == answers[1]


# --- quirks ----------------------------------------------------------------------------------------------------------


def test_every_quirk_is_numbered_and_names_its_test() -> None:
    assert [quirk.number for quirk in QUIRKS] == list(range(1, len(QUIRKS) + 1))
    written = Path(__file__).read_text() + Path(__file__).with_name("test_ups_quantum_view.py").read_text()
    assert [quirk.what for quirk in QUIRKS if f"\ndef test_{quirk.test}(" not in written] == []


def test_an_unknown_number_is_a_200_with_a_warning() -> None:
    found = Carrier().track("1Z12345E0291980793")
    assert found["warnings"] == [{"code": "TW0001", "message": "Tracking Information Not Found"}]
    assert "package" not in found


def test_after_120_days_a_parcel_is_not_found() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    carrier.later(24 * 120)
    assert carrier.pairs(number)[0] == "D/FS/011"
    carrier.later(1)
    assert carrier.track(number)["warnings"][0]["code"] == "TW0001"
    assert carrier.truth(number).milestone == Milestone.DELIVERED


def test_a_shipment_is_told_by_pages_and_a_parcel_alone() -> None:
    carrier = Carrier()
    numbers = carrier.ship(packages=3)
    alone = carrier.track(numbers[1])["package"]
    assert [(each["trackingNumber"], each["packageCount"]) for each in alone] == [(numbers[1], 3)]
    page = carrier.track(numbers[1], "shipment/details", "?offset=1&count=5")["package"]
    assert [each["trackingNumber"] for each in page] == numbers[1:]
    wrong = bare("GET", f"/api/track/v1/shipment/details/{numbers[0]}?count=many")
    assert carrier.ask(wrong).status == 400
    wrong = bare("GET", f"/api/track/v1/details/{numbers[0]}?returnPOD=yes")
    assert carrier.ask(wrong).status == 400


def test_the_current_status_has_no_type() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    carrier.later(50)
    assert carrier.parcel(number)["currentStatus"] == {"code": "011", "description": "DELIVERED "}


def test_local_time_and_offset_are_those_of_the_place() -> None:
    carrier = Carrier()
    carrier.clock.at = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)  # the clocks of the US go back in the night after
    number = carrier.living(Life.NORMAL)
    carrier.later(50)
    newest, first = carrier.parcel(number)["activity"][0], carrier.parcel(number)["activity"][-2]
    for told, at in ((newest, carrier.clock.at), (first, carrier.clock.at - 50 * HOUR)):
        assert (told["gmtDate"], told["gmtTime"]) == (f"{at:%Y%m%d}", f"{at:%H:%M:%S}")
        local = datetime.strptime(told["date"] + told["time"] + told["gmtOffset"], "%Y%m%d%H%M%S%z")
        assert local == at
    assert newest["gmtOffset"] != first["gmtOffset"]


def test_old_answers_have_no_gmt_fields() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    assert {"gmtDate", "gmtTime", "gmtOffset"} <= carrier.parcel(number)["activity"][0].keys()
    carrier.ups.engine.telling.gmt = False
    assert not [name for each in carrier.parcel(number)["activity"] for name in each if name.startswith("gmt")]


def test_a_pickup_scan_is_of_type_p() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    assert carrier.pairs(number) == ["P/PU/038", "M/MP/003"]


def test_the_newest_activity_can_lack_code_and_address() -> None:
    carrier = Carrier()
    number = carrier.living(Life.CUSTOMS, ship_to=SWEDEN, service="65")
    carrier.later(22)
    newest = carrier.parcel(number)["activity"][0]
    assert newest["location"] == {"slic": "977AM"}
    assert newest["status"].keys() == {"type", "statusCode", "description"}


def test_customs_steps_are_of_type_x_and_no_exceptions() -> None:
    carrier = Carrier()
    number = carrier.living(Life.CUSTOMS, ship_to=SWEDEN, service="65")
    carrier.later(23)
    assert [each for each in carrier.pairs(number) if each[0] == "X"] == [
        "X/DA/014", "X//092", "X/BB/014", "X/BB/058", "X/RZ/014", "X/RZ/012",
    ]  # fmt: skip
    assert carrier.truth(number).milestone == Milestone.IN_TRANSIT


def test_the_record_of_the_label_is_later_than_the_first_scans() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    carrier.later(50)
    record, first = carrier.parcel(number)["activity"][-1], carrier.parcel(number)["activity"][-2]
    assert record["status"]["type"] == "M"
    assert first["status"]["code"] == "PU"
    assert record["gmtTime"] > first["gmtTime"]
    assert record["gmtDate"] == first["gmtDate"]


def test_several_scans_share_a_second() -> None:
    carrier = Carrier()
    number = carrier.living(Life.CUSTOMS, ship_to=SWEDEN, service="65")
    carrier.later(50)
    activity = carrier.parcel(number)["activity"]
    at = [each["gmtDate"] + each["gmtTime"] for each in activity]
    ids = {
        (when, told.get("code"), told["statusCode"])
        for when, told in zip(at, (each["status"] for each in activity), strict=True)
    }
    assert (len(at) - len(set(at)), len(at) - len(ids)) == (3, 0)


def test_descriptions_end_with_a_blank_and_values_are_blank() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL, ship_to=SWEDEN, service="65")
    carrier.later(50)
    activity = carrier.parcel(number)["activity"]
    assert all(each["status"]["description"].endswith(" ") for each in activity)
    assert activity[0]["location"]["address"]["stateProvince"] == ""


def test_a_photo_is_told_of_before_delivery() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    carrier.later(45)
    assert "deliveryPhoto" in carrier.parcel(number)["deliveryInformation"]
    assert carrier.truth(number).milestone == Milestone.OUT_FOR_DELIVERY


def test_after_delivery_the_name_can_be_missing() -> None:
    carrier = Carrier()
    numbers = [carrier.living(Life.NORMAL) for _ in range(10)]
    carrier.later(51)
    told = [carrier.parcel(number)["deliveryInformation"] for number in numbers]
    assert {each["deliveryPhoto"]["photoCaptureInd"] for each in told} == {"Y"}
    assert {"receivedBy" in each for each in told} == {True, False}
    assert {each["location"] for each in told} == {"Front Desk", "Delivery Photo"}


def test_the_day_of_delivery_moves_or_is_missing() -> None:
    carrier = Carrier()
    delayed, lost = carrier.living(Life.DELAYED), carrier.living(Life.LOST)
    assert carrier.parcel(delayed)["deliveryDate"] == [{"type": "SDD", "date": "20261104"}]
    assert carrier.parcel(lost)["deliveryDate"] == []
    carrier.later(17)
    assert carrier.parcel(delayed)["deliveryDate"] == [{"type": "RDD", "date": "20261105"}]
    carrier.later(60)
    assert carrier.parcel(delayed)["deliveryDate"] == [{"type": "DEL", "date": "20261105"}]


def test_the_delivery_time_has_no_times_or_no_start() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    assert carrier.parcel(number)["deliveryTime"] == {"type": "EOD"}
    carrier.later(50)
    assert carrier.parcel(number)["deliveryTime"].keys() == {"type", "endTime"}


def test_references_come_back_with_blanks_and_repeated() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    told = [each["number"] for each in carrier.parcel(number)["referenceNumber"]]
    ours = list(carrier.ups.ledger.shipments[0].references)
    assert told == [*ours, "NA", "NA", "PO 4711 /  B "]


def test_the_shipment_has_a_list_of_relations_and_a_day() -> None:
    carrier = Carrier()
    shipment = carrier.track(carrier.living(Life.NORMAL))
    assert (shipment["userRelation"], shipment["pickupDate"]) == (["SHIPPER"], "20261102")


def test_a_parcel_that_moves_can_be_not_found() -> None:
    carrier = Carrier()
    number = carrier.living(Life.NORMAL)
    carrier.later(50)
    carrier.ups.engine.telling.hidden.add(number)
    assert carrier.track(number)["warnings"][0]["code"] == "TW0001"
    assert carrier.truth(number).milestone == Milestone.DELIVERED


# --- pushes ----------------------------------------------------------------------------------------------------------

WEBHOOK, TOKEN_URL = "https://hook.example/webhooks/ups/1", "https://hook.example/token"
DESTINATION = {"url": WEBHOOK, "credentialType": "Bearer", "credential": "word"}


class Webhook:
    """Ours: takes every event unless it is down, and gives tokens."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier, self.down = carrier, False
        self.posted: list[tuple[str, Mapping[str, str], bytes]] = []
        carrier.ups.push_to(self.take)

    def take(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        if self.down:
            raise NotSent("down")
        self.posted.append((url, headers, body))
        if url == TOKEN_URL:
            return Response(200, {}, b'{"access_token": "t-1", "expires_in": 300}')
        return Response(200, {}, b"")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for url, _, body in self.posted if url == WEBHOOK]

    def pairs(self) -> list[str]:
        statuses = [each["activityStatus"] for each in self.events]
        return [f"{each['type']}/{each['code']}/{each.get('descriptionCode', '')}" for each in statuses]

    def subscribe(self, *numbers: str, version: str = "v1", **changes: Any) -> Response:
        body: dict[str, Any] = {"locale": "en_US", "trackingNumberList": list(numbers)}
        if version == "v1":
            body["destination"] = {**DESTINATION, **changes}
        request = bare("POST", f"/api/track/{version}/subscription/standard/package")
        return self.carrier.ask(replace(request, body=json.dumps(body).encode()))

    def watching(self, life: Life, version: str = "v1", **changes: Any) -> str:
        """A parcel that is subscribed to and handed over an hour later."""
        (number,) = self.carrier.ship(**changes)
        assert self.subscribe(number, version=version).status == 200
        self.carrier.ups.choose_life(number, life, start=self.carrier.clock.now() + HOUR)
        return number

    def later(self, hours: float) -> None:
        """Hour by hour, as a world's clock does."""
        while hours > 0:
            self.carrier.later(min(1, hours))
            self.carrier.ups.advance()
            hours -= 1


@pytest.fixture
def webhook() -> Webhook:
    return Webhook(Carrier())


def portal(webhook: Webhook) -> None:
    webhook.carrier.ups.enter_in_the_portal(Portal(WEBHOOK, TOKEN_URL, "ours", "hush"))


def test_every_scan_after_the_subscription_is_pushed_once(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.later(60)
    assert webhook.pairs() == [
        "P/PU/038", "M/MP/003", "I/OC/005", "I/OR/005", "I/DP/005", "I/AR/005", "I/DP/005", "I/AR/005", "I/YP/071",
        "D/OF/072", "I/OT/021", "D/FS/",
    ]  # fmt: skip
    assert [each.status for each in webhook.carrier.ups.engine.pushes.sent] == [200] * 12
    assert webhook.carrier.ups.next_due() is None


def test_pushes_leave_over_a_transport() -> None:
    carrier, asked = Carrier(), []

    class Wire:
        def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
            asked.append((request.method, request.url, timeout))
            raise NotSent("nobody there")

    webhook = Webhook(carrier)
    carrier.ups.push_to(posting(Wire(), timeout=3))
    webhook.watching(Life.NORMAL)
    webhook.later(1)
    assert asked == [("POST", WEBHOOK, 3)]


def test_a_push_is_valid_by_its_document(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL, "v2")
    portal(webhook)
    webhook.later(60)
    allowed = {
        "trackingNumber", "localActivityDate", "localActivityTime", "activityLocation", "activityStatus",
        "scheduledDeliveryDate", "actualDeliveryDate", "actualDeliveryTime", "gmtActivityDate", "gmtActivityTime",
        "gmtOffset", "deliveryStartTime", "deliveryEndTime", "deliveryTimeDescription", "deliveryPhoto",
        "alternateTrackingNumber", "receivedBy",
    }  # fmt: skip
    assert all(each.keys() <= allowed for each in webhook.events)
    assert len(webhook.events) == 12


def test_a_void_is_pushed_and_nothing_after_it(webhook: Webhook) -> None:
    number = webhook.watching(Life.NORMAL)
    webhook.carrier.later(0.5)
    assert webhook.carrier.ask(bare("DELETE", f"/api/shipments/v2409/void/cancel/{number}")).status == 200
    assert webhook.carrier.ask(bare("DELETE", f"/api/shipments/v2409/void/cancel/{number}")).status == 200
    webhook.later(60)
    assert webhook.pairs() == ["MV/VP/007"]


def test_a_parcel_that_is_not_subscribed_to_pushes_nothing(webhook: Webhook) -> None:
    webhook.carrier.living(Life.NORMAL)
    webhook.later(60)
    assert webhook.posted == []


def test_there_is_no_history_before_the_subscription(webhook: Webhook) -> None:
    number = webhook.carrier.living(Life.NORMAL)
    webhook.carrier.later(43.5)  # no request in between: what was due before is history all the same
    webhook.subscribe(number)
    webhook.later(20)
    assert webhook.pairs() == ["I/OT/021", "D/FS/"]


def test_an_expired_subscription_pushes_nothing(webhook: Webhook) -> None:
    (number, other) = webhook.carrier.ship(packages=2)
    webhook.subscribe(number, other)
    webhook.carrier.later(24 * 13)
    webhook.subscribe(other)
    for each in (number, other):
        webhook.carrier.ups.choose_life(each, Life.NORMAL, start=webhook.carrier.clock.now() + 12 * HOUR)
    webhook.later(70)
    mine = [each for each in webhook.events if each["trackingNumber"].strip() == number]
    theirs = [each for each in webhook.events if each["trackingNumber"].strip() == other]
    assert (len(mine), len(theirs)) == (5, 12)


def test_v1_sends_the_credential_of_the_subscription(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.later(1)
    ((url, headers, body),) = webhook.posted
    assert (url, headers["credential"], headers["User-Agent"]) == (WEBHOOK, "word", "UPSPubSubTrackingService")
    assert headers.keys() == {"credential", "User-Agent", "Content-Type"}
    assert isinstance(json.loads(body), dict)


def test_v2_gets_a_token_first(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL, "v2")
    webhook.later(1)
    assert webhook.posted == [], "nothing is entered in the portal"
    portal(webhook)
    webhook.later(3)
    (asked, at, form), (_, headers, _), *rest = webhook.posted
    assert (asked, form) == (TOKEN_URL, b"grant_type=client_credentials")
    assert at["Authorization"] == f"Basic {base64.b64encode(b'ours:hush').decode()}"
    assert (headers["Authorization"], headers["x-api-key"]) == ("Bearer t-1", "ours")
    assert "credential" not in headers
    assert [url for url, _, _ in rest] == [TOKEN_URL, WEBHOOK, TOKEN_URL, WEBHOOK, WEBHOOK], (
        "a token is kept as long as it lives"
    )


def test_v2_loses_an_event_when_no_token_is_given(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL, "v2")
    portal(webhook)
    webhook.carrier.ups.push_to(lambda url, headers, body: Response(401, {}, b"{}"))
    webhook.later(2)
    assert webhook.carrier.ups.engine.pushes.sent == []


def test_a_changed_credential_needs_a_new_subscription(webhook: Webhook) -> None:
    number = webhook.watching(Life.NORMAL)
    webhook.later(1)
    webhook.subscribe(number, credential="new word")
    webhook.later(1)
    assert [headers["credential"] for _, headers, _ in webhook.posted] == ["word", "new word"]


def test_what_the_webhook_does_not_take_is_lost(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.down = True
    webhook.later(44)
    webhook.down = False
    webhook.later(60)
    assert webhook.pairs() == ["I/OT/021", "D/FS/"]
    assert [each.status for each in webhook.carrier.ups.engine.pushes.sent] == [0] * 10 + [200] * 2


def test_pushes_are_dropped_repeated_and_out_of_order(webhook: Webhook) -> None:
    webhook.carrier.ups.mishap(Mishaps(dropped=0.2, repeated=0.2, reordered=0.2))
    for _ in range(40):
        webhook.watching(Life.NORMAL)
    webhook.later(80)
    ids = [
        (each["trackingNumber"], each["gmtActivityDate"] + each["gmtActivityTime"], each["activityStatus"]["code"])
        for each in webhook.events
    ]
    assert 0.7 < len(set(ids)) / (40 * 12) < 0.9
    assert 0.1 < (len(ids) - len(set(ids))) / len(set(ids)) < 0.3
    of_one = [at for number, at, _ in ids if number.strip() == ids[0][0].strip()]
    assert of_one != sorted(of_one)
    again = Webhook(Carrier())
    again.carrier.ups.mishap(Mishaps(dropped=0.2, repeated=0.2, reordered=0.2))
    for _ in range(40):
        again.watching(Life.NORMAL)
    again.later(80)
    assert again.posted == webhook.posted


def test_missing_values_are_blank_or_absent(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.watching(Life.NORMAL, "v2")
    portal(webhook)
    webhook.later(1)
    first, second = webhook.events
    assert (first["actualDeliveryDate"], first["gmtOffset"], first["deliveryStartTime"]) == ("", "", "")
    assert not {"actualDeliveryDate", "gmtOffset", "deliveryStartTime"} & second.keys()
    webhook.carrier.ups.mishap(Mishaps(blanked=1))
    webhook.later(1)
    assert set(webhook.events[-1]["activityLocation"].values()) == {""}
    assert webhook.events[-1]["actualDeliveryDate"] == ""


def test_a_label_record_has_a_blank_before_its_number(webhook: Webhook) -> None:
    number = webhook.watching(Life.NORMAL)
    webhook.later(2)
    told = [(each["activityStatus"]["type"], each["trackingNumber"]) for each in webhook.events]
    assert told == [("P", number), ("M", f" {number}")]


def test_the_postcode_is_told_at_delivery_only(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.later(60)
    assert [bool(each["activityLocation"]["postalCode"]) for each in webhook.events] == [False] * 11 + [True]


def test_loaded_is_of_type_d(webhook: Webhook) -> None:
    number = webhook.watching(Life.NORMAL)
    webhook.later(44.5)
    assert webhook.pairs()[-2:] == ["I/YP/071", "D/OF/072"]
    assert webhook.events[-1]["actualDeliveryDate"] == ""
    assert webhook.carrier.truth(number).milestone == Milestone.IN_TRANSIT
    assert webhook.carrier.pairs(number)[0] == "I/OF/072"


def test_an_update_of_the_day_is_pushed_only(webhook: Webhook) -> None:
    number = webhook.watching(Life.DELAYED)
    webhook.later(18)
    update = webhook.events[-1]
    assert (update["activityStatus"]["type"], update["activityStatus"]["code"]) == ("U", "")
    assert update["scheduledDeliveryDate"] == "20261105"
    assert webhook.events[-2]["scheduledDeliveryDate"] == "20261104"
    assert "U//" not in webhook.carrier.pairs(number)


def test_the_test_numbers_send_events_a_second_apart(webhook: Webhook) -> None:
    number = "1ZCIETST0111111114"
    webhook.carrier.ups.engine.cie = True
    for _ in range(2):
        webhook.posted.clear()
        webhook.subscribe(number)
        webhook.carrier.clock.advance(timedelta(seconds=10))
        webhook.carrier.ups.advance()
        assert webhook.pairs() == ["I/OR/005", "I/AR/005", "I/OT/021", "D/FS/"]
        times = [int(each["gmtActivityTime"]) for each in webhook.events]
        assert [after - before for before, after in pairwise(times)] == [1, 1, 1]


def test_the_description_code_can_be_missing_or_a_number(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.later(60)
    assert "descriptionCode" not in webhook.events[-1]["activityStatus"]
    portal(webhook)
    webhook.carrier.ups.engine.pushes.numeric = True
    webhook.watching(Life.NORMAL, "v2")
    webhook.later(60)
    assert webhook.events[-1]["activityStatus"]["descriptionCode"] == 11


def test_no_event_has_an_offset(webhook: Webhook) -> None:
    webhook.watching(Life.CUSTOMS, ship_to=SWEDEN, service="65")
    webhook.later(60)
    assert {each["gmtOffset"] for each in webhook.events} == {""}
    delivered = webhook.events[-1]
    assert delivered["localActivityTime"] != delivered["gmtActivityTime"]


def test_the_scheduled_day_at_delivery_is_years_old(webhook: Webhook) -> None:
    webhook.watching(Life.NORMAL)
    webhook.later(60)
    assert webhook.events[-1]["scheduledDeliveryDate"] == "20191014"
    assert webhook.events[-1]["actualDeliveryDate"] == "20261104"
