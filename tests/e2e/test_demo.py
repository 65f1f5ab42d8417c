"""The whole demo on ten orders, once for the session, and what its users then see."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import demo, judging, stack
from sandbox.demo import Shown, follow, watch
from sandbox.local_process import LocalError
from sandbox.pairs import Plan, systems_of
from sandbox.stack import CONNECTION, CONNECTIONS, LocalStack
from sandbox.verdict import Ledgers, Verdict, read_ledgers
from tests.e2e.conftest import ORDERS

pytestmark = pytest.mark.e2e


@dataclass
class Run:
    """One run of the demo: what it showed, what it came to, and the books of both vendors."""

    stack: LocalStack
    shown: str
    verdict: Verdict
    ledgers: Ledgers

    @property
    def recovered(self) -> str:
        """The order whose create answer was lost: the seed names it."""
        return self.shown.split("found again by its reference: ")[1].split()[0]

    @property
    def ordinary(self) -> str:
        """An order that nothing happened to."""
        return next(name for name in self.ledgers.shipments if name != self.recovered)

    def cli(self, *arguments: str) -> str:
        """Return a command's output, if it ends well or not."""
        try:
            return self.stack.cli(*arguments)
        except LocalError as error:
            return str(error)


@pytest.fixture(scope="session")
def run(stack: LocalStack) -> Run:
    console = Console(file=io.StringIO(), width=120)
    verdict = watch(stack, Shown(console))
    return Run(stack, console.file.getvalue(), verdict, read_ledgers(stack.servers))


def test_the_demo_ends_well_by_the_books_of_both_vendors(run: Run) -> None:
    assert run.verdict.complaints == ()
    assert run.verdict.good
    assert str(run.verdict) == "demo: orders=10 done=8 delivered=0 held=2 unexpected=0 lost=0 duplicated=0"


def test_s28_the_order_whose_answer_was_lost_was_found_again_and_bought_once(run: Run) -> None:
    assert run.ledgers.answers_lost == 1
    assert len(run.ledgers.shipments[run.recovered]) == 1
    trail = json.loads(run.cli("audit", "show", run.recovered, "--json"))
    steps = [entry["what"] for entry in trail]
    assert steps[steps.index("intent") :] == ["intent", "outcome_unknown", "adopted", "written_back"]


def test_the_table_shows_each_order_and_its_label_lies_beside_it(run: Run) -> None:
    for number in range(4000001, 4000001 + ORDERS):
        assert str(number) in run.shown
    labels = sorted(path.name for path in (run.stack.home / ".local" / "labels").iterdir())
    assert len(labels) == run.verdict.done
    assert (run.stack.home / ".local" / "labels" / labels[0]).read_bytes().startswith(b"GIF8")


@pytest.fixture(scope="session")
def judged(run: Run, contracts: Path) -> list[judging.Judged]:
    return judging.judge_traffic(Path(run.stack.servers.traffic))


def test_s03_every_request_of_the_demo_is_accepted_by_the_judge(judged: list[judging.Judged]) -> None:
    assert [(each.system, each.operation, each.problems) for each in judged if each.problems] == []
    assert sum(each.skipped for each in judged) == 0


def test_ten_orders_trigger_every_operation_that_the_judge_asks_for(run: Run, judged: list[judging.Judged]) -> None:
    assert judging.missing(judged, systems_of(run.stack.plan)) == []


def test_an_order_asks_the_carrier_no_more_than_it_must(run: Run, judged: list[judging.Judged]) -> None:
    """Round trips on the deployed functions. One held order has an unknown address. `connections start` prices each
    order once before; `connections test` of each connection validates two addresses and prices a sample."""
    calls = {(each.system, each.operation): each.requests for each in judged}
    tests = len(CONNECTIONS)
    assert calls["ups", "ship"] == run.verdict.done
    assert calls["ups", "token"] == 1, "one credential, one token, whatever connections share it"
    assert calls["ups", "address_validation"] == 2 * (run.verdict.done + 1) + 2 * tests
    assert calls["ups", "rate"] == 2 * run.verdict.done + tests


def test_a_held_order_says_why_and_what_to_do(run: Run) -> None:
    said = run.cli("orders", "list", "--held")
    assert "weight (1)" in said
    assert "address (1)" in said
    assert "enter the item's weight in the ERP" in said
    assert "item GASKET-X has no weight" in said


def test_a_clerk_reads_what_an_order_is_where_it_goes_and_what_became_of_it(run: Run) -> None:
    said = run.cli("orders", "show", run.ordinary)
    (shipment,) = run.ledgers.live(run.ordinary)
    for expected in (run.ordinary, "DONE", *shipment["tracking_numbers"], "written_back", "intent"):
        assert expected in said


def test_a_held_order_s_sheet_names_the_field_and_the_next_step(run: Run) -> None:
    said = run.cli("orders", "show", "4000003")
    for expected in ("HELD", "weight", "GASKET-X", "enter the item's weight"):
        assert expected in said


def test_s65_the_audit_has_no_gap_and_the_intent_stands_before_the_shipment(run: Run) -> None:
    trail = json.loads(run.cli("audit", "show", run.ordinary, "--json"))
    assert [entry["sequence"] for entry in trail] == list(range(1, len(trail) + 1))
    assert [entry["what"] for entry in trail] == ["received", "quoted", "intent", "created", "written_back"]
    assert {entry["who"] for entry in trail} == {"parcelbridge"}
    assert "intent" in run.cli("audit", "show", run.ordinary)


def test_status_tells_the_operator_that_two_orders_wait_for_a_person(run: Run) -> None:
    said = run.cli("status")
    assert f"{CONNECTION} has held orders (1 address, 1 weight)" in said
    assert "closed" not in said
    assert "messages lie among" not in said
    told = json.loads("{" + run.cli("status", "--json").split("{", 1)[1])
    assert {each["status"] for each in told["connections"]} == {"running"}
    counts = [each["counts"] for each in told["connections"]]
    assert sum(each["done"] for each in counts) == 8
    assert sum(each["open"] for each in counts) == 0
    assert all(each["waiting"] == 0 for each in told["queues"])


@dataclass
class Halves:
    """A stack that only notes what was done with it."""

    done: list[str] = field(default_factory=list)


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> Iterator[Halves]:
    noted = Halves()
    monkeypatch.setattr(stack, "start", lambda *_, **__: noted.done.append("start"))
    monkeypatch.setattr(stack, "end", lambda _: noted.done.append("end"))
    monkeypatch.setattr(demo, "watch", lambda *_: noted.done.append("watch"))
    monkeypatch.setattr(demo, "follow", lambda *_: noted.done.append("follow"))
    return noted


def test_the_demo_ends_what_it_started_however_it_ends(halves: Halves, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.demo(Plan(1), Console(file=io.StringIO()), then=lambda _: halves.done.append("then"))
    assert halves.done == ["start", "watch", "follow", "then", "end"]

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "watch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demo.demo(Plan(1), Console(file=io.StringIO()))
    assert halves.done[5:] == ["start", "end"]


def test_s42_s45_the_parcels_of_the_demo_arrive_and_the_erp_is_told(run: Run) -> None:
    """All but those of the last order: other tests push events for a parcel that nobody has moved."""
    console = Console(file=io.StringIO(), width=120)
    *moved, _ = [document for document in run.ledgers.shipments if run.ledgers.live(document)]
    verdict = follow(run.stack, Shown(console), moved)
    assert verdict.complaints == ()
    assert verdict.delivered == len(moved) == run.verdict.done - 1
    shown = console.file.getvalue()
    for words in ("picked up", "in transit", "out for delivery", "delivered", "push"):
        assert words in shown
