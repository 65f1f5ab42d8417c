"""Is an order's audit trail a word of the model?

It is when the model has a run with the same steps in the same order, each leading to the same head: state, reason,
doubt, generation, creates, and whether a label is recorded. What happens outside and the time between are free, so
every way is followed at once (a subset construction over the hidden steps).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sandbox.simulation.campaign import live, plan_of, scenario_of
from sandbox.simulation.faults import Plan
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.world import World
from shared.domain.record import AuditEntry
from shared.domain.state import Reason
from shared.domain.steps import Step
from tests.model.purchase import normal, successors
from tests.model.state import COMMANDS, HOUR, Bounds, Model, Order, Rules, Steps, moved, with_actor

LEAVES_IT = frozenset({
    Step.TRY_AGAIN, Step.LABELS_RECOVERED, Step.LABEL_NOT_READY, Step.WAITS, Step.LIMIT, Step.LABEL_SENT,
    Step.LABEL_UNSENT, Step.LABEL_LINKS_MADE, Step.LABELS_PRINTED, Step.PAGE_MADE, Step.PAGE_REVOKED,
    Step.WRITTEN_BACK_AGAIN, Step.SHIPMENT_NEWS,
    Step.ERP_READ_AGAIN, Step.ERP_TOLD, Step.TELLING_FAILED, Step.TELLING_GIVEN_UP, Step.ACTION_INTENT,
    Step.ACTION_NOT_MADE, Step.ACTION_MADE, Step.REMINDED,
})  # fmt: skip
"""Steps that leave the order where it is, and of which the model has no word."""
SAME: dict[str, tuple[str, ...]] = {
    Step.FIXED: ("retried",), Step.PLAN_REBUILT: ("read_again",), Step.REGROUPED: ("read_again", "cancelled"),
    Step.REGROUPING: ("held",),
    Step.NOT_WRITTEN_BACK: ("written_back", "withdrawn"), Step.PACKAGE_VOIDED: ("part_voided",),
    Step.ACCEPTED: ("accepted", "retried"), Step.DISMISSED: ("dismissed", "retried"),
    Step.INBOUND_ADDED: ("dismissed",), Step.INBOUND_REMOVED: ("dismissed",),
    Step.ORDER_SENT: ("outcome_unknown",),
}  # fmt: skip
"""Steps for which the model has other words."""
AFTER = frozenset({
    Reason.UNKNOWN, Reason.REFUSED, Reason.RETRIES, Reason.STRAY, Reason.VOID, Reason.CHANGED, Reason.CANCELLED,
    Reason.LABEL, Reason.WRITE_BACK,
})  # fmt: skip
"""Reasons of a hold that the model tells apart: all others come before the label, and count as `approval`."""

Head = tuple[str, str, int, int, int, int]
"""State, reason, in doubt, generation, creates, recorded or not."""


def heads(trail: Sequence[AuditEntry]) -> Iterator[tuple[str, Head]]:
    """Each step with the head behind it, as the model has them."""
    facts = {"reason": "", "in_doubt": "False", "generation": "1", "attempt": "0", "shipment_id": ""}
    for entry in trail:
        facts |= {name: value for name, value in entry.changes if name in facts}
        doubt, generation, attempt = facts["in_doubt"] == "True", int(facts["generation"]), int(facts["attempt"] or 0)
        reason = _reason(str(entry.state), facts["reason"])
        yield (
            str(entry.what),
            (str(entry.state), reason, int(doubt), generation, attempt, int(bool(facts["shipment_id"]))),
        )


def _reason(state: str, reason: str) -> str:
    if state not in ("HELD", "CANCELLED"):
        return ""
    if reason in (Reason.REMAINING, Reason.PRICE_RISE):
        return "changed"
    return "approval" if state == "HELD" and reason not in AFTER else reason


def head_of(o: Order) -> Head:
    reason = o.reason if o.state in ("HELD", "CANCELLED") else ""
    return (o.state, reason, o.in_doubt, o.generation, o.attempt, int(o.recorded >= 0))


@dataclass(frozen=True)
class Refusal:
    """Where a trail leaves the model. `cut` says that not every way was followed."""

    at: int
    words: str
    cut: bool

    def __str__(self) -> str:
        return f"step {self.at} {self.words}{' (search cut)' if self.cut else ''}"


def refusal(trail: Sequence[AuditEntry], unknown: str, strays: str) -> Refusal | None:
    """None when the model has the trail; sought quickly first, and thoroughly before anything is refused."""
    return _refusal(tuple(heads(trail)), unknown, strays)


@cache
def _refusal(steps: tuple[tuple[str, Head], ...], unknown: str, strays: str) -> Refusal | None:
    model = Model(Rules(unknown=unknown, strays=strays), _bounds(steps))
    found = None
    for most, cut in ((60_000, 400), (400_000, 20_000)):
        found = _followed(model, steps, most, cut)
        if found is None:
            return None
    return found


def _bounds(steps: Sequence[tuple[str, Head]]) -> Bounds:
    """As much of everything as the trail tells of."""

    def count(*words: Step) -> int:
        return sum(what in words for what, _ in steps)

    lost = count(Step.LOOK_UP_FAILED, Step.WRITE_BACK_FAILED, Step.NOT_SENT, Step.STRAY_VOID_FAILED, Step.VOID_IN_DOUBT)
    people = count(
        Step.ADOPTED, Step.DECLARED_ABSENT, Step.RETRIED, Step.ACCEPTED, Step.DISMISSED, Step.FIXED, Step.APPROVED,
        Step.VOID_ASKED, Step.SHIP_AGAIN, Step.STRAY_GONE, Step.DISMISSAL_TAKEN_BACK,
    )  # fmt: skip
    edits = count(
        Step.READ_AGAIN, Step.CHANGED_MEANWHILE, Step.CHANGED_AFTER_LABEL, Step.PLAN_REBUILT, Step.AS_SHIPPED,
        Step.REGROUPED,
    )  # fmt: skip
    closes = count(
        Step.CANCELLED, Step.SELECTED_AGAIN, Step.CHANGED_AFTER_LABEL, Step.AS_SHIPPED, Step.REGROUPED
    )  # fmt: skip
    return Bounds(
        workers=1, late=4 * HOUR, lag=0, creates=count(Step.INTENT), faults=lost + 1, people=people,
        edits=min(2 * edits, 3), closes=min(2 * closes, 2), pickups=1, approval=True,
        crashes=count(Step.WORKER_LOST) + 2, commands=(*COMMANDS, "fix"),
    )  # fmt: skip


def _followed(model: Model, steps: Sequence[tuple[str, Head]], most: int, cut: int) -> Refusal | None:
    now = {model.initial()}
    if steps[0][1][0] == "HELD":
        now = {first._replace(state="HELD", reason=steps[0][1][1]) for first in now}
    for number, (what, after) in enumerate(steps[1:], 2):
        if what in LEAVES_IT:
            then, whole = {order for order in now if head_of(order) == after}, True
        else:
            then, whole = _behind(model, now, what, after, most, cut)
        if not then:
            return Refusal(number, f"{what}: {steps[number - 2][1]} -> {after}", not whole)
        now = then
    return None


def _behind(model: Model, now: set[Order], what: str, after: Head, most: int, cut: int) -> tuple[set[Order], bool]:
    """The orders behind one visible step, with whether all ways were followed."""
    seen, todo, then, words = set(now), list(now), set[Order](), SAME.get(what, (what,))
    while todo and len(seen) < most and len(then) <= cut:
        for step, order in _all_steps(model, todo.pop()):
            if step[0] in "!~(":
                if order not in seen:
                    seen.add(order)
                    todo.append(order)
            elif step.split()[0] in words and head_of(order) == after:
                then.add(order)
    return then, not todo


def _all_steps(m: Model, o: Order) -> Steps:
    for step, order in successors(m, o, goes_on=True):
        yield step, order
        if step.split()[0] in ("created", "adopted") and order.state == "SHIPPED":  # with fewer numbers than packages
            yield step, normal(m, moved(m, order, 0, "HELD", "label"))
    for rule in BESIDE:
        for step, order in rule(m, o):
            yield step, normal(m, order)


def _held_for_its_label(m: Model, o: Order) -> Steps:
    """An image that is missing, or an ERP that refuses the numbers; and whatever is tried for a day."""
    if o.state == "SHIPPED":
        yield "held label", moved(m, o, 0, "HELD", "label")
        yield "held write_back", moved(m, o, 0, "HELD", "write_back")
        yield "write_back_refused", moved(m, o, 0, "HELD", "write_back")
        yield "write_back_failed", moved(m, o, 0, "HELD", "write_back")  # it was the last of its tries
        yield "written_back", moved(m, o._replace(stale=0), 0, "HELD", "changed")  # a charge above the quote
    if o.reason == "void" and o.voided:
        yield "write_back_refused", moved(m, o, 0, "HELD", "write_back")


def _held_before_its_label(m: Model, o: Order) -> Steps:
    if o.state in ("RECEIVED", "READY"):
        yield "held retries", moved(m, o, 0, "HELD", "retries")
        yield "held refused", moved(m, o, 0, "HELD", "refused")
        yield "held approval", moved(m, o, 0, "HELD", "approval")
    if (o.state, o.reason) == ("HELD", "approval"):
        yield "held approval", moved(m, o._replace(plan=o.content), 0, "HELD", "approval")
        yield "read_again", moved(m, o._replace(plan=o.content), 0, "RECEIVED")
    if (o.state, o.reason) == ("CANCELLED", "dismissed"):
        yield "dismissal_taken_back", moved(m, o, 0, "HELD", "retries")


def _more_goes(m: Model, o: Order) -> Steps:
    """Ship the rest beyond a label as a further generation: both labels live."""
    if o.state == "DONE":
        yield "more_to_ship", moved(m, o, 0, "HELD", "changed")
    if o.state == "HELD" and not o.in_doubt and o.reason in ("changed", "approval"):
        n = o._replace(
            generation=o.generation + 1, attempt=0, estimated=0, recorded=-1, age=-1, look=-1, voided=0, stale=0,
            plan=o.content,
        )  # fmt: skip
        yield "ship_again", moved(m, n, 0, "RECEIVED")


def _as_shipped(m: Model, o: Order) -> Steps:
    """The ERP takes back what it said after the label, or says something else of it."""
    if o.state == "HELD" and o.reason in ("changed", "cancelled") and o.recorded >= 0:
        yield "as_shipped", moved(m, o, 0, "DONE")
        yield "no_longer_selected", moved(m, o, 0, "DONE")
        for reason in ("changed", "cancelled"):
            yield "changed_after_label", moved(m, o, 0, "HELD", reason)


def _part_voided(m: Model, o: Order) -> Steps:
    """Some packages of the label: the others are written anew."""
    if (o.state, o.reason) == ("HELD", "void") and not o.voided:
        yield "part_voided", with_actor(moved(m, o._replace(estimated=1), 0, "SHIPPED"), m.b.workers)
        yield "void_in_doubt", moved(m, o, 0, "HELD", "void")


BESIDE: tuple[Callable[[Model, Order], Steps], ...] = (
    _held_for_its_label, _held_before_its_label, _more_goes, _as_shipped, _part_voided,
)  # fmt: skip
"""Steps that trails have and the model leaves out: they touch neither what was bought nor what is in doubt."""


def refused(seed: int, orders: int, index: int) -> tuple[int, dict[str, str]]:
    """Lives one world of a campaign: how many trails it has, and those that the model has not, each with the reason."""
    kept = list[World]()

    def world_of(scenario: Scenario, plan: Plan) -> World:
        kept.append(World(scenario, plan))
        return kept[-1]

    # Over which store a trail was written makes no difference to it; the table costs a world a minute.
    scenario = replace(scenario_of(seed, orders, index), table=False)
    live(scenario, plan_of(seed, 0.1, index), world_of)
    (world,) = kept
    judged = {
        head.key: refusal(world.orders.audit(head.key), world.connection.unknown, world.connection.strays)
        for head in world.orders.every()
    }
    return len(judged), {key: str(why) for key, why in judged.items() if why}
