"""The verdict on a world, by what the carrier and the ERP know, the audit, and the ends that were declared before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from sandbox.ledger import LedgerShipment
from sandbox.simulation.audit import audit_faults
from sandbox.simulation.orders import End, Seeded
from sandbox.simulation.parcels import approvals, beside, contents, days, filed, images, limits, voids, wording
from sandbox.simulation.quirks import DEAR, LATE
from sandbox.simulation.scheduler import HOUR, SECOND
from sandbox.simulation.verdict import ENDS, Complaint, Verdict
from sandbox.simulation.world import DEPLOYMENT, START, World
from shared.domain.record import Head
from shared.domain.reference import reference_of
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.workflow.orders.due import may_have_stray

IN_DOUBT = End(State.HELD, str(Reason.UNKNOWN), 0)
FORMER = End(State.HELD, str(Reason.UNKNOWN), 1)
"""A shipment was found that may be of the order as it was before a change: a person compares."""
STRAY = End(State.HELD, str(Reason.STRAY), 1)
CLAIMED_WITHIN = timedelta(hours=12)
"""Where no fault strikes; what comes later was missed by the polls, and found by the daily re-scan."""
TOKENS = 12
"""So many token requests beside those of the tokens' own life: revocations and rotations, each some."""
LAST_LOOK = timedelta(hours=4, minutes=20)
"""After the last intent: by then the second look was made, and everything was in the carrier's index."""


def well(world: World) -> bool:
    """Tell if every order has come to an end that it may have: cheap, and no verdict yet."""
    heads = _by_document(world)
    return all(_ended(world, order, heads.get(order.document, ())) for order in world.seeded)


def _ended(world: World, order: Seeded, heads: Sequence[Head]) -> bool:
    late = order.correction is not None and world.scheduler.time < order.correction.after
    late = late or world.erp.undecided(order.document)
    if late or not _all_known(world, order, heads) or not all(_rests(world, order, head) for head in heads):
        return False
    # DONE is also how an order stands that was changed after its label, before that is told and shipped again
    return not order.story or not any(contents(world, order, heads, world.ledger.live_of_order(order.document)))


def _all_known(world: World, order: Seeded, heads: Sequence[Head]) -> bool:
    """Tell if all parcel groups of the order were taken in. A document that was closed before it was read never is."""
    closed = order.document in world.missed and any(end.state == State.CANCELLED for end in order.ends)
    return len(heads) == order.groups or (closed and not heads)


def _rests(world: World, order: Seeded, head: Head) -> bool:
    end = (head.state, head.reason)
    unlabelled = end == (IN_DOUBT.state, IN_DOUBT.reason)  # what comes after a label never comes
    untold = order.document in world.untold and not unlabelled
    ends = _ends(world, order, head)
    return not untold and end in {(each.state, each.reason) for each in ends} and not _to_be_looked_at(world, head)


def _to_be_looked_at(world: World, head: Head) -> bool:
    """Tell if a stray may still be found: all are in sight after four hours, and then none is left beside."""
    if not world.scenario.blind or head.intent_at is None:
        return False
    if world.scheduler.now() < head.intent_at + LAST_LOOK and may_have_stray(head):
        return True
    doubled = _doubled(_live(world, head))
    told = (head.state, head.reason) == (STRAY.state, STRAY.reason) or _both_told(world, head, doubled)
    return bool(doubled) and (world.scenario.strays == "void" or not told)


def _ends(world: World, order: Seeded, head: Head) -> tuple[End, ...]:
    """The declared ones; of an order whose create really was struck its slack, and, where no clerk decides, in doubt
    for who holds what is unknown, and a stray for who reports it."""
    if head.key not in world.choke.doubtful:
        return order.ends
    scenario, ends = world.scenario, (*order.ends, *order.slack)
    if scenario.unknown == "hold" and not scenario.clerks:
        ends = (*ends, IN_DOUBT, *((FORMER,) if order.quirk == LATE else ()))
    changed = order.story or (order.correction and order.correction.act)
    if scenario.strays == "report" and not scenario.clerks and changed:
        ends = (*ends, FORMER)
    if scenario.strays == "report" and not scenario.clerks and (scenario.blind or order.quirk == LATE):
        ends = (*ends, STRAY)
    return ends


def judge(world: World) -> Verdict:
    heads = _by_document(world)
    complaints = [
        *world.complaints,
        *(each for order in world.seeded for each in _order(world, order, heads.get(order.document, ()))),
        *_strangers(world, heads),
        *_writes(world),
        *(Complaint("unexpected", "", each) for each in limits(world)),
        *_tokens(world),
        *(Complaint("unexpected", "", f"the ERP was sent {each} in vain") for each in world.erp.overlooked()),
    ]
    held = sum(any(head.state == State.HELD for head in each) for each in heads.values())
    strays = sum(any(_doubled(_live(world, head)) for head in each) for each in heads.values())
    return Verdict(tuple(complaints), held, strays)


def _by_document(world: World) -> dict[str, list[Head]]:
    """Every order by its document; without the parcel groups that a division left without a line."""
    found: dict[str, list[Head]] = {}
    for head in world.orders.every():
        if head.state != State.CANCELLED or world.orders.audit(head.key)[-1].what != Step.REGROUPED:
            found.setdefault(head.document, []).append(head)
    return found


def _order(world: World, order: Seeded, heads: Sequence[Head]) -> Iterator[Complaint]:
    document, live = order.document, world.ledger.live_of_order(order.document)
    if not _all_known(world, order, heads):
        kind = "lost" if len(heads) < order.groups else "unexpected"
        yield Complaint(kind, document, f"{len(heads)} parcel groups are known, of {order.groups}")
    if heads and order.late <= 120 * SECOND and not world.scenario.pause and not world.choke.struck:
        waited = min(head.created_at for head in heads) - START - timedelta(microseconds=order.at + order.late)
        if waited > CLAIMED_WITHIN:
            yield Complaint("lost", document, f"only the daily re-scan found it, after {waited}")
    known = set()
    for head in heads:
        mine = _live(world, head)
        known |= {each.shipment_id for each in mine}
        yield from (Complaint(kind, document, words) for kind, words in _group(world, order, head, mine))
        yield from (
            Complaint("unexpected", document, words) for words in audit_faults(world.orders.audit(head.key), head)
        )
        yield from (Complaint("lost", document, words) for words in images(world, head, mine))
        yield from (Complaint("unexpected", document, words) for words in approvals(world, order, head))
        yield from (Complaint("unexpected", document, words) for words in voids(world, head))
        yield from (Complaint("unexpected", document, words) for words in filed(world, order, head, mine))
    if {each.shipment_id for each in live} - known:
        yield Complaint("lost", document, "shipments are live that no parcel group of it asked for")
    yield from (Complaint(kind, document, words) for kind, words in _fields(world, order, heads, live))
    yield from (Complaint("unexpected", document, words) for words in contents(world, order, heads, live))
    yield from (Complaint("unexpected", document, words) for words in days(world, order))
    yield from (Complaint("duplicated", document, words) for words in beside(world, document))
    connection = world.all_connections[int(order.second)].id
    yield from (Complaint("lost", document, words) for words in world.readings.missed(connection, document))


def _live(world: World, head: Head) -> list[LedgerShipment]:
    """The parcel group's live shipments, of all generations."""
    ours = {reference_of(DEPLOYMENT, head.key, generation + 1) for generation in range(head.generation)}
    return [each for each in world.ledger.live_of_order(head.document) if each.reference in ours]


def _doubled(live: Sequence[LedgerShipment]) -> list[LedgerShipment]:
    """Those of which another one with the same reference lives."""
    count = Counter(each.reference for each in live)
    return [each for each in live if count[each.reference] > 1]


def _group(world: World, order: Seeded, head: Head, live: Sequence[LedgerShipment]) -> Iterator[tuple[str, str]]:
    """One parcel group against its live shipments."""
    doubled = _doubled(live)
    told = (head.state, head.reason) == (STRAY.state, STRAY.reason) or _both_told(world, head, doubled)
    if doubled and not (told and world.scenario.strays == "report"):
        yield "duplicated", f"{len(doubled)} live shipments: {', '.join(each.shipment_id for each in doubled)}"
    if head.state not in ENDS:
        yield "stuck", f"{head.state} {head.reason} since {head.updated_at:%d %H:%M:%S}"
        return
    if told and all(each.shipment_id == head.shipment_id for each in live):
        yield "unexpected", "held for a stray that is none"
    references = {each.reference for each in live}
    if (head.state, head.reason) == (IN_DOUBT.state, IN_DOUBT.reason):
        references &= {reference_of(DEPLOYMENT, head.key, head.generation)}  # the others are in no doubt
    end = End(head.state, head.reason, len(references))
    allowed = _ends(world, order, head)
    if end not in allowed and not (told and STRAY in allowed):
        words = " or ".join(f"{each.state} {each.reason} ({each.live} live)" for each in allowed)
        yield "unexpected", f"ended {end.state} {end.reason} ({len(live)} live), declared {words}"
    if head.state == State.DONE and head.shipment_id not in {each.shipment_id for each in live}:
        yield "lost", f"DONE with {head.shipment_id or 'no shipment'}, which is not live at the carrier"


def _fields(
    world: World, order: Seeded, heads: Sequence[Head], live: Sequence[LedgerShipment]
) -> Iterator[tuple[str, str]]:
    """Yield the faults of an order's fields in the ERP: numbers and cost of live shipments, the values of others."""
    for name, value in world.erp.spoilt(order.document).items():
        yield "unexpected", f"{name} of another user is {value!r}"
    fields = world.erp.fields_of(order.document)
    if not heads or any(head.state not in ENDS for head in heads):
        return
    recorded = {each for head in heads if head.shipment_id or head.generation > 1 for each in _recorded(world, head)}
    mine = [each for each in live if each.shipment_id in recorded]
    reasons = {head.reason for head in heads if head.state == State.HELD}
    if reasons & {Reason.LABEL, Reason.WRITE_BACK}:  # the ERP is told once a person lets it, or the ERP does
        return
    numbers = sorted(number for each in mine for number in each.live_numbers)
    told = fields.get("tracking_numbers", "")
    if not _told(told, numbers, world.erp.most_numbers) and not (world.erp.told_once and _told_first(told, mine)):
        yield "lost", f"the ERP has the numbers {told!r}, the carrier {' '.join(numbers)!r}"
    billed = sum((world.carrier.billed(each) for each in mine if "cost" not in world.erp.untold), Decimal(0))
    billed *= DEAR if Reason.PRICE_RISE in reasons else 1
    if Decimal(fields.get("cost") or 0) != billed:
        yield "unexpected", f"the ERP has the cost {fields.get('cost')!r}, the carrier bills {billed}"
    yield from (("unexpected", each) for each in wording(fields, mine, world.erp.untold))


def _both_told(world: World, head: Head, doubled: Sequence[LedgerShipment]) -> bool:
    """Of several shipments that a look-up finds at once none is adopted where nothing is voided: a person chooses."""
    unknown = (head.state, head.reason) == (IN_DOUBT.state, IN_DOUBT.reason)
    return unknown and world.scenario.strays == "report" and bool(doubled)


def _recorded(world: World, head: Head) -> set[str]:
    """The shipments that the trail names: of several under one reference, which one the ERP is told of."""
    changes = (dict(entry.changes) for entry in world.orders.audit(head.key))
    return {each["shipment_id"] for each in changes if each.get("shipment_id")}


def _told(text: str, numbers: Sequence[str], most: int) -> bool:
    """Tell if the field has all numbers, or the first ones and how many more there are, since it takes `most`."""
    words = text.split()
    more = int(words.pop()) if words and words[-1].startswith("+") else 0
    return set(words) <= set(numbers) and len(set(words)) + more == len(numbers) and (len(words) == most or not more)


def _told_first(text: str, live: Sequence[LedgerShipment]) -> bool:
    """Tell if the field has the numbers of the shipments of which the document was told, each whole."""
    words = set(text.split())
    return bool(words) and words == {
        number for each in live if words & set(each.tracking_numbers) for number in each.tracking_numbers
    }


def _strangers(world: World, heads: dict[str, list[Head]]) -> Iterator[Complaint]:
    ours = {order.document for order in world.seeded}
    for document in heads:
        if document not in ours:
            yield Complaint("unexpected", document, "taken in, though nobody entered it")
    for shipment in world.ledger.live():
        if shipment.erp_reference not in ours:
            yield Complaint("unexpected", shipment.erp_reference, f"shipment {shipment.shipment_id} is nobody's")


def _writes(world: World) -> Iterator[Complaint]:
    """Every field that the service account wrote is one of ours, on an order that is ours to ship."""
    ours = {order.document for order in world.seeded if order.story or any(end.live for end in order.ends)}
    for write in world.erp.written():
        if not write.name or write.document not in ours or write.who != world.erp.user:
            yield Complaint("unexpected", write.document, f"{write.field} was written by {write.who}")


def _tokens(world: World) -> Iterator[Complaint]:
    """One token is for all workers: told where no fault has lost one."""
    if world.choke.struck:
        return
    hours = world.scheduler.time / HOUR
    for system in (world.erp, world.carrier):
        if system.sessions > TOKENS + hours / (system.token_life / timedelta(hours=1)):
            words = f"{system.sessions} tokens were asked of {system.kind} in {hours:.0f} hours"
            yield Complaint("unexpected", "", words)
