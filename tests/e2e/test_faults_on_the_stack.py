"""Connections drop and functions are killed at chosen moments, on the deployed stack: the invariants of the simulation.

The faults strike chosen orders, before the carrier's effect, after it, and while the numbers are written back. What
became of it is judged by the books of the sandbox UPS and M3, by the audit and by the queues.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox import stack as local
from sandbox.engine import Fault
from sandbox.local_process import wait_until
from sandbox.pairs import Plan
from sandbox.seed import FIRST_HOUR, NO_WEIGHT
from sandbox.simulation.audit import audit_faults
from sandbox.stack import CONNECTION as HOLDING
from sandbox.stack import LocalStack
from sandbox.verdict import Ledgers, read_ledgers
from shared.aws.orders import DynamoOrderStore
from shared.aws.queues import SqsQueue
from shared.domain.record import Head
from shared.domain.state import State
from shared.domain.windows import BUCKETS
from tests.e2e.conftest import left_running
from tests.e2e.misfortune import Misfortune, Waiting, kill, poll_lease_passes, time_passes

pytestmark = pytest.mark.e2e

ORDERS = 13
RETRYING = "local-infor-retrying"
"""Another connection, of which `unknown` is retry: what is not found is bought again."""
PATIENCE = 1800.0
LOOK_SECONDS = 1.0
"""Between two looks at the table and the queues; who waits for the sandbox is looked for all the time."""
VISIBILITY = 30
"""Seconds until a message whose worker died is received again. In an account it is 6 times the function's timeout, 12
minutes and more: set on the queues of this stack only."""
RECEIVES = 1000
"""A worker on a loaded machine may take longer than that, and its message is received once more: it must not become a
dead letter for that. One that fails each time stays in its queue."""
WORKERS = 3
"""Of process_order at once, of 10: each takes seconds of CPU to start, and a test machine has few."""

DROPPED_BEFORE, DROPPED_AFTER, KILLED_BEFORE, KILLED_AFTER = "4000001", "4000002", "4000004", "4000005"
WRITE_DROPPED_BEFORE, WRITE_DROPPED_AFTER, WRITE_KILLED_BEFORE, WRITE_KILLED_AFTER = (
    "4000008",
    "4000009",
    "4000010",  # has free fields of another system: its fields are changed, those of the others added
    "4000011",
)
UNDISTURBED = "4000013"
BOUGHT_AGAIN = FIRST_HOUR
"""Of the retrying connection: the connection dropped and the worker killed, both before the create's effect."""
POLLED = "4000005"
"""The order whose lines the first poll never gets to read: its function is killed before."""

AT_UPS = (
    Fault("ship", "reset_before", naming=DROPPED_BEFORE),
    Fault("ship", "reset_after", naming=DROPPED_AFTER),
    Fault("ship", "silent_before", naming=KILLED_BEFORE),
    Fault("ship", "silent_after", naming=KILLED_AFTER),
    Fault("ship", "reset_before", naming=BOUGHT_AGAIN[0]),
    Fault("ship", "silent_before", naming=BOUGHT_AGAIN[1]),
)
AT_M3 = (
    Fault("PPS200MI.LstLine", "silent_before", skip=1, naming=POLLED),  # `connections start` reads it first
    Fault("CUSEXTMI.AddFieldValue", "reset_before", naming=WRITE_DROPPED_BEFORE),
    Fault("CUSEXTMI.AddFieldValue", "reset_after", naming=WRITE_DROPPED_AFTER),
    Fault("CUSEXTMI.ChgFieldValue", "silent_before", naming=WRITE_KILLED_BEFORE),
    Fault("CUSEXTMI.AddFieldValue", "silent_after", naming=WRITE_KILLED_AFTER),
)

DONE, IN_DOUBT = (State.DONE, ""), (State.HELD, "unknown")
ENDS = {
    DROPPED_BEFORE: IN_DOUBT,
    DROPPED_AFTER: DONE,
    KILLED_BEFORE: IN_DOUBT,
    KILLED_AFTER: DONE,
    WRITE_DROPPED_BEFORE: DONE,
    WRITE_DROPPED_AFTER: DONE,
    WRITE_KILLED_BEFORE: DONE,
    WRITE_KILLED_AFTER: DONE,
    UNDISTURBED: DONE,
    **dict.fromkeys(BOUGHT_AGAIN, DONE),
    "4000003": (State.HELD, "weight"),
    "4000007": (State.HELD, "address"),
    "4000012": (State.HELD, "approval"),
    NO_WEIGHT: (State.HELD, "weight"),
}
"""Declared before anything runs; 4000006 is of a connection that is not started."""
TO_BE_LIVE = {order for order, end in ENDS.items() if end == DONE}


@dataclass
class Run:
    """The stack while things go wrong on it, and what was seen at the moments when a function was killed."""

    stack: LocalStack
    store: DynamoOrderStore
    ups: Misfortune
    m3: Misfortune
    killed: dict[str, Waiting] = field(default_factory=dict)
    stood: dict[str, tuple[State, str, int]] = field(default_factory=dict)
    poll_died: datetime | None = None
    waited: set[tuple[str, int]] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    again: float = 0.0
    beside: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))
    sweeping: Future[Any] | None = None

    def __post_init__(self) -> None:
        self.sqs, self.functions = self.stack.aws.client("sqs"), self.stack.aws.client("lambda")

    @property
    def heads(self) -> dict[str, Head]:
        """By document: each of these orders is one parcel group."""
        names = (HOLDING, RETRYING)
        keys = dict.fromkeys(key for name in names for bucket in BUCKETS for key in self.store.listing(name, bucket))
        return {head.document: head for head in self.store.heads(list(keys))}

    @property
    def ledgers(self) -> Ledgers:
        return read_ledgers(self.stack.servers)

    @property
    def queues(self) -> dict[str, int]:
        """How many messages each queue has, seen or not; dead letters too."""
        counted = {}
        for name, url in self.stack.aws.outputs.items():
            if name.endswith(("QueueUrl", "DeadLettersUrl")):
                told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                counted[name] = sum(int(told[f"ApproximateNumberOfMessages{each}"]) for each in ("", "NotVisible"))
        return counted

    def look(self) -> bool:
        """Kills whoever waits in vain, lets time pass for whom only time can help; whether all has come to its end."""
        for worker in (*self.ups.waiting(self.stack.home), *self.m3.waiting(self.stack.home)):
            self._end(worker)
        if time.monotonic() < self.again:
            return False
        self.again = time.monotonic() + LOOK_SECONDS
        heads = self.heads
        for document, head in heads.items():
            if (document, head.version) not in self.waited and self._only_time_helps(document, head):
                self.waited.add((document, head.version))
                time_passes(self.stack, head)
        if self.store.due(datetime.now(UTC), 1):
            self._sweep()
        ended = {document: (head.state, head.reason) for document, head in heads.items()} == ENDS
        self.left = self.queues
        return ended and not any(self.left.values())

    def _end(self, worker: Waiting) -> None:
        """Kills first and looks then: the order stands as its worker left it."""
        kill(worker)
        self.killed[worker.operation.rpartition(".")[2] + " " + worker.order] = worker
        head = self.heads.get(worker.order)
        if head:
            last = self.store.audit(head.key)[-1].what
            self.stood[worker.order] = (head.state, last, len(self.ledgers.live(worker.order)))
        if worker.function.endswith("poll-orders"):
            self.poll_died = datetime.now(UTC)
            poll_lease_passes(self.stack, HOLDING)
            self._poll()

    def _sweep(self) -> None:
        """Its schedule does this each minute, and does so here too; a test need not wait for it. It runs beside the
        looks: who waits for the sandbox meanwhile must be seen before the function runs out of patience."""
        if self.sweeping is None or self.sweeping.done():
            name = self.stack.aws.outputs["SweepFunction"]
            self.sweeping = self.beside.submit(self.functions.invoke, FunctionName=name)

    def _poll(self) -> None:
        """As the schedule of the connection does each minute."""
        SqsQueue(self.sqs, self.stack.aws.outputs["PollsQueueUrl"]).send(HOLDING, [""], "poll")

    def _only_time_helps(self, document: str, head: Head) -> bool:
        """The lease of a killed create; the settling of the retrying connection, of 5 minutes at least; the hints that
        a killed poll had not sent yet."""
        if head.state == State.INTENT:
            return f"ship {document}" in self.killed and head.lease_until is not None
        if head.state == State.UNKNOWN:
            return head.connection == RETRYING
        return head.state == State.RECEIVED and self.poll_died is not None and head.created_at < self.poll_died


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    home = tmp_path_factory.mktemp("faulted")
    with local.running(Plan(ORDERS), print, home) as stack:
        store = DynamoOrderStore(stack.aws.client("dynamodb"), stack.aws.outputs["TableName"])
        faulted = Run(stack, store, Misfortune(stack.servers.carrier, AT_UPS), Misfortune(stack.servers.erp, AT_M3))
        _set_queues(faulted)
        _add_the_retrying_connection(stack, home)
        faulted.ups.begin()
        faulted.m3.begin()
        for connection in (HOLDING, RETRYING):
            stack.cli("connections", "start", connection, "--yes")
        wait_until(faulted.look, PATIENCE)
        faulted.beside.shutdown()
        yield faulted
    assert wait_until(lambda: not left_running(home), 300), left_running(home)


def _set_queues(run: Run) -> None:
    outputs = run.stack.aws.outputs
    for name in ("PollsQueueUrl", "OrdersQueueUrl", "WriteBacksQueueUrl"):
        kept = run.sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["RedrivePolicy"])["Attributes"]
        redrive = {**json.loads(kept["RedrivePolicy"]), "maxReceiveCount": RECEIVES}
        facts = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(redrive)}
        run.sqs.set_queue_attributes(QueueUrl=outputs[name], Attributes=facts)
    listed = run.functions.list_event_source_mappings(FunctionName=outputs["ProcessOrderFunction"])
    (mapping,) = listed["EventSourceMappings"]
    run.functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": WORKERS})


def _add_the_retrying_connection(stack: LocalStack, home: Path) -> None:
    """The local connection's file once more, for another delivery method and with the other policy."""
    changes = {
        f"id: {HOLDING}": f"id: {RETRYING}",
        "delivery_method: [UPS, UPT, UPC]": "delivery_method: [UPF]",
        '  UPS: "03"': '  UPF: "03"',
        "settle: 20s": "settle: 5m\nunknown: retry",
    }
    text = (home / ".local" / "sandbox" / f"{HOLDING}.yaml").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = home / f"{RETRYING}.yaml"
    file.write_text(text)
    local.set_secrets(stack, RETRYING)
    stack.cli("connections", "apply", str(file))


def requests(run: Run) -> Counter[str]:
    """Creates that reached the carrier, by order."""
    lines = [json.loads(line) for line in Path(run.stack.servers.traffic).read_text().splitlines()]
    bodies = [line["body"] for line in lines if line["operation"] == "ship"]
    return Counter({order: sum(order in body for body in bodies) for order in ENDS})


def test_each_fault_struck_and_each_silence_cost_the_function_that_waited_its_life(run: Run) -> None:
    assert (run.ups.spared, run.m3.spared) == ([], [])
    assert {name: worker.function for name, worker in run.killed.items()} == {
        f"LstLine {POLLED}": "parcelbridge-poll-orders",
        f"ship {KILLED_BEFORE}": "parcelbridge-process-order",
        f"ship {KILLED_AFTER}": "parcelbridge-process-order",
        f"ship {BOUGHT_AGAIN[1]}": "parcelbridge-process-order",
        f"ChgFieldValue {WRITE_KILLED_BEFORE}": "parcelbridge-write-back",
        f"AddFieldValue {WRITE_KILLED_AFTER}": "parcelbridge-write-back",
    }


def test_g5_the_intent_stood_in_the_table_when_the_function_was_killed_in_its_create(run: Run) -> None:
    assert run.stood[KILLED_BEFORE] == run.stood[BOUGHT_AGAIN[1]] == (State.INTENT, "intent", 0)
    assert run.stood[KILLED_AFTER] == (State.INTENT, "intent", 1)


def test_the_shipment_stood_in_the_table_when_the_function_was_killed_in_its_write_back(run: Run) -> None:
    """DONE when a second message of the order was written back beside it: a message may come twice."""
    for order in (WRITE_KILLED_BEFORE, WRITE_KILLED_AFTER):
        assert run.stood[order] in ((State.SHIPPED, "created", 1), (State.DONE, "written_back", 1))


@pytest.mark.parametrize("order", ENDS)
def test_g1_each_order_ends_as_was_declared_of_it(run: Run, order: str) -> None:
    """HELD unknown only where nothing was made and the policy is to hold."""
    head = run.heads[order]
    assert (head.state, head.reason) == ENDS[order]


def test_g1_nothing_is_taken_in_that_was_not_declared(run: Run) -> None:
    assert set(run.heads) == set(ENDS)


def test_s28_no_order_has_two_live_shipments_and_none_is_lost(run: Run) -> None:
    ledgers, heads = run.ledgers, run.heads
    assert {order: len(ledgers.live(order)) for order in ledgers.shipments} == dict.fromkeys(TO_BE_LIVE, 1)
    for order in TO_BE_LIVE:
        (live,) = ledgers.live(order)
        assert heads[order].shipment_id == live["shipment_id"]


def test_s28_a_create_that_was_cut_off_before_its_effect_is_repeated_by_the_policy_only(run: Run) -> None:
    made = requests(run)
    assert {order for order, count in made.items() if count > 1} == set(BOUGHT_AGAIN)
    assert made[DROPPED_BEFORE] == made[KILLED_BEFORE] == made[DROPPED_AFTER] == made[KILLED_AFTER] == 1


def test_g4_the_numbers_and_the_cost_of_what_lives_stand_in_the_erp(run: Run) -> None:
    ledgers = run.ledgers
    for order in ENDS:
        fields, live = ledgers.fields[order], ledgers.live(order)
        assert fields.get("tracking_numbers", "").split() == [
            number for each in live for number in each["tracking_numbers"]
        ]
        assert Decimal(fields.get("cost") or 0) == sum(Decimal(each["billed"]) for each in live)
    assert ledgers.written == TO_BE_LIVE


def test_g4_what_another_system_keeps_beside_an_order_is_untouched(run: Run) -> None:
    assert run.ledgers.fields[WRITE_KILLED_BEFORE]
    assert run.ledgers.spoilt == {}


@pytest.mark.parametrize("order", ENDS)
def test_g5_the_audit_has_no_gap_replays_to_the_state_and_has_an_intent_for_each_create(run: Run, order: str) -> None:
    head = run.heads[order]
    assert list(audit_faults(run.store.audit(head.key), head)) == []
    assert steps(run, order).count("intent") == requests(run)[order]


def steps(run: Run, order: str) -> list[str]:
    return [entry.what for entry in run.store.audit(run.heads[order].key)]


@pytest.mark.parametrize(
    ("order", "after_the_quote"),
    [
        (DROPPED_BEFORE, ["intent", "outcome_unknown", "held"]),
        (DROPPED_AFTER, ["intent", "outcome_unknown", "adopted", "written_back"]),
        (KILLED_BEFORE, ["intent", "worker_lost", "held"]),
        (KILLED_AFTER, ["intent", "worker_lost", "adopted", "written_back"]),
        (BOUGHT_AGAIN[0], ["intent", "outcome_unknown", "not_found", "intent", "created", "written_back"]),
        (BOUGHT_AGAIN[1], ["intent", "worker_lost", "not_found", "intent", "created", "written_back"]),
        (WRITE_DROPPED_BEFORE, ["intent", "created", "write_back_failed", "written_back"]),
        (WRITE_DROPPED_AFTER, ["intent", "created", "write_back_failed", "written_back"]),
        (WRITE_KILLED_BEFORE, ["intent", "created", "written_back"]),
        (WRITE_KILLED_AFTER, ["intent", "created", "written_back"]),
        (UNDISTURBED, ["intent", "created", "written_back"]),
    ],
)
def test_s60_the_audit_tells_what_happened_step_by_step(run: Run, order: str, after_the_quote: list[str]) -> None:
    assert steps(run, order) == ["received", "quoted", *after_the_quote]


def test_no_message_is_left_and_no_dead_letter(run: Run) -> None:
    """At the last look: polls of the next minutes come and go."""
    assert set(run.left) == {
        *("PollsQueueUrl", "OrdersQueueUrl", "WriteBacksQueueUrl", "SchedulesDeadLettersUrl"),
        *("PollsDeadLettersUrl", "OrdersDeadLettersUrl", "WriteBacksDeadLettersUrl"),
        *("TrackingQueueUrl", "LooksQueueUrl", "TrackingDeadLettersUrl", "LooksDeadLettersUrl"),
        *("ReceivingQueueUrl", "ReceivingDeadLettersUrl", "EventsDeadLettersUrl"),
    }
    assert run.left == dict.fromkeys(run.left, 0), "the queue is named"
