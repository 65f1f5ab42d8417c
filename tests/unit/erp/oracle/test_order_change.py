"""Door B: one change order, never into somebody else's, cleaned up after a submit that was refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.errors import Refused, Retry, Unknown
from shared.http import Lost, Request, Response
from tests.unit.erp.oracle.bench import DOCUMENT, ID, ONE, TWO, a_note, open_on
from tests.unit.erp.oracle.pod import Pod, answer

Make = Callable[..., Pod]
ORDER = {"enabled": True, "tracking_numbers": {"segment": "trackingNumber"}}
ON = {"order": ORDER}
APPROVED = "purchaseOrders/00020000000EACED/child/DFF"
DRAFT, DFF = "draftPurchaseOrders/00050ACED", "draftPurchaseOrders/00050ACED/child/DFF"


class Drafts:
    """The draft side of the order as Fusion plays it: a first change opens an incomplete change order."""

    def __init__(self, pod: Pod, change: str = "", segments: dict[str, Any] | None = None, **fields: Any) -> None:
        self.pod, self.after, self.submit = pod, "PENDING APPROVAL", answer(200, {"result": "SUCCESS"})
        self.row = {"POHeaderId": ID, "key": "00050ACED", "OrderNumber": DOCUMENT, "StatusCode": "OPEN", **fields}
        self.row["ChangeOrderStatusCode"] = change
        self.segments = {"PoHeaderId": ID, "__FLEX_Context": None, "trackingNumber": None, **(segments or {})}
        pod.rows["draftPurchaseOrders"], pod.rows[DFF] = [self.row], [self.segments]
        pod.hooks.append(self)

    def __call__(self, request: Request) -> Response | None:
        path = self.pod.path_of(request)
        if request.method == "PATCH" and path.startswith(DRAFT) and not self.row["ChangeOrderStatusCode"]:
            self.row["ChangeOrderStatusCode"] = "DRAFT"
        if path == f"{DRAFT}/action/submit":
            if self.submit.status == 200:
                self.row["ChangeOrderStatusCode"] = self.after
            return self.submit
        if path == f"{DRAFT}/action/deleteChangeOrder":
            self.row |= {"ChangeOrderStatusCode": "", "ChangeOrderDescription": ""}
            self.segments["trackingNumber"] = None
            return answer(200, {"result": "SUCCESS"})
        return None


def make(pod: Pod, note: Any = None, **changes: Any) -> list[str]:
    """Do what the workflow does for each action: it is looked up, then made."""
    erp = open_on(pod, **{"write_back": ON, **changes})
    return [erp.find_action(each) or erp.act(each) for each in erp.actions(note or a_note(ONE))]


def did(pod: Pod) -> list[str]:
    return [
        f"{method} {path.removeprefix('draftPurchaseOrders/00050ACED')}"
        for method, path in pod.calls()
        if method != "GET"
    ]


PATCHES = ["PATCH ", f"PATCH /child/DFF/{ID}"]


def test_s36_q28_one_change_order_with_a_description_a_segment_and_a_submit(pod: Pod) -> None:
    drafts = Drafts(pod)
    assert make(pod, a_note(ONE, TWO)) == ["tracking number: accepted, pending approval"]
    assert did(pod) == [*PATCHES, "POST /action/submit"]
    assert pod.bodies("PATCH", DRAFT) == [{"ChangeOrderDescription": "parcelbridge: tracking number"}]
    assert pod.bodies("PATCH", f"{DFF}/{ID}") == [{"trackingNumber": f"{ONE}, {TWO}"}]
    assert pod.bodies("POST", f"{DRAFT}/action/submit") == [{"validateBeforeSubmitFlag": "true"}]
    assert drafts.row["ChangeOrderStatusCode"] == "PENDING APPROVAL"


@pytest.mark.parametrize(
    ("change", "said", "verdict"),
    [
        ("PENDING APPROVAL", "accepted, pending approval", "open"),
        ("PENDING ACCEPTANCE", "accepted, pending acceptance", "open"),
        ("PROCESSED", "approved", ""),
        ("REJECTED", "not approved, rejected", "refused"),
        ("WITHDRAWN", "not approved, withdrawn", "refused"),
    ],
)
def test_q29_accepted_until_it_is_approved_or_not_and_made_once(pod: Pod, change: str, said: str, verdict: str) -> None:
    Drafts(pod, change, {"trackingNumber": ONE})
    found = make(pod)
    assert found == [f"tracking number: {said}"]
    assert did(pod) == []
    assert open_on(pod, write_back=ON).verdict(found[0]) == verdict
    assert open_on(pod, write_back=ON).verdict("tracking number: left as it is, trackingNumber has another value") == ""


def test_one_change_has_the_numbers_of_all_parcel_groups(pod: Pod) -> None:
    Drafts(pod)
    (action,) = open_on(pod, write_back=ON).actions(a_note(ONE, all_numbers=(ONE, TWO)))
    assert (action.whole, dict(action.values)["tracking_numbers"]) == (True, f"{ONE}, {TWO}")


def test_a_change_that_is_approved_at_once_is_done(pod: Pod) -> None:
    Drafts(pod).after = "PROCESSED"
    assert make(pod) == ["tracking number: approved"]


@pytest.mark.parametrize("change", ["DRAFT", "PENDING APPROVAL", "PENDING ACCEPTANCE", "PENDING SIGNATURE"])
def test_q30_somebody_s_open_change_is_never_joined(pod: Pod, change: str) -> None:
    Drafts(pod, change, ChangeOrderDescription="new price")
    with pytest.raises(Retry) as retry:
        make(pod)
    assert retry.value.after == 3600
    assert did(pod) == []


@pytest.mark.parametrize("said", [None, "parcelbridge: tracking number"])
def test_q30_a_change_that_somebody_opens_after_ours_was_approved_is_not_ours(pod: Pod, said: str | None) -> None:
    """The answer to our submit was lost: the order has the number, and so has the draft that a buyer opened since."""
    Drafts(pod, "DRAFT", {"trackingNumber": ONE}, ChangeOrderDescription=said)
    pod.rows[APPROVED] = [{"PoHeaderId": ID, "trackingNumber": ONE}]
    assert make(pod) == ["tracking number: approved"]
    assert did(pod) == []


def test_our_change_that_was_begun_is_submitted_while_the_order_does_not_have_its_values(pod: Pod) -> None:
    Drafts(pod, "DRAFT", {"trackingNumber": ONE}, ChangeOrderDescription="parcelbridge: tracking number")
    pod.rows[APPROVED] = [{"PoHeaderId": ID, "trackingNumber": None}]
    assert make(pod) == ["tracking number: accepted, pending approval"]
    assert did(pod) == ["POST /action/submit"]


@pytest.mark.parametrize("fields", [{"StatusCode": "CANCELED"}, {"StatusCode": "CLOSED"}, {"FrozenFlag": "true"}])
def test_an_order_that_takes_no_change_is_left_alone(pod: Pod, fields: dict[str, Any]) -> None:
    Drafts(pod, **fields)
    with pytest.raises(Refused):
        make(pod)
    assert did(pod) == []


def test_another_s_value_stays_where_the_field_is_filled_only_if_empty(pod: Pod) -> None:
    Drafts(pod, segments={"trackingNumber": "BY HAND"})
    assert make(pod) == ["tracking number: left as it is, trackingNumber has another value"]
    assert did(pod) == []
    overwrite = {"order": {**ORDER, "tracking_numbers": {"segment": "trackingNumber", "mode": "overwrite"}}}
    assert make(pod, write_back=overwrite) == ["tracking number: accepted, pending approval"]


@pytest.mark.parametrize(
    ("standing", "written"),
    [
        ({"trackingNumber": "BY HAND", "trackingUrl": None}, {"trackingUrl": "https://t.example/1"}),
        ({"trackingNumber": None, "trackingUrl": "https://buyer.example"}, {"trackingNumber": ONE}),
    ],
)
def test_g4_another_s_value_in_one_field_stays_though_the_other_one_is_empty(
    pod: Pod, standing: dict[str, Any], written: dict[str, str]
) -> None:
    drafts = Drafts(pod, segments=standing)
    both = {"order": {**ORDER, "tracking_url": {"segment": "trackingUrl"}}}
    note = a_note(ONE, tracking_url="https://t.example/1")
    assert make(pod, note, write_back=both) == ["tracking number: accepted, pending approval"]
    assert pod.bodies("PATCH", f"{DFF}/{ID}") == [written]
    assert drafts.segments.items() >= {**{name: each for name, each in standing.items() if each}, **written}.items()
    assert make(pod, note, write_back=both) == ["tracking number: accepted, pending approval"]
    assert did(pod).count("POST /action/submit") == 1


@pytest.mark.parametrize(
    "submit", [answer(400, {"detail": "PO-2055 not valid"}), answer(200, {"result": "ERROR"}), answer(403, b"no")]
)
def test_q31_a_submit_that_is_refused_leaves_no_open_change(pod: Pod, submit: Response) -> None:
    drafts = Drafts(pod)
    drafts.submit, drafts.after = submit, "DRAFT"
    with pytest.raises(Exception, match=r"refused|Forbidden|403"):
        make(pod)
    assert did(pod)[-2:] == ["POST /action/submit", "POST /action/deleteChangeOrder"]
    assert drafts.row["ChangeOrderStatusCode"] == ""


def test_q32_a_lost_submit_is_unknown_and_submitted_again_where_it_was_not_made(pod: Pod) -> None:
    drafts = Drafts(pod)
    lost = [True]

    def hook(request: Request) -> Response | None:
        if request.url.endswith("/action/submit") and lost:
            lost.pop()
            raise Lost("reset")
        return None

    pod.hooks.insert(0, hook)
    with pytest.raises(Unknown):
        make(pod)
    assert drafts.row["ChangeOrderStatusCode"] == "DRAFT"
    before = len(did(pod))
    assert make(pod) == ["tracking number: accepted, pending approval"]
    assert did(pod)[before:] == ["POST /action/submit"]


def test_q32_a_lost_submit_that_was_made_is_found(pod: Pod) -> None:
    drafts = Drafts(pod)

    def hook(request: Request) -> Response | None:
        if request.url.endswith("/action/submit"):
            drafts(request)
            raise Lost("reset")
        return None

    pod.hooks.insert(0, hook)
    with pytest.raises(Unknown):
        make(pod)
    assert make(pod) == ["tracking number: accepted, pending approval"]
    assert did(pod).count("POST /action/submit") == 1


def test_a_change_that_another_parcel_group_had_approved_meanwhile_is_not_made_again(pod: Pod) -> None:
    drafts = Drafts(pod)

    def hook(request: Request) -> Response | None:
        if request.method == "PATCH" and not drafts.segments["trackingNumber"]:
            drafts.segments["trackingNumber"] = ONE
            return answer(412, b"")
        return None

    pod.hooks.insert(0, hook)
    assert make(pod) == ["tracking number: approved"]
    assert did(pod) == ["PATCH "]


def test_a_change_that_another_parcel_group_ends_while_ours_is_written_is_not_opened_again(pod: Pod) -> None:
    drafts = Drafts(pod, "DRAFT", ChangeOrderDescription="parcelbridge: tracking number")
    pod.rows[APPROVED] = [{"PoHeaderId": ID, "trackingNumber": None}]
    reads: list[str] = []

    def hook(request: Request) -> Response | None:
        if request.method == "GET" and pod.path_of(request) == DFF:
            reads.append(request.url)
            if len(reads) == 3:  # looked up, looked at, and now to be written
                drafts.row |= {"ChangeOrderStatusCode": "PROCESSED", "ChangeOrderDescription": ""}
                drafts.segments["trackingNumber"] = ONE
        return None

    pod.hooks.insert(0, hook)
    with pytest.raises(Unknown, match="not seen"):
        make(pod)
    assert did(pod) == []
    assert make(pod) == ["tracking number: approved"]


@pytest.mark.parametrize("mode", ["if_empty", "overwrite"])
@pytest.mark.parametrize("described", ["parcelbridge: tracking number", None])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("PENDING APPROVAL", "accepted, pending approval"),
        ("REJECTED", "not approved, rejected"),
        ("", "approved"),
    ],
)
def test_what_became_of_a_change_is_known_though_more_was_shipped_after_it(
    pod: Pod, mode: str, described: str | None, change: str, said: str
) -> None:
    Drafts(pod, change, {"trackingNumber": ONE}, ChangeOrderDescription=described)
    pod.rows[APPROVED] = [{"PoHeaderId": ID, "trackingNumber": None}]
    door = {"order": {**ORDER, "tracking_numbers": {"segment": "trackingNumber", "mode": mode}}}
    erp = open_on(pod, write_back=door)
    (action,) = erp.actions(a_note(ONE, all_numbers=(ONE, TWO)))
    assert erp.decided(action) == f"tracking number: {said}"


@pytest.mark.parametrize(
    ("change", "fields", "approved", "said"),
    [
        ("", {"trackingNumber": None}, None, ""),
        ("DRAFT", {"trackingNumber": ONE}, None, ""),
        ("DRAFT", {"trackingNumber": ONE}, ONE, "tracking number: approved"),
        ("PENDING APPROVAL", {"trackingNumber": "BY HAND"}, ONE, "tracking number: approved"),
        ("", {"trackingNumber": "BY HAND"}, None, "tracking number: left as it is, trackingNumber has another value"),
    ],
)
def test_a_change_that_is_gone_or_followed_by_somebody_else_s_is_told_apart(
    pod: Pod, change: str, fields: dict[str, Any], approved: str | None, said: str
) -> None:
    Drafts(pod, change, fields)
    pod.rows[APPROVED] = [{"PoHeaderId": ID, "trackingNumber": approved}]
    erp = open_on(pod, write_back=ON)
    (action,) = erp.actions(a_note(ONE))
    assert erp.decided(action) == said


def test_the_tracking_page_alone_is_told_too(pod: Pod) -> None:
    Drafts(pod, segments={"trackingUrl": None})
    alone = {"order": {"enabled": True, "tracking_url": {"segment": "trackingUrl"}}}
    note = a_note(ONE, tracking_url="https://t.example/1")
    assert make(pod, note, write_back=alone) == ["tracking number: accepted, pending approval"]
    assert pod.bodies("PATCH", f"{DFF}/{ID}") == [{"trackingUrl": "https://t.example/1"}]


def test_q33_each_change_names_the_etag_of_the_row_that_it_changes(pod: Pod) -> None:
    Drafts(pod)
    pod.tags = {DRAFT: 7, f"{DFF}/{ID}": 9}
    make(pod)
    assert [each.headers["If-Match"] for each in pod.sent if each.method == "PATCH"] == ['"T7"', '"T9"']


def test_g4_after_three_tries_a_person_looks_and_nothing_is_left_open(pod: Pod) -> None:
    drafts = Drafts(pod)
    pod.hooks.insert(
        0, lambda request: answer(412, b"") if request.method == "PATCH" and "DFF" in request.url else None
    )
    with pytest.raises(Refused, match="3 times"):
        make(pod)
    assert drafts.row["ChangeOrderStatusCode"] == ""
    assert did(pod)[-1] == "POST /action/deleteChangeOrder"


def test_a_flexfield_without_a_row_gets_one(pod: Pod) -> None:
    drafts = Drafts(pod)
    pod.rows[DFF] = []

    def hook(request: Request) -> Response | None:
        if request.method == "POST" and pod.path_of(request) == DFF:
            pod.rows[DFF] = [{"PoHeaderId": ID, **json.loads(request.body)}]
            return answer(201, pod.rows[DFF][0])
        return None

    pod.hooks.append(hook)
    assert make(pod) == ["tracking number: accepted, pending approval"]
    assert drafts.row["ChangeOrderDescription"] == "parcelbridge: tracking number"


def test_the_tracking_page_goes_with_the_number_and_a_header_field_with_the_description(a_judged_pod: Make) -> None:
    pod = a_judged_pod()
    Drafts(pod)
    both = {**ORDER, "tracking_url": {"segment": "trackingUrl"}}
    make(pod, a_note(ONE, tracking_url="https://t.example/1"), write_back={"order": both})
    assert pod.bodies("PATCH", f"{DFF}/{ID}") == [{"trackingNumber": ONE, "trackingUrl": "https://t.example/1"}]
    pod = a_judged_pod()
    Drafts(pod)
    noted = {**ORDER, "tracking_numbers": {"field": "NoteToReceiver"}}
    make(pod, write_back={"order": noted})
    assert pod.bodies("PATCH", DRAFT)[-1] == {
        "NoteToReceiver": ONE, "ChangeOrderDescription": "parcelbridge: tracking number"
    }  # fmt: skip


def test_s40_a_failure_is_flagged_once_by_a_change_of_its_own(pod: Pod) -> None:
    flagged = {"enabled": True, "failure_flag": {"segment": "shippingProblem"}}
    erp = open_on(pod, write_back={"order": flagged})
    held = a_note(failure="address", milestone="")
    assert [(each.name, dict(each.values)["failure_flag"]) for each in erp.actions(held)] == [
        ("order failure", "address")
    ]
    Drafts(pod, segments={"shippingProblem": None})
    assert make(pod, held, write_back={"order": flagged}) == ["shipping problem: accepted, pending approval"]
    assert make(pod, held, write_back={"order": flagged}) == ["shipping problem: accepted, pending approval"]
    assert did(pod).count("POST /action/submit") == 1


def test_once_per_order_unless_the_field_is_overwritten(pod: Pod) -> None:
    names = {
        each.name for mark in ("A", "B") for each in open_on(pod, write_back=ON).actions(a_note(ONE, reference=mark))
    }
    assert names == {"order"}
    overwrite = {"order": {**ORDER, "tracking_numbers": {"segment": "trackingNumber", "mode": "overwrite"}}}
    erp = open_on(pod, write_back=overwrite)
    assert {each.name for mark in ("A", "B") for each in erp.actions(a_note(ONE, reference=mark))} == {
        "order A",
        "order B",
    }


def test_a_milestone_makes_no_change_order(pod: Pod) -> None:
    erp = open_on(pod, write_back=ON)
    told = [erp.actions(a_note(ONE, milestone=each)) for each in ("label_created", "in_transit", "delivered")]
    assert told[0] == told[1] == told[2]
    assert erp.write(a_note(ONE, milestone="delivered")) == ()


@pytest.mark.parametrize("text", ["1Z' or '1'='1", "a;b", "../../x", '{"a":1}', "\u202e", "x\r\nIf-Match: *"])
def test_g20_a_text_is_a_value_of_the_body_and_nothing_else(pod: Pod, text: str) -> None:
    Drafts(pod)
    make(pod, a_note(text))
    assert pod.bodies("PATCH", f"{DFF}/{ID}") == [{"trackingNumber": text}]
    assert {each.url.count("/") for each in pod.sent if each.method == "PATCH"} == {7, 10}


def test_the_file_names_one_place_for_a_value(pod: Pod) -> None:
    wrong: list[dict[str, Any]] = [{}, {"segment": "a", "field": "Description"}]
    for each in wrong:
        with pytest.raises(Exception, match="segment"):
            open_on(pod, write_back={"order": {**ORDER, "tracking_numbers": each}})
