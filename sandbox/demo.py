"""`make demo`: orders become labels through the deployed functions, and the ledgers say whether all went well."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.live import Live
from rich.table import Table

from sandbox import stack as local
from sandbox.pairs import Plan
from sandbox.seed import Declared
from sandbox.serve import ROOT
from sandbox.simulation.verdict import ENDS
from sandbox.stack import LocalStack
from sandbox.verdict import Ledgers, Verdict, as_declared, judge, read_ledgers
from shared.aws.orders import DynamoOrderStore
from shared.aws.tracking import DynamoTrackingStore
from shared.domain.parcel_group import delivery_of
from shared.domain.record import Head
from shared.domain.windows import BUCKETS

LABELS = Path(".local") / "labels"
ROWS = 60
"""So many orders the table shows; a larger run is told by its last lines and by `orders list`."""
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 600.0
"""Without a change of any order: the schedules fire once a minute, and the lost answer takes two of them. How long all
of it takes is the machine's affair."""


class Shown:
    """The output for a person: steps, progress, a table. Lines are plain where there is no terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str) -> None:
        self.console.print(f"[bold]·[/] {text}", highlight=False)


def demo(
    plan: Plan, console: Console, home: Path = ROOT, then: Callable[[LocalStack], object] | None = None
) -> Verdict:
    """The whole demo; everything that it started is ended when it returns or is interrupted.

    `then` may look at the stack, with the orders in it, before it ends.
    """
    shown = Shown(console)
    with local.running(plan, shown.say, home) as stack:
        watch(stack, shown)
        verdict = follow(stack, shown, (), plan.declared.again)
        if then:
            then(stack)
        return verdict


def watch(stack: LocalStack, shown: Shown) -> Verdict:
    """Starts the connections, shows the orders while they move, then a table of each connection and the verdict."""
    shown.say("starting the connections: their schedules poll the ERPs each minute")
    local.beside(lambda name: stack.cli("connections", "start", name, "--yes"), stack.plan.connections)
    store, declared = _store(stack), stack.plan.declared
    heads = _until_settled(stack, store, declared.until_voided(), shown.console)
    verdict = judge(declared.until_voided(), heads, read_ledgers(stack.servers))
    for pair in stack.plan.pairs:
        for name in pair.connections:
            mine = [head for head in heads if head.connection == name]
            files = _fetch_labels(stack, store, mine[:ROWS])
            shown.console.print(_table(f"{name}: {pair.title}", mine, files))
            if len(mine) > ROWS:
                shown.console.print(f"{len(mine) - ROWS} more orders are not shown")
    recovered = [head.document for head in heads if head.cost_estimated]
    shown.say(f"a create answer was lost; found again by its reference: {', '.join(recovered) or 'none'}")
    return _judged(verdict, shown)


def follow(stack: LocalStack, shown: Shown, documents: Collection[str] = (), again: Collection[str] = ()) -> Verdict:
    """Hands the parcels of these orders, of all orders without any, to a driver, waits until the ERP is told of their
    delivery, and shows the life of one. A clerk voids the labels of those that go `again`, and ships them once their
    numbers are out of the ERP."""
    for document in again:
        shown.say(f"a clerk voids the label of {document}, which is packed wrongly: its advice is cancelled")
        stack.cli("orders", "void", document, "--yes", "--reason", "packed wrongly")
    shown.say("a driver takes each parcel: an hour of its way lasts a second, and each scan is pushed")
    ledgers, travelled = _until_delivered(stack, documents, shown.console)
    told = next(filter(ledgers.delivered, travelled), None)
    if told:
        (number, *_) = ledgers.live(told)[0]["tracking_numbers"]
        shown.console.print(stack.cli("parcels", "show", number), highlight=False, markup=False)
    store, declared = _store(stack), stack.plan.declared
    if again:
        _until_settled(stack, store, declared.while_voided(), shown.console)
        shown.say(f"the clerk ships {', '.join(again)} again")
        for document in again:
            stack.cli("orders", "ship", document, "--yes")
        _until_settled(stack, store, declared, shown.console)
        ledgers, more = _until_delivered(stack, again, shown.console)
        travelled = [*travelled, *more]
    return _judged(judge(declared, store.heads(_keys(stack, store)), ledgers, travelled), shown)


def _judged(verdict: Verdict, shown: Shown) -> Verdict:
    for complaint in verdict.complaints[:ROWS]:
        shown.console.print(f"[red]{complaint}[/]", highlight=False)
    return verdict


def _store(stack: LocalStack) -> DynamoOrderStore:
    return DynamoOrderStore(stack.aws.client("dynamodb"), stack.aws.outputs["TableName"])


def _keys(stack: LocalStack, store: DynamoOrderStore) -> list[str]:
    found = [key for name in stack.plan.connections for bucket in BUCKETS for key in store.listing(name, bucket)]
    return list(dict.fromkeys(found))


def _until_delivered(stack: LocalStack, documents: Collection[str], console: Console) -> tuple[Ledgers, list[str]]:
    """Hands over the parcels whose events are subscribed to, and looks at the books until each live one has arrived and
    the ERP knows it, or nothing has moved for long.

    Returns the books, and the orders whose parcels are on their way or have arrived."""
    moved, told, seen, waiting = time.monotonic(), "", (0, 0, 0), None
    untold = stack.plan.declared.untold
    tracking = DynamoTrackingStore(stack.aws.client("dynamodb"), stack.aws.outputs["TableName"])
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while True:
            ledgers = read_ledgers(stack.servers)
            going = [each for each in documents or ledgers.shipments if ledgers.live(each)]
            waiting = going if waiting is None else waiting
            ready = [each for each in waiting if _subscribed(ledgers.parcels(each), tracking)]
            if ready:
                local.pick_up(stack, ready)
                waiting = [each for each in waiting if each not in ready]
            arrived = [each for each in going if ledgers.arrived(each)]
            to_tell = [each for each in going if each not in untold]
            now = (len(waiting), len(arrived), sum(map(ledgers.delivered, to_tell)))
            moved, seen = (moved if now == seen else time.monotonic()), now
            told = _tell(live, told, f"delivered {now[1]} of {len(going)} orders, told to the ERP of {now[2]}")
            if now[1:] == (len(going), len(to_tell)) or time.monotonic() - moved > PATIENCE_SECONDS:
                return ledgers, going
            time.sleep(LOOK_SECONDS)


def _subscribed(parcels: Sequence[tuple[str, str]], tracking: DynamoTrackingStore) -> bool:
    """Tell if the carrier pushes the events of all these parcels: what is scanned before is pushed to nobody."""
    watches = tracking.watches(parcels)
    return len(watches) == len(parcels) and all(watch.subscribed_until for watch in watches)


def _until_settled(stack: LocalStack, store: DynamoOrderStore, declared: Declared, console: Console) -> list[Head]:
    """Looks at the orders until each stands where it was declared to end, or nothing has moved for long.

    Not until none moves: some are done, and then their ERP thinks again.
    """
    moved, told = time.monotonic(), ""
    heads: list[Head] = []
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while time.monotonic() - moved < PATIENCE_SECONDS:
            seen, heads = heads, store.heads(_keys(stack, store))
            moved = moved if heads == seen else time.monotonic()
            told = _tell(live, told, _progress(heads, len(declared.ends)))
            if as_declared(declared, heads):
                break
            time.sleep(LOOK_SECONDS)
    return sorted(heads, key=name_of)


def name_of(head: Head) -> str:
    """The document's number, with its parcel group where it has several."""
    return "-".join(filter(None, (head.document, delivery_of(head.key))))


def _tell(live: Live, told: str, progress: str) -> str:
    """Moves the progress line on a terminal; elsewhere (a log) prints it whenever it has changed."""
    if live.console.is_terminal:
        live.update(progress)
    elif progress != told:
        live.console.print(progress, highlight=False)
    return progress


def _progress(heads: Sequence[Head], orders: int) -> str:
    states = Counter(str(head.state) for head in heads)
    ended = sum(head.state in ENDS for head in heads)
    bar = "█" * (30 * ended // max(orders, 1))
    return f"{bar:<30} {ended}/{orders}  " + "  ".join(f"{state} {count}" for state, count in sorted(states.items()))


def _fetch_labels(stack: LocalStack, store: DynamoOrderStore, heads: Sequence[Head]) -> dict[str, Path]:
    """Copies the first label of each order next to the checkout, where a person can open it."""
    s3, bucket = stack.aws.client("s3"), stack.aws.outputs["LabelBucket"]
    folder = stack.home / LABELS
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for head in heads:
        packages = store.packages(head.key, head.generation) if head.shipment_id else ()
        for package in packages[:1]:
            file = folder / f"{name_of(head)}-{package.number}.{package.label.rsplit('.', 1)[-1]}"
            file.write_bytes(s3.get_object(Bucket=bucket, Key=package.label)["Body"].read())
            files[head.key] = file
    return files


def _table(title: str, heads: Sequence[Head], files: dict[str, Path]) -> Table:
    table = Table(title=f"{title} (labels in {LABELS})", title_justify="left", box=SIMPLE)
    for name, width in (
        ("order", 7),
        ("state", 9),
        ("tracking number", 18),
        ("service", 7),
        ("cost", 10),
        ("label file", 13),
    ):
        table.add_column(name, min_width=width, no_wrap=name in ("order", "tracking number"))
    for head in heads[:ROWS]:
        state = f"{head.state} {head.reason}".strip()
        if not head.shipment_id:
            table.add_row(name_of(head), state)
            continue
        more = f" +{head.packages_made - 1}" if head.packages_made > 1 else ""
        cost = f"{'about ' if head.cost_estimated else ''}{head.cost}"
        name = files[head.key].name if head.key in files else ""
        table.add_row(name_of(head), state, head.tracking_number + more, head.service, cost, name)
    return table
