"""Judge the purchases beyond their number: their contents and destination, their images, the words beside their
numbers, who approved them and when, how many in an hour, and how long two labels lived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from sandbox.faces import Goods
from sandbox.ledger import LedgerShipment
from sandbox.simulation.orders import Seeded
from sandbox.simulation.scenario import DAYS_BEFORE_NEEDED
from sandbox.simulation.world import DEPLOYMENT, START, World
from shared.domain.milestones import Milestone
from shared.domain.record import Head
from shared.domain.reference import reference_of
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.workflow.orders.standing import VOIDED

POUNDS = Decimal("2.20462")
"""Of a kilogram, in which the ERPs weigh."""
BY_HAND = Decimal("2.5")
"""Pounds of one piece of what the clerk weighs (stories.py)."""
CLOSE = Decimal("0.1")
"""Pounds; the ERP's weights are rounded."""
ORIGIN = ZoneInfo("America/New_York")
"""Where the suppliers of orders that wait hand their parcels over."""
PROMPT = timedelta(minutes=1)
"""Clocks are 20 seconds off, and a worker reads the file with its order."""
APPROVED = timedelta(days=7, minutes=1)
"""So long holds an approval; two clocks are 20 seconds off."""
TWO_LIVE, MORE = timedelta(hours=8), timedelta(hours=1)
"""After the look 4 hours behind the intent none is left beside, should a side be away for an hour or two; each fault
that strikes the order's own steps from then on may cost another hour."""


def contents(world: World, order: Seeded, heads: Sequence[Head], live: Sequence[LedgerShipment]) -> Iterator[str]:
    """Yield the faults of a DONE order: its parcels hold what the ERP has in the end, unless a person let it pass."""
    done = heads and all(head.state == State.DONE for head in heads)
    if not done or order.story.endswith(("let pass", "package voided")) or order.document not in world.erp.documents():
        return
    goods = world.erp.goods(order.document)
    wanted_at, went = goods.places, {each.destination[0] for each in live}
    if went != wanted_at:
        yield f"went to {' '.join(sorted(went))}, the ERP has {' '.join(sorted(wanted_at))}"
    packed = [weight for each in live for weight in each.weights]
    wanted = _pounds(goods)
    if not _is_about(wanted, packed):
        yield f"{sum(packed)} pounds went, the ERP has {wanted:.1f}"


def is_as_entered(goods: Goods, shipment: LedgerShipment) -> bool:
    """Tell if it goes to a place of the order, and, where that is the order's only one, with as much as it has."""
    whole = len(goods.places) > 1 or _is_about(_pounds(goods), shipment.weights)
    return shipment.destination[0] in goods.places and whole


def _is_about(wanted: Decimal, packed: Sequence[Decimal]) -> bool:
    """Each package is rounded up to a whole pound."""
    return -CLOSE <= sum(packed, Decimal(0)) - wanted < len(packed)


def _pounds(goods: Goods) -> Decimal:
    each = ((quantity, weight * POUNDS if weight else BY_HAND) for quantity, weight in goods.pieces)
    return sum((quantity * pounds for quantity, pounds in each), Decimal(0))


def images(world: World, head: Head, live: Sequence[LedgerShipment]) -> Iterator[str]:
    """Each parcel of a DONE order has its own image, unless a person let the order go on without."""
    trail = world.orders.audit(head.key)
    if head.state != State.DONE or any(("reason", str(Reason.LABEL)) in entry.changes for entry in trail):
        return
    numbers = {number for each in live if each.shipment_id == head.shipment_id for number in each.live_numbers}
    for package in world.orders.packages(head.key, head.generation):
        if package.tracking_number in numbers and not package.voided:
            numbers.discard(package.tracking_number)
            image = world.labels.images.get(package.label, b"")
            if package.tracking_number.encode() not in image:
                yield f"the image of {package.tracking_number} is {'that of another parcel' if image else 'not kept'}"
    if numbers:
        yield f"{' '.join(sorted(numbers))} is not kept as a package"


def wording(fields: dict[str, str], live: Sequence[LedgerShipment], untold: frozenset[str]) -> Iterator[str]:
    """Service, currency and milestone beside the numbers; what the ERP is `untold` is blank. Parcel groups of one
    document may go by two services when its file was applied anew between them: then it has both."""
    services, currencies = ({getattr(each, name) for each in live} for name in ("service", "currency"))
    milestones = {str(Milestone.LABEL_CREATED)} if live else {"", VOIDED}
    checked = (("service", services or {""}), ("currency", currencies or {""}), ("milestone", milestones))
    for name, words in checked:
        allowed = {""} if name in untold else words
        told = fields.get(name, "")
        both = name == "service" and told and set(told.split()) <= allowed
        if told not in allowed and not both:
            yield f"the ERP has {fields.get(name, '')!r} in {name}, allowed is {' or '.join(map(repr, allowed))}"


def approvals(world: World, order: Seeded, head: Head) -> Iterator[str]:
    """Yield the purchases that only a person may let go, and that no approval of the last seven days covers."""
    if order.correction is None or order.correction.act is not None:
        return
    approved: datetime | None = None
    for entry in world.orders.audit(head.key):
        approved = entry.at if entry.what == Step.APPROVED else approved
        if entry.what == Step.INTENT and (approved is None or entry.at - approved > APPROVED):
            yield f"bought on {entry.at:%d %H:%M} on an approval of {approved or 'nobody'}"


def voids(world: World, head: Head) -> Iterator[str]:
    """No void counts as refused that the carrier had made by then, however its answer was lost."""
    recorded = ""
    for entry in world.orders.audit(head.key):
        recorded = dict(entry.changes).get("shipment_id", recorded)
        shipment = world.ledger.of_id(recorded)
        if entry.what == Step.VOID_REFUSED and shipment and shipment.voided_at and shipment.voided_at < entry.at:
            yield f"the void of {recorded} counts as refused with step {entry.sequence}, and was made before"


def limits(world: World) -> Iterator[str]:
    """No hour takes more intents than its limit, but for those that are proved to have made nothing."""
    if world.scenario.labels_per_hour >= world.scenario.orders:
        return
    trails = (world.orders.audit(head.key) for head in world.orders.every())
    pairs = (pair for trail in trails for pair in pairwise(trail))
    made = (
        entry for entry, then in pairs if entry.what == Step.INTENT and then.what not in (Step.NOT_SENT, Step.REFUSED)
    )
    hours = Counter(dict(entry.changes)["intent_at"][:13] for entry in made)
    for hour, count in hours.items():
        if count > world.scenario.labels_per_hour:
            yield f"{count} labels were bought from {hour} on, allowed are {world.scenario.labels_per_hour} an hour"


def filed(world: World, order: Seeded, head: Head, live: Sequence[LedgerShipment]) -> Iterator[str]:
    """It is the connection's own, and what was bought after a file was applied goes by that file."""
    if head.connection != world.all_connections[int(order.second)].id:
        yield f"taken by connection {head.connection}"
    applied = world.applied_anew
    if applied is None or order.second:
        return
    generation, begun = 1, dict[str, datetime]()
    for entry in world.orders.audit(head.key):
        generation = int(dict(entry.changes).get("generation", generation))
        if entry.what == Step.INTENT:
            begun.setdefault(reference_of(DEPLOYMENT, head.key, generation), entry.at)
    for shipment in live:
        asked = begun.get(shipment.reference)
        if asked and asked > applied + PROMPT and shipment.service == world.carrier.service:
            words = f"by the file that held until {applied:%d %H:%M}"
            yield f"{shipment.shipment_id} was asked for at {asked:%d %H:%M} {words}"


def days(world: World, order: Seeded) -> Iterator[str]:
    """Yield the labels that were bought before the ship date of their order had begun where it ships from."""
    if order.needed is None:
        return
    day = order.needed - timedelta(days=DAYS_BEFORE_NEEDED)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    begins = datetime.combine(day, time(), ORIGIN).astimezone(UTC)
    for shipment in world.ledger.of_order(order.document):
        if shipment.created_at < begins - PROMPT:
            yield f"{shipment.shipment_id} was bought at {shipment.created_at:%d %H:%M}, and it ships on {day}"


def beside(world: World, document: str) -> Iterator[str]:
    """Where strays are voided, no two labels of one reference live side by side for long."""
    if world.scenario.strays != "void":
        return
    for one, other in pairwise(sorted(world.ledger.of_order(document), key=lambda each: each.reference)):
        ends = [each.voided_at for each in (one, other) if each.voided_at]
        begun = max(one.created_at, other.created_at)
        if one.reference != other.reference or not ends:
            continue
        since = (begun - START) // timedelta(microseconds=1)
        struck = sum(each.at >= since and document in each.place.task for each in world.choke.struck)
        if min(ends) - begun > TWO_LIVE + MORE * struck:
            yield f"{one.shipment_id} and {other.shipment_id} lived side by side for {min(ends) - begun}"
