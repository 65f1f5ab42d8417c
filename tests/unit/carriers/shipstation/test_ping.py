"""What a connection test says: which credential it is, what is missing with the nearest that there is, unsure facts."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.carriers.shipstation import signing
from shared.carriers.shipstation.keys import SigningKeys
from shared.http import Lost, NotSent
from shared.ports import Check
from tests.samples.shipstation.answers import ACCOUNT, CARRIERS, PENDING, a_label, errors, listed, shipments
from tests.samples.shipstation.wire import CREDENTIALS, Script, legacy, said, scripted

WELL = (said(CARRIERS), said(listed()), said(PENDING))


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {each.name: each for each in checks}


def test_s58_a_test_says_which_credential_was_given_and_what_it_opens() -> None:
    carrier, script = scripted(*WELL)
    checks = carrier.ping()
    assert [each for each in checks if not each.ok] == []
    said_of = {each.name: each.detail for each in checks}
    assert said_of["ShipStation key"].startswith("a credential of v2 is accepted; carriers: se-123456 (ups, Our UPS)")
    assert "not in the plan, not approved yet" in said_of["ShipStation key"]
    assert said_of["ShipStation accounts"] == f"ups at {ACCOUNT}"
    assert said_of["ShipStation services"] == "ups_ground"
    assert said_of["ShipStation labels"]
    assert "no order number stands twice" in said_of["ShipStation shipments"]
    assert {each.request.method for each in script.sent} == {"GET"}


def test_a_credential_of_the_other_api_is_said_before_anybody_is_asked() -> None:
    carrier, script = scripted(credential=CREDENTIALS["v1"])
    (check,) = carrier.ping()
    assert (check.ok, check.detail) == (False, "the stored credential is one of v1, and carrier.api is v2")
    assert "carrier.api: v1" in str(check.hint)
    assert script.sent == []


def test_a_refused_key_fails_with_what_to_do() -> None:
    carrier, _ = scripted(said(errors("unauthorized", kind="security"), 401))
    (check,) = carrier.ping()
    assert not check.ok
    assert check.hint


@pytest.mark.parametrize(
    ("changes", "name", "detail"),
    [
        ({"accounts": {}}, "ShipStation accounts", "names none"),
        ({"accounts": {"ups": "se-123465"}}, "ShipStation accounts", "se-123465 is none (is it se-123456?)"),
        ({"services": ("ups_grond",)}, "ShipStation services", "ups_grond is none (is it ups_ground?)"),
        ({"services": ("fedex_ground",)}, "ShipStation services", "no account of carrier.accounts sells fedex_ground"),
    ],
)
def test_what_is_missing_is_named_with_the_nearest_that_exists(changes: dict[str, Any], name: str, detail: str) -> None:
    carrier, _ = scripted(*WELL, **changes)
    check = by_name(carrier.ping())[name]
    assert not check.ok
    assert detail in check.detail
    assert check.hint


def test_an_account_without_a_carrier_sells_nothing() -> None:
    carrier, _ = scripted(said({"carriers": []}))
    (check,) = carrier.ping()
    assert not check.ok
    assert "no carrier is connected" in check.detail


def test_a_filter_that_is_not_heeded_is_seen() -> None:
    carrier, _ = scripted(said(CARRIERS), said(listed(a_label())), said(PENDING))
    assert not by_name(carrier.ping())["ShipStation labels"].ok


def test_order_numbers_that_stand_twice_are_seen() -> None:
    twice = {**PENDING, "shipments": PENDING["shipments"] * 2, "total": 2}  # type: ignore[operator]
    carrier, _ = scripted(said(CARRIERS), said(listed()), said(twice))
    assert "as 4000001 does" in by_name(carrier.ping())["ShipStation shipments"].detail


def test_webhooks_are_looked_at_where_they_are_wanted() -> None:
    carrier, _ = scripted(*WELL, said([{"event": "track_event_v2"}, {"event": "batch"}]), push="v2")
    assert by_name(carrier.ping())["ShipStation webhooks"].detail == (
        "track_event_v2 is subscribed to; the account has batch, track_event_v2"
    )


def test_the_keys_of_signatures_are_read_without_a_credential() -> None:
    carrier, _ = scripted(*WELL, said([]), push="v2")
    carrier._calls.keys = SigningKeys(carrier._settings, Script([NotSent("no key set")]), carrier._clock, {})
    assert not by_name(carrier.ping())["ShipStation signatures"].ok
    carrier, _ = scripted(*WELL, said([]), push="v2")
    script = Script([said(signing.jwks([signing.FIRST]))])
    carrier._calls.keys = SigningKeys(carrier._settings, script, carrier._clock, {})
    check = by_name(carrier.ping())["ShipStation signatures"]
    assert (check.ok, check.detail) == (True, "1 key to verify webhooks with: sandbox-key-1")
    assert [(each.line, each.request.headers) for each in script.sent] == [("GET https://api.shipengine.com/jwks", {})]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("answer", [Lost("x"), said({}), said("x"), said(None, 429, retry_after="7")])
def test_a_call_that_fails_is_a_failed_check_and_raises_nothing(place: int, answer: Any) -> None:
    steps: list[Any] = [*WELL, said([])]
    steps[place] = answer
    carrier, _ = scripted(*steps, push="v2")
    assert [each for each in carrier.ping() if not each.ok]


# --- V1 --------------------------------------------------------------------------------------------------------------

V1_CARRIERS = [{"code": "ups", "name": "UPS"}, {"code": "stamps_com", "name": "Stamps.com"}]


def test_v1_is_tested_by_its_own_lists() -> None:
    lists = (said([{"code": "ups_ground"}]), said([{"code": "usps_priority_mail"}]))
    carrier, script = legacy(said(V1_CARRIERS), *lists, said(shipments()))
    checks = carrier.ping()
    assert [each for each in checks if not each.ok] == []
    assert "a credential of v1 is accepted" in by_name(checks)["ShipStation key"].detail
    assert script.sent[1].request.url.endswith("/carriers/listservices?carrierCode=ups")


def test_v1_pushes_nothing_and_says_so() -> None:
    carrier, _ = legacy(
        said(V1_CARRIERS), said([{"code": "ups_ground"}]), said(shipments()), push="v2", accounts={"ups": "ups"}
    )
    check = by_name(carrier.ping())["ShipStation webhooks"]
    assert (check.ok, check.hint) == (False, "set tracking.push: v1 or off, or use the API v2")
