"""Stock of both sides, compared in full every so often; where the file says so the owner's number is set there.

The carrier's levels are read before receipts are counted and the ERP's afterwards, so that goods which came in before
are booked on both sides; what is booked on one alone is left as it is until the next comparison. A level is set to a
number and never counted up: a lost answer does no harm, and the next comparison sees what became of it. Before the ERP
is set to a carrier's level, that one is read again: what has moved since, or was listed wrongly, is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared import log
from shared.connection import Connection, StockRules, stock_rules
from shared.domain.receiving import InboundOrder, Stage
from shared.domain.stock import KEPT, StockDifference, StockScan, stock_difference
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.ports import Ports
from shared.ports.receiving import KeepsStock, ShelvesStock
from shared.workflow.receiving.job import Job

Place = tuple[str, str]
"""A warehouse and a SKU."""
MOVES = "its stock at the warehouse has just moved"
MOST_FAILURES = 5
"""Calls in a row that fail before a comparison rests until the next turn."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """The things to compare: both sides, the rules, and the carrier's pieces of each SKU by warehouse, read in full."""

    erp: KeepsStock
    carrier: ShelvesStock
    rules: StockRules
    locations: Mapping[str, str]
    pieces: Mapping[Place, int] = field(default_factory=dict)


def shelves(connection: Connection, erp: object, carrier: object) -> Shelves:
    """Reads the carrier's levels. Raises Misconfigured for sides that tell no stock, and what the carrier raises."""
    rules = stock_rules(connection)
    if rules is None:
        hint = "add stock with its owner to the connection file, and apply it"
        raise Misconfigured(f"{connection.id} compares no stock", field="stock", hint=hint, general=False)
    if not (isinstance(erp, KeepsStock) and isinstance(carrier, ShelvesStock)):
        raise Misconfigured("this ERP and this carrier tell no stock", field="stock", general=False)
    places = getattr(connection, "warehouses", {})
    locations = {code: places[code].erp_location or "" for code, side in rules.owners.items() if side == "carrier"}
    products = carrier.products()
    pieces: dict[Place, int] = {}
    for warehouse in rules.owners:
        pieces |= {(warehouse, sku): 0 for sku in products}
        pieces |= {(warehouse, sku): count for sku, count in carrier.levels(warehouse).items()}
    return Shelves(erp, carrier, rules, locations, dict(sorted(pieces.items())))


def difference_at(on: Shelves, place: Place, waiting: frozenset[Place]) -> StockDifference | None:
    """The difference of a SKU at a warehouse, None for none. Raises what the ERP raises."""
    warehouse, sku = place
    erp = on.erp.stock_of(warehouse, on.locations.get(warehouse, ""), sku)
    owner, pieces = on.rules.owners[warehouse], on.pieces[place]
    return stock_difference(warehouse, sku, owner, erp, pieces, under_way=place in waiting)


def under_way(ports: Ports, connection: Connection, *, ahead: bool) -> frozenset[Place]:
    """The SKUs of which receipts are not booked yet, or, with `ahead`, are booked before the warehouse counts them."""
    found: set[Place] = set()
    for bucket in ("open", "held"):
        for key in ports.receiving.listing(connection.id, bucket):
            order = ports.receiving.get(key)
            if order is None:
                continue
            waiting = (
                {each.sku for each in ports.receiving.receipts(key) if each.is_open} if order.open_receipts else ()
            )
            counted = order.skus if _may_come(order, ahead=ahead) else ()
            found |= {(order.warehouse, sku) for sku in (*waiting, *counted, *dict(order.foreign))}
    return frozenset(found)


def _may_come(order: InboundOrder, *, ahead: bool) -> bool:
    """Tell if goods of it may be on the shelf that no receipt is made for: nobody knows whether it was made, or what is
    there is not read while a person is asked."""
    made = order.stage in (Stage.DRAFT, Stage.OPEN)
    return order.stage == Stage.INTENT or (made and bool(order.hold)) or (ahead and order.stage == Stage.OPEN)


# --- in a turn ------------------------------------------------------------------------------------------------------


def begin(job: Job) -> Shelves | None:
    """The carrier's levels where a comparison is due, or under way; None otherwise, and where they cannot be read: the
    turn goes on without it."""
    rules, scan = stock_rules(job.stored.connection), job.ports.receiving.scan(job.connection)
    now = job.ports.clock.now()
    if rules is None or (scan and scan.ended and now < scan.started + rules.every):
        return None
    try:
        return shelves(job.stored.connection, job.erp, job.warehouse)
    except (Retry, Refused, Misconfigured) as error:
        _fails(job, scan, str(error))
        return None


def put_off(job: Job) -> None:
    """Puts the comparison off until it is due again: reading levels left no time for the orders, which come first."""
    scan, now = _opened(job), job.ports.clock.now()
    why = "put off: the purchase orders needed the time"
    log.trouble("stock_put_off", connection=job.connection)
    job.ports.receiving.keep_scan(
        replace(scan, version=scan.version + 1, started=now, ended=now, place=("", ""), why=why)
    )


def compare(job: Job, on: Shelves) -> bool:
    """Compares each SKU, and sets what is to be set; False when time ran out, or a side did not answer: the next turn
    goes on from there."""
    scan = _opened(job)
    ahead = job.rules.moment != "quantity_received"
    waiting = under_way(job.ports, job.stored.connection, ahead=ahead)
    failures = 0
    for place in (each for each in on.pieces if each > scan.place):
        if job.must_stop() or failures >= MOST_FAILURES:
            return _keep(job, scan, done=False)
        try:
            found = difference_at(on, place, waiting)
        except (Retry, Misconfigured) as error:
            return _keep(job, replace(scan, why=_said(error)), done=False)
        except Refused as error:
            scan = replace(scan, place=place, compared=scan.compared + 1, failed=scan.failed + 1, why=_said(error))
            continue
        if found and not found.why and on.rules.writes:
            found = _set(job, on, found)
            failures = failures + 1 if found.failed else 0
        scan = _counted(scan, place, found)
    return _keep(job, scan, done=True)


def _set(job: Job, on: Shelves, found: StockDifference) -> StockDifference:
    """Gives the other side the owner's number."""
    pieces = int(found.owned)
    try:
        if found.owner == "erp":
            on.carrier.set_level(found.warehouse, found.sku, pieces)
        elif on.carrier.level(found.warehouse, found.sku) != pieces:
            return replace(found, why=MOVES)
        else:
            on.erp.set_stock(found.warehouse, on.locations[found.warehouse], found.sku, pieces)
    except (Retry, Refused, Unknown, Misconfigured) as error:
        log.trouble(
            "stock_not_set", connection=job.connection, warehouse=found.warehouse, sku=found.sku, why=_said(error)
        )
        return replace(found, why=f"not set: {_said(error)}", failed=True)
    before = f"{found.pieces if found.owner == 'erp' else found.erp}"
    log.step("stock_set", connection=job.connection, warehouse=found.warehouse, sku=found.sku, was=before, now=pieces)
    return replace(found, written=True)


def _said(error: ParcelbridgeError) -> str:
    return str(error)[:200]


def _opened(job: Job) -> StockScan:
    """The comparison under way, or a new one."""
    scan = job.ports.receiving.scan(job.connection)
    if scan and scan.ended is None:
        return scan
    return StockScan(job.connection, scan.version if scan else 0, job.ports.clock.now())


def _counted(scan: StockScan, place: Place, found: StockDifference | None) -> StockScan:
    scan = replace(scan, place=place, compared=scan.compared + 1)
    if found is None:
        return scan
    kept = (*scan.differences, found) if len(scan.differences) < KEPT else scan.differences
    return replace(
        scan,
        differing=scan.differing + 1,
        written=scan.written + found.written,
        failed=scan.failed + found.failed,
        differences=kept,
    )


def _keep(job: Job, scan: StockScan, *, done: bool) -> bool:
    now = job.ports.clock.now()
    scan = replace(scan, version=scan.version + 1)
    if done:
        scan = replace(scan, ended=now, place=("", ""))
    job.ports.receiving.keep_scan(scan)
    counts = f"{scan.compared} compared, {scan.differing} differ, {scan.written} set, {scan.failed} failed"
    log.step("stock_compared", connection=job.connection, done=done, counts=counts, why=scan.why)
    return done


def _fails(job: Job, scan: StockScan | None, why: str) -> None:
    """No comparison is possible now: that is said with the last one, and tried again at the next turn."""
    log.trouble("stock_not_compared", connection=job.connection, why=why[:200])
    before = scan or StockScan(job.connection, 0, job.ports.clock.now())
    job.ports.receiving.keep_scan(replace(before, version=before.version + 1, why=why[:300]))
