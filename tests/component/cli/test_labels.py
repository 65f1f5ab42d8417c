"""`labels`: a supplier gets a link, a warehouse gets one file, and nobody gets the same label twice unawares."""

from __future__ import annotations

import base64
import json
import logging
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cli.labels.mail import _line
from sandbox.carriers.ups.labels import image as drawn
from shared.domain.record import Snapshot
from shared.domain.shipment import Label, LabelSpec
from shared.domain.state import State
from shared.errors import Retry
from shared.ports import Conflict, ShippedPackage
from tests.builders import an_order, usd
from tests.component.cli.fakes import HOOKS, ME, Desk
from tests.component.cli.test_orders import a_plan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def image_of(number: str, kind: str = "ZPL") -> bytes:
    """A label of the sandbox's carrier; different for each number."""
    return base64.b64decode(drawn(kind, number, ["Acme Warehouse 1"]))


@dataclass
class Recovering:
    """A carrier that still has the images of its shipments, or is not ready yet."""

    labels_of: dict[str, str] = field(default_factory=dict)
    fault: Exception | None = None
    asked: int = 0

    def labels(self, shipment_id: str, plan: object) -> Sequence[Label]:
        self.asked += 1
        if self.fault:
            raise self.fault
        found = enumerate(self.labels_of.items(), start=1)
        return tuple(Label(number, kind, image_of(number, kind), package) for package, (number, kind) in found)


@pytest.fixture
def running(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    desk.has(id="acme-infor-ups", timezone="America/New_York")
    return desk


def ships(
    desk: Desk,
    document: str,
    kinds: Sequence[str] = ("ZPL",),
    *,
    label: str = "",
    warehouse: str = "W01",
    ago: timedelta = timedelta(0),
    state: State = State.DONE,
    stored: bool = True,
    **facts: Any,
) -> str:
    """A bought order; its packages are numbered 1Z{document}-1, -2 ..., their images lie in the store."""
    made = desk.clock.now() - ago
    key = desk.takes(document, created_at=made - HOUR)
    numbers = [f"1Z{document}-{n}" for n in range(1, len(kinds) + 1)]
    packages = [
        ShippedPackage(n, number, f"{key}/1/{n}.{kind.lower()}" if stored else "")
        for n, (number, kind) in enumerate(zip(numbers, kinds, strict=True), start=1)
    ]
    if stored:
        for package, kind in zip(packages, kinds, strict=True):
            desk.ports.labels.put(package.label, image_of(package.tracking_number, kind))
    plan = replace(a_plan(), label=LabelSpec("ZPL", "4x6"), erp_reference=document)
    snapshot = Snapshot(1, an_order(document, warehouse=warehouse), plan)
    desk.moves(key, State.READY, State.INTENT)
    bought: dict[str, Any] = {"shipment_id": numbers[0], "tracking_number": numbers[0], "packages_made": len(kinds)}
    bought |= {"service": "03", "cost": usd("12.30"), "label": label, "intent_at": made, "packages": packages}
    desk.moves(key, State.SHIPPED, snapshot=snapshot, **bought)
    if state != State.SHIPPED:
        desk.moves(key, state, **facts)
    return key


def head_of(desk: Desk, key: str) -> Any:
    head = desk.ports.orders.head(key)
    assert head
    return head


def trail(desk: Desk, key: str) -> list[str]:
    return [entry.what for entry in desk.ports.orders.audit(key)]


def waiting(desk: Desk, document: str = "1000001", **facts: Any) -> str:
    due = desk.clock.now() + 4 * HOUR
    return ships(desk, document, **{"label": "waiting", "due_at": due, **facts})


# --- for a supplier ---


def test_s30_the_labels_that_wait_for_their_suppliers_are_listed_oldest_first(running: Desk) -> None:
    waiting(running, "1000001")
    waiting(running, "1000002", ago=6 * HOUR)
    waiting(running, "1000003", ago=90 * DAY, state=State.HELD, reason="write_back", due_at=None)
    waiting(running, "1000004", state=State.SHIPPED)
    waiting(running, "1000005", label="sent")
    ships(running, "1000006")
    result = running.run("labels", "list", "--waiting")
    assert result.exit_code == 0
    shown = [line.split()[0] for line in result.stdout.splitlines() if line.strip().startswith("10000")]
    assert shown == ["1000003", "1000002", "1000001", "1000004"]
    assert "Valve Works" in result.stdout
    assert "2 unsent for more than 4 hours: parcelbridge labels send ORDER" in result.stdout
    found = json.loads(running.run("labels", "list", "--waiting", "--json").stdout)
    assert {each["document"]: each["unsent_for_hours"] for each in found}["1000002"] == 6.0


def test_today_s_labels_are_listed_with_what_became_of_them(running: Desk) -> None:
    waiting(running, "1000001")
    ships(running, "1000002", label="printed")
    ships(running, "1000003")
    ships(running, "1000004", ago=2 * DAY)
    shown = running.run("labels", "list").stdout
    for document, status in (("1000001", "waiting"), ("1000002", "printed"), ("1000003", "not printed")):
        (line,) = [line for line in shown.splitlines() if line.strip().startswith(document)]
        assert status in line
    assert "1000004" not in shown


def test_lists_of_nothing_are_no_errors(running: Desk) -> None:
    assert running.run("labels", "list").stdout == "no label was made today\n"
    assert running.run("labels", "list", "--waiting").stdout == "no label waits for its supplier\n"
    assert running.run("labels", "list", "--connection", "acme-infor-upz").exit_code == 1


def test_s30_send_gives_the_mail_with_a_link_a_package_and_says_when_they_end(running: Desk) -> None:
    key = waiting(running, kinds=("GIF", "GIF"))
    result = running.run("labels", "send", "1000001")
    assert result.exit_code == 0
    for seen in (
        "To:      Valve Works",
        "Subject: UPS labels for order 1000001 of Acme Warehouse 1",
        "Dear Ann Lee,",
        "Order:     1000001",
        "Carrier:   UPS, service 03",
        "Ship date: 2026-11-02",
        "Package 1 of 2: 1Z1000001-1",
        "Package 2 of 2: 1Z1000001-2",
        *(f"{HOOKS}{each.path}" for each in running.ports.pages.of(key)),
        "The links open the labels until 2026-11-09 14:00 UTC.",
    ):
        assert seen in result.stdout, seen
    assert "once it is sent: parcelbridge labels mark-sent 1000001" in result.stderr
    assert head_of(running, key).label == "waiting", "only a person knows whether it was sent"


def test_a_line_s_end_in_a_name_of_the_erp_begins_no_line_of_the_mail() -> None:
    assert _line("Ann Lee\r\nNEW LINK: https://evil.example\u2028x") == "Ann Lee NEW LINK: https://evil.example x"


def test_s65_a_link_stands_in_no_trail_and_in_no_log(running: Desk, caplog: pytest.LogCaptureFixture) -> None:
    key = waiting(running, kinds=("GIF",))
    with caplog.at_level(logging.DEBUG):
        assert running.run("labels", "send", "1000001", "--hours", "5").exit_code == 0
    entry = running.ports.orders.audit(key)[-1]
    assert (entry.what, entry.who, entry.why) == ("label_links_made", ME, "1, until 2026-11-02 19:00 UTC")
    told = repr(running.ports.orders.audit(key)) + caplog.text
    (page,) = running.ports.pages.of(key)
    assert page.id not in told
    assert "GIF89a" not in told


def test_a_label_s_link_is_the_same_each_time_and_never_ends_before_what_was_said(running: Desk) -> None:
    key = waiting(running)
    assert "until 2026-11-02 16:00 UTC" in running.run("labels", "send", "1000001", "--hours", "2").stdout
    (first,) = running.ports.pages.of(key)
    assert "until 2026-11-09 14:00 UTC" in running.run("labels", "send", "1000001").stdout
    assert "until 2026-11-09 14:00 UTC" in running.run("labels", "send", "1000001", "--hours", "1").stdout
    (last,) = running.ports.pages.of(key)
    assert last.id == first.id


def test_a_revoked_link_is_made_anew_when_the_label_is_sent_again(running: Desk) -> None:
    key = waiting(running)
    running.run("labels", "send", "1000001")
    (before,) = running.ports.pages.of(key)
    assert running.run("pages", "revoke", "1000001").exit_code == 0
    (revoked,) = running.ports.pages.of(key)
    assert revoked.revoked
    running.run("labels", "send", "1000001")
    (after,) = running.ports.pages.of(key)
    assert after.id != before.id
    assert not after.revoked


@pytest.mark.parametrize("hours", ["0", "721", "a day"])
def test_a_link_lives_an_hour_to_thirty_days(running: Desk, hours: str) -> None:
    key = waiting(running)
    assert running.run("labels", "send", "1000001", "--hours", hours).exit_code == 2
    assert running.ports.pages.of(key) == []


def test_the_mail_for_programs(running: Desk) -> None:
    waiting(running)
    found = json.loads(running.run("labels", "send", "1000001", "--hours", "1", "--json").stdout)
    assert found["subject"] == "UPS label for order 1000001 of Acme Warehouse 1"
    assert found["expires"] == "2026-11-02T15:00:00+00:00"
    assert found["links"][0][0]["tracking_number"] == "1Z1000001-1"
    assert found["links"][0][1]["url"].startswith(f"{HOOKS}/l/")


def test_a_label_that_was_sent_is_sent_again_only_knowingly(running: Desk) -> None:
    key = waiting(running)
    assert running.run("labels", "mark-sent", "1000001").exit_code == 0
    head = head_of(running, key)
    assert (head.label, head.due_at) == ("sent", None)
    result = running.run("labels", "send", "1000001")
    assert result.exit_code == 0
    assert f"it was marked as sent before by {ME} at 2026-11-02 14:00 UTC" in result.stderr
    again = running.run("labels", "mark-sent", "1000001")
    assert again.exit_code == 1
    assert "is marked as sent already" in again.stderr


def test_mark_sent_for_programs(running: Desk) -> None:
    waiting(running)
    assert json.loads(running.run("labels", "mark-sent", "1000001", "--json").stdout)["label"] == "sent"


@pytest.mark.parametrize("command", ["send", "mark-sent", "reprint"])
@pytest.mark.parametrize("reason", ["changed", "cancelled", "stray"])
def test_a_label_in_question_is_handed_to_nobody(running: Desk, command: str, reason: str) -> None:
    key = waiting(running, state=State.HELD, reason=reason, due_at=None)
    before = trail(running, key)
    result = running.run("labels", command, "1000001")
    assert result.exit_code == 1
    assert f"order 1000001 is HELD ({reason}): its label is not to be used before that is decided" in result.stderr
    assert "orders show 1000001" in result.stderr
    assert running.ports.pages.of(key) == []
    assert trail(running, key) == before


def test_a_warehouse_s_label_is_not_sent_by_link(running: Desk) -> None:
    ships(running, "1000001")
    result = running.run("labels", "send", "1000001")
    assert result.exit_code == 1
    assert "is for the warehouse (label.to), not for a supplier" in result.stderr
    assert "parcelbridge labels reprint 1000001" in result.stderr


def test_an_order_without_a_label_has_none_to_send(running: Desk) -> None:
    running.takes("1000001")
    for command in ("send", "mark-sent", "reprint"):
        result = running.run("labels", command, "1000001")
        assert result.exit_code == 1
        assert "order 1000001 is RECEIVED: it has no label" in result.stderr


def test_a_voided_label_is_neither_sent_nor_printed(running: Desk) -> None:
    waiting(running, "1000001", state=State.HELD, reason="void", tracking_number="", due_at=None)
    voided = ships(running, "1000002", state=State.HELD, reason="void", tracking_number="")
    running.moves(voided, State.CANCELLED, reason="voided")
    assert running.run("labels", "list", "--waiting").stdout == "no label waits for its supplier\n"
    assert running.run("labels", "print").stdout == "no label to print\n"
    for order in ("1000001", "1000002"):
        assert "it has no label" in running.run("labels", "reprint", order).stderr


def test_one_list_says_what_each_warehouse_is_to_print_and_one_of_them_prints_its_own(
    running: Desk, tmp_path: Path
) -> None:
    ships(running, "1000001", warehouse="W01")
    ships(running, "1000002", warehouse="W02", ago=timedelta(days=2))
    waiting(running, "1000003")
    listed = running.run("labels", "list", "--to-print").stdout
    assert "W01 (1): parcelbridge labels print --warehouse W01" in listed
    assert "W02 (1): parcelbridge labels print --warehouse W02" in listed
    assert "1000003" not in listed
    assert "print its label: parcelbridge labels print" in running.run("orders", "show", "1000002").stdout
    file = str(tmp_path / "w02.zpl")
    printed = running.run("labels", "print", "--warehouse", "W02", "--file", file)
    assert printed.exit_code == 0, printed.output
    assert "1000001" not in printed.stdout
    left = running.run("labels", "list", "--to-print").stdout
    assert "W01 (1)" in left
    assert "W02" not in left
    assert "nothing: it is done" in running.run("orders", "show", "1000002").stdout


def test_show_says_what_became_of_the_label(running: Desk) -> None:
    waiting(running)
    shown = running.run("orders", "show", "1000001").stdout
    assert "send the label to the supplier: parcelbridge labels send 1000001" in shown
    running.run("labels", "mark-sent", "1000001")
    assert "nothing: it is done" in running.run("orders", "show", "1000001").stdout


# --- for a warehouse ---


def test_s30_today_s_labels_become_one_file_warehouse_by_warehouse_in_the_order_of_their_making(running: Desk) -> None:
    ships(running, "1000001", warehouse="W02", ago=2 * HOUR)
    ships(running, "1000002", ("ZPL", "ZPL"), warehouse="W01", ago=HOUR)
    ships(running, "1000003", warehouse="W01", ago=3 * HOUR)
    result = running.run("labels", "print", "--today", "--file", "out.zpl")
    assert result.exit_code == 0
    expected = ["1Z1000003-1", "1Z1000002-1", "1Z1000002-2", "1Z1000001-1"]
    assert Path("out.zpl").read_bytes() == b"".join(image_of(number) for number in expected)
    assert "out.zpl: 4 labels" in result.stdout
    shown = [line.split()[2] for line in result.stdout.splitlines() if line.strip().startswith("100000")]
    assert shown == expected


def test_a_file_of_labels_is_for_its_owner_alone_and_never_replaces_another(running: Desk) -> None:
    ships(running, "1000001")
    running.run("labels", "print", "--file", "out.zpl")
    assert stat.S_IMODE(Path("out.zpl").stat().st_mode) == 0o600
    key = ships(running, "1000002")
    result = running.run("labels", "print", "--file", "out.zpl")
    assert result.exit_code == 2
    assert "out.zpl is there already" in result.stderr
    assert head_of(running, key).label == "", "what is in no file was not printed"


def test_a_file_that_can_not_be_written_prints_nothing(running: Desk) -> None:
    key = ships(running, "1000001")
    result = running.run("labels", "print", "--file", "nowhere/out.zpl")
    assert result.exit_code == 1
    assert "nowhere/out.zpl cannot be written: No such file or directory" in result.stderr
    assert head_of(running, key).label == ""


def test_what_was_printed_is_left_out_and_said_so(running: Desk) -> None:
    key = ships(running, "1000001")
    assert running.run("labels", "print", "--today").exit_code == 0
    assert head_of(running, key).label == "printed"
    entry = running.ports.orders.audit(key)[-1]
    assert (entry.what, entry.who, entry.why) == ("labels_printed", ME, "package 1")
    again = running.run("labels", "print", "--today")
    assert again.exit_code == 0
    assert again.stdout == "no label to print\n1 printed before and left out; --all prints them once more\n"


def test_what_is_printed_once_more_is_said_so(running: Desk) -> None:
    ships(running, "1000001")
    running.run("labels", "print", "--file", "one.zpl")
    running.clock.advance(HOUR)
    ships(running, "1000002")
    result = running.run("labels", "print", "--all", "--file", "two.zpl")
    assert f"2026-11-02 14:00 UTC by {ME} (package 1)" in result.stdout
    assert "1 of them printed before: throw the other one away" in result.stdout
    found = json.loads(running.run("labels", "print", "--all", "--file", "three.zpl", "--json").stdout)
    assert [bool(each["before"]) for each in found["labels"]] == [True, True]
    assert found["files"] == {"zpl": "three.zpl"}


def test_unprinted_labels_of_earlier_days_are_told_of_and_printed_without_today(running: Desk) -> None:
    ships(running, "1000001", ago=DAY)
    ships(running, "1000002")
    result = running.run("labels", "print", "--today")
    assert "1 of earlier days were never printed: parcelbridge labels print" in result.stdout
    assert [head.name for head in Path().glob("labels-2026-11-02-0900.zpl")], "named after the day in the zone"
    found = json.loads(running.run("labels", "print", "--file", "rest.zpl", "--json").stdout)
    assert [each["order"] for each in found["labels"]] == ["1000001"]


def test_today_is_the_day_of_the_connection_s_zone(running: Desk) -> None:
    ships(running, "1000001", ago=9 * HOUR + HOUR / 2)  # 23:30 of the day before in New York
    ships(running, "1000002", ago=8 * HOUR)
    found = json.loads(running.run("labels", "print", "--today", "--json").stdout)
    assert [each["order"] for each in found["labels"]] == ["1000002"]
    assert found["earlier"] == 1


def test_mixed_formats_give_a_file_each(running: Desk) -> None:
    for document, kind in (("1000001", "ZPL"), ("1000002", "EPL"), ("1000003", "SPL"), ("1000004", "GIF")):
        ships(running, document, (kind,))
    ships(running, "1000005", ("PDF",))
    result = running.run("labels", "print", "--file", "out")
    assert result.exit_code == 0
    assert sorted(path.name for path in Path().iterdir()) == ["out.epl", "out.pdf", "out.spl", "out.zpl"]
    assert len(PdfReader(BytesIO(Path("out.pdf").read_bytes())).pages) == 2
    assert "out.pdf: 2 labels" in result.stdout
    assert "out.zpl: 1 label\n" in result.stdout


def test_only_a_warehouse_s_labels_are_printed_and_only_of_the_connection_that_is_named(running: Desk) -> None:
    waiting(running, "1000001")
    ships(running, "1000002")
    running.has(id="acme-two", erp={"cono": "200"})
    found = json.loads(running.run("labels", "print", "--connection", "acme-two", "--json").stdout)
    assert found["labels"] == []
    found = json.loads(running.run("labels", "print", "--json").stdout)
    assert [each["order"] for each in found["labels"]] == ["1000002"]


def test_one_order_that_can_not_be_printed_does_not_keep_the_others(running: Desk) -> None:
    ships(running, "1000001", state=State.HELD, reason="changed")
    running.carrier = Recovering(fault=Retry("the carrier has not processed the shipment"))  # type: ignore[assignment]
    ships(running, "1000002", stored=False)
    broken = ships(running, "1000003", ("GIF",))
    running.ports.labels.put(f"{broken}/1/1.gif", b"GIF89a, cut off")
    ships(running, "1000004")
    result = running.run("labels", "print", "--file", "out.zpl")
    assert result.exit_code == 1
    assert Path("out.zpl").read_bytes() == image_of("1Z1000004-1")
    for said in (
        "1000001: not printed: order 1000001 is HELD (changed)",
        "1000002: not printed: the carrier has not processed the shipment",
        "1000003: not printed: a GIF label cannot be read",
    ):
        assert said in result.stderr
    assert head_of(running, broken).label == ""


def test_a_print_is_noted_behind_a_step_of_a_worker(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ships(running, "1000001", state=State.SHIPPED)
    orders = running.ports.orders
    real, met = orders.transition, []

    def meets(after: Any, *rest: Any, **named: Any) -> None:
        if not met:
            met.append(after.key)
            raise Conflict(after.key)
        real(after, *rest, **named)

    monkeypatch.setattr(orders, "transition", meets)
    assert running.run("labels", "print").exit_code == 0
    assert met == [key]
    assert trail(running, key)[-1] == "labels_printed"


def test_a_print_that_can_not_be_noted_is_told(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ships(running, "1000001")

    def never(after: Any, *_: Any, **__: Any) -> None:
        raise Conflict(after.key)

    monkeypatch.setattr(running.ports.orders, "transition", never)
    result = running.run("labels", "print", "--file", "out.zpl")
    assert result.exit_code == 1
    assert "1000001: its label is in the file, but: it was changed at the same moment" in result.stderr


def test_labels_are_found_however_their_order_stands(running: Desk) -> None:
    ships(running, "1000001", state=State.SHIPPED)
    ships(running, "1000002", state=State.HELD, reason="write_back")
    ships(running, "1000003")
    running.takes("1000004")
    found = json.loads(running.run("labels", "print", "--json").stdout)
    assert {each["order"] for each in found["labels"]} == {"1000001", "1000002", "1000003"}


def test_orders_taken_in_long_ago_are_not_looked_through(running: Desk) -> None:
    ships(running, "1000001", ago=61 * DAY)
    assert running.run("labels", "print").stdout == "no label to print\n"


# --- once more ---


def test_s30_a_label_is_printed_once_more_and_the_print_before_is_told(running: Desk) -> None:
    key = ships(running, "1000001", ("ZPL", "ZPL"))
    running.run("labels", "print", "--file", "first.zpl")
    result = running.run("labels", "reprint", "1000001", "--package", "2")
    assert result.exit_code == 0
    assert Path("label-1000001-2.zpl").read_bytes() == image_of("1Z1000001-2")
    assert f"2026-11-02 14:00 UTC by {ME} (package 1, 2)" in result.stdout
    assert running.ports.orders.audit(key)[-1].why == "package 2"


def test_one_package_of_two_leaves_the_label_unprinted(running: Desk) -> None:
    key = ships(running, "1000001", ("ZPL", "ZPL"))
    running.run("labels", "reprint", "1000001", "--package", "1")
    assert head_of(running, key).label == ""
    result = running.run("labels", "print", "--file", "all.zpl")
    assert "(package 1)" in result.stdout, "the one that was printed is said so"
    assert head_of(running, key).label == "printed"


def test_a_supplier_s_label_may_be_reprinted_and_still_waits(running: Desk) -> None:
    key = waiting(running)
    due = head_of(running, key).due_at
    assert running.run("labels", "reprint", "1000001").exit_code == 0
    assert (head_of(running, key).label, head_of(running, key).due_at) == ("waiting", due)


@pytest.mark.parametrize("lost", ["never stored", "gone from the store"])
def test_s30_a_missing_image_is_recovered_from_the_carrier_and_kept(running: Desk, lost: str) -> None:
    key = ships(running, "1000001", ("GIF",), stored=lost != "never stored")
    running.ports.labels.images.clear()  # type: ignore[attr-defined]
    running.carrier = recovering = Recovering({"1Z1000001-1": "ZPL"})  # type: ignore[assignment]
    assert running.run("labels", "reprint", "1000001").exit_code == 0
    assert Path("label-1000001.zpl").read_bytes() == image_of("1Z1000001-1")
    (package,) = running.ports.orders.packages(key, 1)
    assert package.label == f"{key}/1/1.zpl"
    assert trail(running, key)[-2:] == ["labels_recovered", "labels_printed"]
    assert running.run("labels", "reprint", "1000001", "--file", "again.zpl").exit_code == 0
    assert recovering.asked == 1


def test_an_image_that_the_carrier_does_not_give_is_said_so(running: Desk) -> None:
    ships(running, "1000001", stored=False)
    running.carrier = Recovering()  # type: ignore[assignment]
    result = running.run("labels", "reprint", "1000001")
    assert result.exit_code == 1
    assert "order 1000001: the carrier has no image of 1Z1000001-1 yet" in result.stderr


def test_an_image_that_nobody_can_ask_for_any_more_is_said_so(running: Desk) -> None:
    key = ships(running, "1000001", stored=False)
    orders: Any = running.ports.orders
    orders._orders[key].snapshots[1] = Snapshot(1, an_order())
    result = running.run("labels", "reprint", "1000001")
    assert result.exit_code == 1
    assert "is missing, and its snapshot expired" in result.stderr
    assert "print it at the carrier" in result.stderr


def test_a_stored_label_outlives_the_order_s_content(running: Desk) -> None:
    key = ships(running, "1000001")
    orders: Any = running.ports.orders
    orders._orders[key].snapshots.clear()
    assert running.run("labels", "reprint", "1000001").exit_code == 0


def test_a_package_that_the_order_does_not_have_is_named_with_those_it_has(running: Desk) -> None:
    ships(running, "1000001", ("ZPL", "ZPL"))
    result = running.run("labels", "reprint", "1000001", "--package", "3")
    assert result.exit_code == 1
    assert "order 1000001 has no package 3; it has 1, 2" in result.stderr


def test_no_image_reaches_the_terminal_or_the_trail(running: Desk) -> None:
    key = ships(running, "1000001")
    result = running.run("labels", "print", "--json")
    assert "^XA" not in result.stdout
    assert "^XA" not in repr(running.ports.orders.audit(key))
