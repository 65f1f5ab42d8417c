"""Quantum View of the sandbox UPS: files, bookmarks, and what stands in no file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.carriers.ups.lives import Life
from sandbox.carriers.ups.manners import Manners
from shared.http import Response
from tests.samples.ups.plans import SWEDEN
from tests.samples.ups.requests import bare
from tests.unit.sandbox.test_ups_parcels import HOUR, Carrier

KINDS = ("Manifest", "Origin", "Exception", "Delivery", "Generic")


class Files(Carrier):
    """An account with a subscription. Lists stay lists."""

    def __init__(self) -> None:
        super().__init__()
        self.ups.engine.manners = Manners(singletons=False)
        self.ups.subscribe_to_quantum_view("Outbound")

    def post(self, **asked: Any) -> Response:
        request = bare("POST", "/api/quantumview/v3/events")
        body = {"QuantumViewRequest": {"Request": {"RequestAction": "QVEvents"}, **asked}}
        return self.ask(replace(request, body=json.dumps(body).encode()))

    def said(self, **asked: Any) -> dict[str, Any]:
        answer = self.post(**asked)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()["QuantumViewResponse"]
        return found

    def files(self, **asked: Any) -> list[dict[str, Any]]:
        """Over all pages."""
        found: list[dict[str, Any]] = []
        bookmark: str | None = ""
        while bookmark is not None:
            said = self.said(**asked, **({"Bookmark": bookmark} if bookmark else {}))
            found += said["QuantumViewEvents"]["SubscriptionEvents"][0]["SubscriptionFile"]
            bookmark = said.get("Bookmark")
        return found

    def since(self, back: timedelta, **more: str) -> dict[str, Any]:
        span = {"BeginDateTime": f"{self.clock.now() - back:%Y%m%d%H%M%S}", **more}
        return {"SubscriptionRequest": [{"Name": "Outbound", "DateTimeRange": span}]}


def kinds(files: list[dict[str, Any]]) -> list[str]:
    return [kind for file in files for kind in KINDS for _ in file.get(kind, ())]


def test_quantum_view_has_what_is_subscribed_to() -> None:
    carrier = Files()
    carrier.living(Life.NORMAL)
    carrier.later(60)
    assert kinds(carrier.files(**carrier.since(timedelta(days=3)))) == ["Manifest", "Origin", "Generic", "Delivery"]
    unknown = carrier.said(SubscriptionRequest={"Name": "Inbound"})["QuantumViewEvents"]["SubscriptionEvents"][0]
    assert (unknown["SubscriptionStatus"]["Code"], unknown["SubscriptionFile"]) == ("UN", [])
    carrier.ups.engine.parcels.add_outsider(carrier.ups.ledger.shipments[0], "1Z12345E0291980793")
    carrier.ups.choose_life("1Z12345E0291980793", Life.NORMAL)
    carrier.later(60)
    assert "1Z12345E0291980793" not in json.dumps(carrier.files(**carrier.since(timedelta(days=3))))


def test_quantum_view_goes_seven_days_back() -> None:
    carrier = Files()
    carrier.living(Life.LOST)
    carrier.later(24)
    assert len(carrier.files(**carrier.since(timedelta(days=1, hours=1)))) == 1
    assert carrier.files(**carrier.since(timedelta(hours=1))) == []
    end = f"{carrier.clock.now() - 24 * HOUR:%Y%m%d%H%M%S}"
    assert carrier.files(**carrier.since(timedelta(days=2), EndDateTime=end)) == []
    carrier.later(24 * 6 + 2)
    assert carrier.files(**carrier.since(timedelta(days=7))) == [], "a file is kept for seven days"
    assert carrier.post(**carrier.since(timedelta(days=7, seconds=1))).status == 400


def test_a_bookmark_goes_with_the_request_as_it_was() -> None:
    carrier = Files()
    carrier.living(Life.NORMAL)
    carrier.later(60)
    asked = carrier.since(timedelta(days=3))
    first = carrier.said(**asked)
    assert len(first["QuantumViewEvents"]["SubscriptionEvents"][0]["SubscriptionFile"]) == 2
    rest = carrier.said(**asked, Bookmark=first["Bookmark"])
    assert len(rest["QuantumViewEvents"]["SubscriptionEvents"][0]["SubscriptionFile"]) == 1
    assert "Bookmark" not in rest
    inside = [{**asked["SubscriptionRequest"][0], "Bookmark": first["Bookmark"]}]
    assert carrier.said(SubscriptionRequest=inside)["QuantumViewEvents"] == rest["QuantumViewEvents"]
    other = carrier.said(Bookmark=first["Bookmark"])
    assert other["Response"]["ResponseStatusCode"] == "0"


def test_unread_files_are_told_once() -> None:
    carrier = Files()
    carrier.living(Life.NORMAL)
    carrier.later(0.5)
    assert carrier.files() == [], "the hour is not over"
    carrier.later(60)
    unread = carrier.files()
    assert [each["StatusType"]["Code"] for each in unread] == ["U"] * 3
    assert carrier.files() == []
    again = carrier.files(**carrier.since(timedelta(days=3)))
    assert [each["StatusType"]["Code"] for each in again] == ["R"] * 3
    named = carrier.files(SubscriptionRequest={"Name": "Outbound", "FileName": again[0]["FileName"]})
    assert named == again[:1]
    assert len(again[0]["FileName"]) == 16


def test_quantum_view_refuses_inside_a_200() -> None:
    carrier = Files()
    carrier.ups.subscribe_to_quantum_view()
    said = carrier.said()
    assert said["Response"]["ResponseStatusCode"] == "0"
    assert said["Response"]["Error"][0]["ErrorSeverity"] == "Hard"
    assert "ResponseStatus" not in said["Response"]


def test_what_is_malformed_is_refused_as_everywhere() -> None:
    carrier = Files()
    assert carrier.post(Request={"RequestAction": "Events"}).status == 400
    assert carrier.post(SubscriptionRequest={"Name": "N" * 22}).status == 400
    assert carrier.post(SubscriptionRequest={"DateTimeRange": {"BeginDateTime": "2026-11-01"}}).status == 400
    request = bare("POST", "/api/quantumview/v3/events")
    assert carrier.ask(replace(request, body=b"{")).status == 400


def test_files_have_no_scan_on_the_way() -> None:
    carrier = Files()
    carrier.living(Life.CUSTOMS, ship_to=SWEDEN, service="65")
    carrier.later(60)
    files = carrier.files()
    assert "Departed" not in json.dumps(files)
    assert kinds(files).count("Exception") == 6
    assert [each["ReasonCode"] for file in files for each in file.get("Exception", ()) if "ReasonCode" in each] == [
        "RZ", "RZ", "BB", "BB", "DA",
    ]  # fmt: skip


def test_a_manifest_is_written_in_its_own_way() -> None:
    carrier = Files()
    carrier.ship()
    carrier.later(2)
    carrier.ups.engine.manners = Manners()
    file = carrier.said()["QuantumViewEvents"]["SubscriptionEvents"]["SubscriptionFile"]
    manifest = file["Manifest"]
    assert isinstance(manifest["Package"], dict)
    assert manifest["Package"]["PackageWeight"]["Weight"] == "+0001.0"
    assert (manifest["Service"]["Code"], manifest["PackageCount"]) == ("003", "000001")
    assert not [name for name in manifest if "Reference" in name]


def test_quantum_view_asks_for_no_trans_id() -> None:
    carrier = Files()
    request = bare("POST", "/api/quantumview/v3/events")
    headers = {name: value for name, value in request.headers.items() if not name.lower().startswith("trans")}
    body = b'{"QuantumViewRequest": {"Request": {"RequestAction": "QVEvents"}}}'
    assert carrier.ask(replace(request, headers=headers, body=body)).status == 200
