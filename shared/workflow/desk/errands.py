"""A worker does what a person asked for in the console: each errand once, for the order that the person saw.

A message is a hint. An errand is begun by one worker alone; one that lost its worker is not done again, and the order
shows how far it came. A void, a purchase or an adoption happens only while the order is at the version that was seen,
so that an errand which was asked for twice is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from shared import log
from shared.domain.errand import LAPSES, Errand, Result, Stage, Verb, place_of
from shared.domain.record import Head
from shared.domain.state import State
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Unknown, hint_of
from shared.ports import Conflict, Ports
from shared.ports.errands import Errands
from shared.workflow.desk import try_orders, unknown
from shared.workflow.desk.check_systems import tested
from shared.workflow.desk.propose import proposal_of, shown, token_of
from shared.workflow.desk.ship_again import ship_again
from shared.workflow.desk.void import void
from shared.workflow.orders.standing import existing, is_voided, standing

SHIPMENTS = ("shipment", "packages", "service")


class Doubtful(Exception):
    """The effect of an errand is not known; the text says what is."""


def run(ports: Ports, errands: Errands, place: str) -> None:
    """Does the errand that a message names, unless it has been begun, has ended or has lapsed. Raises ValueError for a
    text that names none; what goes wrong with the errand itself is its result."""
    errand = errands.get(*place_of(place))
    if errand is None:
        log.trouble("errand_not_found", errand=place)
        return
    now = ports.clock.now()
    if errand.stage != Stage.ASKED or now - errand.asked_at >= LAPSES:
        log.step("errand_left", errand=place, state=errand.standing(now))
        return
    begun = errands.begin(errand, now)
    if begun is None:
        log.step("somebody_else_was_first", errand=place)
        return
    stage, result = _done(ports, begun)
    errands.end(replace(begun, stage=stage, result=result))
    log.step("errand_ended", errand=place, connection=errand.connection, verb=errand.verb, state=stage)


def _done(ports: Ports, errand: Errand) -> tuple[Stage, Result]:
    """The end of an errand. An error that nobody foresaw leaves it unclear: it is not done a second time."""
    try:
        return Stage.DONE, _VERBS[errand.verb](ports, errand)
    except Conflict:
        return _overtaken(ports, errand)
    except (Doubtful, Unknown) as error:
        return Stage.UNCLEAR, Result(str(error))
    except ParcelbridgeError as error:
        return Stage.REFUSED, Result(str(error), hint=hint_of(error))
    except Exception as error:  # noqa: BLE001 - whatever it was, it is not tried again by itself
        log.failed("errand_failed", error, errand=errand.place)
        return Stage.UNCLEAR, Result("an error of ours, which was logged")


def _overtaken(ports: Ports, errand: Errand) -> tuple[Stage, Result]:
    """Somebody else moved the order: nothing was done."""
    head = ports.orders.head(errand.subject)
    stands = f": it is {standing(head)} now" if head else ""
    return Stage.REFUSED, Result(f"somebody else changed the order meanwhile{stands}")


def _void(ports: Ports, errand: Errand) -> Result:
    existing(ports, errand.subject, errand.version)
    try:
        after = void(ports, errand.subject, errand.who, why=errand.why, packages=errand.names, version=errand.version)
    except Conflict:  # it was as it was seen a moment ago, so the carrier may have been asked
        raise Doubtful("somebody else changed the order at the same time: look at it, and void it again") from None
    if after.state == State.HELD and not is_voided(after):
        raise Doubtful("the carrier did not answer: it is not known whether the label is voided; void it again")
    rest = "" if is_voided(after) else f"; its other packages go on, {after.packages_made} of them"
    return Result(f"voided at the carrier{rest}; the ERP's fields are corrected next")


def _propose(ports: Ports, errand: Errand) -> Result:
    existing(ports, errand.subject, errand.version)
    return shown(proposal_of(ports, errand.subject, errand.names))


def _ship(ports: Ports, errand: Errand) -> Result:
    """Only what was shown: the ERP may have changed since."""
    existing(ports, errand.subject, errand.version)
    proposal = proposal_of(ports, errand.subject, errand.names)
    if token_of(proposal) != errand.token:
        raise Refused("changed", "the ERP has changed the order since it was shown: look at it again", field="token")
    after = ship_again(ports, proposal, errand.who)
    return Result(f"shipment {after.generation} is prepared; it is quoted and approved as any other")


def _look_up(ports: Ports, errand: Errand) -> Result:
    found = unknown.find(ports, errand.subject)
    at = " and ".join(found.asked)
    rows = tuple((each.shipment_id, ", ".join(each.tracking_numbers), each.service) for each in found.shipments)
    said = f"{len(rows)} found at {at}" if rows else f"nothing found at {at}"
    settled = unknown.settled_at(ports, existing(ports, errand.subject))
    if not rows and settled and ports.clock.now() < settled:
        said += f", which proves nothing before {settled:%Y-%m-%d %H:%M} UTC"
    return Result(said, SHIPMENTS if rows else (), rows)


def _adopt(ports: Ports, errand: Errand) -> Result:
    head, others = unknown.adopt(ports, errand.subject, errand.names[0], errand.who, version=errand.version)
    beside = f"; {', '.join(others)} carry the same reference and live on: void them at the carrier" if others else ""
    return Result(f"{head.shipment_id} is the order's now; its numbers go to the ERP{beside}")


def _declare_absent(ports: Ports, errand: Errand) -> Result:
    head: Head = unknown.declare_absent(ports, errand.subject, errand.who, word=errand.why, version=errand.version)
    goes_on = "it is bought again" if head.state == State.READY else "the next poll reads it again"
    return Result(f"no label was found, and {goes_on}")


def _dry_run(ports: Ports, errand: Errand) -> Result:
    stored = ports.connections.get(errand.subject)
    if stored is None:
        raise Misconfigured(f"there is no connection {errand.subject}", field="name")
    return try_orders.tried_of(ports, stored, errand.names)


def _test(ports: Ports, errand: Errand) -> Result:
    stored = ports.connections.get(errand.subject)
    if stored is None:
        raise Misconfigured(f"there is no connection {errand.subject}", field="name")
    return tested(ports, stored.connection)


_VERBS: Mapping[Verb, Callable[[Ports, Errand], Result]] = {
    Verb.VOID: _void,
    Verb.PROPOSE: _propose,
    Verb.SHIP: _ship,
    Verb.LOOK_UP: _look_up,
    Verb.ADOPT: _adopt,
    Verb.DECLARE_ABSENT: _declare_absent,
    Verb.DRY_RUN: _dry_run,
    Verb.TEST: _test,
}
