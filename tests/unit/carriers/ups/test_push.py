"""Track Alert: what is sent to subscribe, what an answer says, and what a pushed event is (facts 8 and 14)."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups import push
from shared.carriers.ups.scans import MILESTONES, is_known, milestone_of
from shared.domain.milestones import Milestone
from shared.domain.tracking import Place
from shared.errors import Refused, Retry
from shared.ports import PushTarget
from tests.samples.ups.wire import refused, said, scripted

TARGET = PushTarget("https://hooks.example/webhooks/ups/abc", "s3cret")
ONE, TWO = "1ZCIETST0111111114", "1ZCIETST0422222228"
EVENT: dict[str, Any] = {
    "trackingNumber": f" {ONE}",
    "localActivityDate": "20251118",
    "localActivityTime": "181553",
    "activityLocation": {"city": "TIMONIUM", "stateProvince": "MD", "postalCode": "", "country": "US"},
    "activityStatus": {"type": "D", "code": "FS", "description": "DELIVERED ", "descriptionCode": "011"},
    "scheduledDeliveryDate": "",
    "actualDeliveryDate": "20251118",
    "actualDeliveryTime": "181553",
    "gmtActivityDate": "20251118",
    "gmtActivityTime": "231553",
    "receivedBy": "",
}


def event_of(**changes: Any) -> Any:
    found = push.read({**EVENT, **changes})
    assert found
    return found[1]


def status(**changes: Any) -> dict[str, Any]:
    return {"activityStatus": {**EVENT["activityStatus"], **changes}}


def test_an_event_of_the_test_environment_is_read_without_an_offset() -> None:
    found = push.read(EVENT)
    assert found
    number, event = found
    assert number == ONE
    assert event.at == datetime(2025, 11, 18, 23, 15, 53, tzinfo=UTC)
    assert event.local == datetime(2025, 11, 18, 18, 15, 53)  # noqa: DTZ001 - no zone is told, and none made up
    assert (event.type, event.code, event.status_code) == ("D", "FS", "011")
    assert event.place == Place("TIMONIUM", "MD", "", "US")
    assert event.milestone == Milestone.DELIVERED
    assert event.expected is None


def test_an_offset_is_written_with_a_dot() -> None:
    assert event_of(gmtOffset="-05.00").local.utcoffset() == timedelta(hours=-5)


@pytest.mark.parametrize("digits", [11, 9, 17, None, "", "11", "x11"])
def test_a_description_code_that_is_no_three_digits_says_nothing(digits: object) -> None:
    event = event_of(**status(descriptionCode=digits))
    assert event.status_code == ""
    assert event.milestone == Milestone.DELIVERED  # by its type, and the day and time of delivery


def test_type_d_alone_is_no_delivery() -> None:
    loaded = status(code="OT", descriptionCode="")
    assert event_of(**loaded, actualDeliveryDate="").milestone == Milestone.OUT_FOR_DELIVERY
    assert event_of(**status(descriptionCode="021"), actualDeliveryDate="").milestone == Milestone.OUT_FOR_DELIVERY


def test_a_photo_before_delivery_is_no_delivery() -> None:
    event = event_of(**status(type="I", code="OF", descriptionCode="072"), actualDeliveryDate="", deliveryPhoto="abc")
    assert event.milestone == Milestone.IN_TRANSIT


@pytest.mark.parametrize(("code", "digits"), [("RZ", "012"), ("RZ", "014"), ("BB", "058"), ("DA", "014"), ("", "092")])
def test_a_customs_step_of_type_x_is_no_exception(code: str, digits: str) -> None:
    event = event_of(**status(type="X", code=code, descriptionCode=digits), actualDeliveryDate="")
    assert event.milestone == Milestone.IN_TRANSIT


@pytest.mark.parametrize(
    ("digits", "back"), [("035", True), ("036", True), ("034", False), ("033", False), ("118", False), ("", False)]
)
def test_a_parcel_is_on_its_way_back_once_ups_says_that_it_returns(digits: str, back: bool) -> None:
    assert event_of(**status(type="X", code="", descriptionCode=digits)).returning is back


def test_a_scheduled_day_is_a_promise() -> None:
    event = event_of(
        **status(type="U", code="UP", descriptionCode="154"), actualDeliveryDate="", scheduledDeliveryDate="20251120"
    )
    assert (event.milestone, event.expected) == (None, date(2025, 11, 20))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**EVENT, "trackingNumber": ""},
        {**EVENT, "trackingNumber": 7},
        {**EVENT, "trackingNumber": "1Z/../x"},
        {**EVENT, "trackingNumber": "9" * 40},
        {**EVENT, "activityStatus": None},
        {**EVENT, "activityStatus": {"type": "", "code": "", "descriptionCode": ""}},
        {**EVENT, "activityStatus": []},
    ],
)
def test_a_body_that_names_no_parcel_or_tells_nothing_is_none(body: dict[str, Any]) -> None:
    assert push.read(body) is None


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["20261301", "246060"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*EVENT, "type", "code", "city"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*EVENT, "gmtOffset"]), _JSON))
def test_g17_no_body_breaks_the_reading(changes: dict[str, Any]) -> None:
    push.read({**EVENT, **changes})
    push.read(changes)


def test_each_code_has_one_place_and_the_types_the_rest() -> None:
    assert len(MILESTONES) == 160
    assert {milestone_of("I", "", ""), milestone_of("M", "", ""), milestone_of("MV", "", "")} == {
        Milestone.IN_TRANSIT,
        Milestone.LABEL_CREATED,
        Milestone.VOIDED,
    }
    assert milestone_of("P", "PU", "999") == Milestone.PICKED_UP
    assert milestone_of("Q", "", "999") is None
    assert set(MILESTONES.values()) == {None, *Milestone}
    assert not is_known("I", "999")
    assert not is_known("Q", "")
    assert is_known("I", "")


def test_the_event_s_reader_loads_the_standard_library_alone() -> None:
    heavy = "('pydantic', 'requests', 'boto3')"
    code = f"import sys, shared.carriers.ups.push; print([m for m in sys.modules if m.split('.')[0] in {heavy}])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


# --- subscriptions ---------------------------------------------------------------------------------------------------


def body_of(script: Any) -> Any:
    return json.loads(script.sent[-1].request.body)


def test_s41_v1_names_the_webhook_and_its_credential() -> None:
    carrier, script = scripted(said({"validTrackingNumbers": [ONE], "invalidTrackingNumbers": [TWO]}))
    answer = carrier.subscribe([ONE, TWO], TARGET)
    assert script.sent[-1].request.url.endswith("/api/track/v1/subscription/standard/package")
    assert body_of(script) == {
        "locale": "en_US",
        "trackingNumberList": [ONE, TWO],
        "destination": {"url": TARGET.url, "credentialType": "Bearer", "credential": "s3cret"},
    }
    assert (answer.taken, dict(answer.refused)) == ((ONE,), {TWO: push.NOT_VALID})


def test_s41_v2_names_no_destination() -> None:
    carrier, script = scripted(said({"validTrackingNumbers": [ONE]}), push="v2")
    answer = carrier.subscribe([ONE], TARGET)
    assert script.sent[-1].request.url.endswith("/api/track/v2/subscription/standard/package")
    assert body_of(script) == {"locale": "en_US", "trackingNumberList": [ONE]}
    assert answer.taken == (ONE,)


def test_a_number_of_another_form_is_not_sent() -> None:
    carrier, script = scripted(said({"validTrackingNumbers": [ONE]}))
    answer = carrier.subscribe(["92055900100111152280003029", ONE], TARGET)
    assert body_of(script)["trackingNumberList"] == [ONE]
    assert answer.refused == {"92055900100111152280003029": push.NOT_TAKEN}
    assert carrier.subscribe(["12345678"], TARGET).refused == {"12345678": push.NOT_TAKEN}


def test_a_400_that_names_the_invalid_numbers_is_an_answer() -> None:
    errors = {"response": {"errors": [{"code": "VSS210", "message": "None valid"}]}, "invalidTrackingNumbers": [ONE]}
    carrier, _ = scripted(said(errors, status=400))
    assert carrier.subscribe([ONE], TARGET).refused == {ONE: push.NOT_VALID}


@pytest.mark.parametrize(
    ("status", "code", "error"), [(500, "VSS100", Retry), (400, "VSS300", Refused), (503, "", Retry)]
)
def test_an_answer_that_says_nothing_of_the_numbers_is_its_error(
    status: int, code: str, error: type[Exception]
) -> None:
    carrier, _ = scripted(refused(code, "no", status=status) if code else said({}, status=status))
    with pytest.raises(error):
        carrier.subscribe([ONE], TARGET)


def test_s43_a_number_that_ups_does_not_know_is_no_parcel() -> None:
    body = {
        "trackResponse": {"shipment": [{"warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}]}]}
    }
    carrier, script = scripted(said(body))
    assert carrier.track(ONE) == ()
    assert script.sent[-1].request.url.endswith(f"/api/track/v1/details/{ONE}?locale=en_US")
