"""The model's state of one order, the rules that the product has, and the bounds within which the outside may act.

Time is counted in ticks of 20 seconds, by which a clock may be off. Timers count down. A state is a tuple of small
facts, so that a set of them is what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from shared.connection import Connection
from shared.domain.backoff import REST as REST_SPAN
from shared.workflow.orders.due import AGAIN, CALLED_WITHIN, CLOCKS, DAILY, FIRST_LOOKS
from shared.workflow.orders.step import LEASE
from shared.workflow.write_back.difference import LATE_WRITE

TICK = timedelta(seconds=20)


def ticks(span: timedelta) -> int:
    """The span in ticks."""
    return round(span / TICK)


MINUTE, HOUR, DAY = ticks(timedelta(minutes=1)), ticks(timedelta(hours=1)), ticks(timedelta(days=1))
SETTLE = ticks(Connection.model_fields["settle"].default)
IN_FRONT = frozenset({"stray", "void"})
"""Reasons of a hold that stands in front of where the order stood before."""
RESTING = frozenset({"DONE", "HELD", "CANCELLED"})


@dataclass(frozen=True)
class Rules:
    """The product's rules, with its own figures. The flags below the line sow a defect, or are of a former release."""

    unknown: str = "hold"
    strays: str = "report"
    settle: int = SETTLE
    clocks: int = ticks(CLOCKS)
    called_within: int = ticks(CALLED_WITHIN)
    lease: int = ticks(LEASE)
    function: int = ticks(CALLED_WITHIN)
    looks: tuple[int, ...] = (*map(ticks, FIRST_LOOKS), ticks(DAILY))
    ship_again_after: int = ticks(FIRST_LOOKS[-1])
    look_before_rebuy: int = ticks(REST_SPAN)
    void_again: int = ticks(AGAIN)
    correction_waits: int = ticks(LEASE)
    read_once_more: int = ticks(LATE_WRITE)
    # ---
    intent_first: bool = True
    version_check: bool = True
    settles: bool = True
    former_orders_apart: bool = True
    dead_labels_apart: bool = True
    second_look: bool = True
    recorded_spared: bool = True
    tells_gone: bool = True
    old_settle: int | None = None
    old_adopts_any: bool = False
    old_adopts_dead: bool = False
    format_raised: bool = False

    @property
    def has_former(self) -> bool:
        """Tell if worker 0 is of a former release."""
        return self.old_settle is not None or self.old_adopts_any or self.old_adopts_dead


COMMANDS = ("adopt", "absent", "retry", "accept", "void", "ship", "dismiss", "void_by_hand", "approve")


@dataclass(frozen=True)
class Bounds:
    """The steps that the outside may take, and how late.

    `late`: from a create's call to its effect. `lag`: from the effect to the index, of the faster source. `void_late`,
    `write_late`: from a call whose answer was lost to its effect. `void_lag`: how long a voided shipment is still
    shown. `skew`: how far each clock is off. `faults`: failed look-ups, lost answers of voids and writes; lost creates
    are free. With `slow_writes` a write-back takes up to its function's life, else no time.
    """

    workers: int = 2
    late: int = 5 * MINUTE
    lag: int = 5 * MINUTE
    void_late: int = 0
    void_lag: int = 0
    write_late: int = 2 * MINUTE
    skew: int = 1
    creates: int = 2
    faults: int = 1
    people: int = 1
    commands: tuple[str, ...] = COMMANDS
    edits: int = 1
    closes: int = 1
    pickups: int = 0
    approval: bool = False
    crashes: int = 2
    slow_writes: bool = False


class Label(NamedTuple):
    """A create's label. Its status: F in flight, H made and not shown yet, L shown, P picked up, W voided and still
    shown, V voided, X never made. `plan` is the order's version that it was asked for with."""

    generation: int
    plan: int
    status: str
    left: int


class Actor(NamedTuple):
    """A worker or the person: what it is doing, whether its reading of the order still stands, the rest of its life."""

    doing: str = ""
    fresh: int = 1
    left: int = 0
    about: tuple[Any, ...] = ()


IDLE = Actor()
LIVE, SHOWN = "HLP", "LPW"


class Order(NamedTuple):
    """All that the model has. `age` counts from the last intent (-1: none), `look` to the next look (-1: none), `rest`
    to when a look-up in vain is too old to buy on, `correction` to when no write-back is under way, `once_more` to the
    last reading of the ERP after a void. `before` is where it stood before its hold for a stray or a void; `asked` are
    the labels whose void was asked for as a stray's, with whether the carrier answered."""

    state: str = "RECEIVED"
    reason: str = ""
    in_doubt: int = 0
    generation: int = 1
    attempt: int = 0
    estimated: int = 0
    recorded: int = -1
    not_before: int = 0
    lease: int = 0
    age: int = -1
    look: int = -1
    rest: int = 0
    plan: int = 0
    stale: int = 0
    voided: int = 0
    before: tuple[str, ...] = ()
    accepted: tuple[int, ...] = ()
    correction: int = 0
    once_more: int = -1
    asked: tuple[tuple[int, int], ...] = ()
    format: int = 0
    # the ERP
    content: int = 0
    closed: int = 0
    number: int = -1
    writes: tuple[tuple[int, int], ...] = ()
    # the carrier
    labels: tuple[Label, ...] = ()
    voids: tuple[tuple[int, int], ...] = ()
    # who acts, and what may still happen
    actors: tuple[Actor, ...] = ()
    creates: int = 0
    faults: int = 0
    people: int = 0
    edits: int = 0
    closes: int = 0
    pickups: int = 0
    crashes: int = 0


Steps = Iterator[tuple[str, Order]]
"""Each next step with the order behind it. `!` is the outside or leaves no trace in the trail, `~` is time, `(...)` a
look that changes nothing; all others begin with the audit trail's own word."""


@dataclass(frozen=True)
class Model:
    """Rules and bounds together."""

    r: Rules
    b: Bounds

    @property
    def skew(self) -> int:
        """By how much two clocks differ at most."""
        return 2 * self.b.skew

    def initial(self) -> Order:
        b = self.b
        return Order(
            actors=(IDLE,) * (b.workers + 1),
            creates=b.creates,
            faults=b.faults,
            people=b.people,
            edits=b.edits,
            closes=b.closes,
            pickups=b.pickups,
            crashes=b.crashes,
        )

    def settled_after_intent(self) -> int:
        """How old an intent is when a look-up begins to prove something, by the fastest clock."""
        return self.r.settle + self.r.clocks + self.r.called_within - self.skew


def may_have_stray(o: Order) -> bool:
    """As shared/workflow/orders/due.py has it."""
    return o.age >= 0 and (o.attempt > 1 or o.estimated == 1 or o.recorded < 0)


def shown(o: Order) -> tuple[int, ...]:
    """The labels that a look-up by the reference of this generation finds."""
    return tuple(k for k, x in enumerate(o.labels) if x.generation == o.generation and x.status in SHOWN)


def live(o: Order, generation: int | None = None) -> list[int]:
    """The labels that live, of one generation or of all."""
    return [k for k, x in enumerate(o.labels) if x.status in LIVE and generation in (None, x.generation)]


def with_actor(o: Order, i: int, actor: Actor = IDLE) -> Order:
    return o._replace(actors=(*o.actors[:i], actor, *o.actors[i + 1 :]))


def moved(m: Model, o: Order, i: int, state: str, reason: str = "", wait: int = 0, actor: Actor = IDLE) -> Order:
    """One transition: whoever read the order before is too late now."""
    stands = 0 if m.r.version_check else 1
    actors = [a if not a.doing else a._replace(fresh=a.fresh * stands) for a in o.actors]
    actors[i] = actor
    return o._replace(
        state=state,
        reason=reason,
        not_before=wait,
        lease=0,
        before=o.before if reason in IN_FRONT else (),
        correction=max(0, m.r.correction_waits - m.skew) if state in RESTING else 0,
        format=int(m.r.has_former and i != 0),
        actors=tuple(actors),
    )


def rested(m: Model, o: Order, i: int) -> Order:
    """DONE; or held, when a poll has met a change meanwhile."""
    if o.stale:
        return moved(m, o._replace(stale=0), i, "HELD", "changed")
    return moved(m, o, i, "DONE")


def back(m: Model, o: Order, i: int) -> Order:
    """To where it stood before its hold for a stray or a void."""
    state, reason, *rest = o.before
    o = o._replace(before=tuple(rest))
    return rested(m, o, i) if state == "DONE" else moved(m, o, i, state, reason)


def held_in_front(m: Model, o: Order, i: int, reason: str, actor: Actor = IDLE) -> Order:
    """Held for a stray or a void: where it stood before is kept."""
    if (o.state, o.reason) != ("HELD", reason):
        o = o._replace(before=(o.state, o.reason, *o.before))
    return moved(m, o, i, "HELD", reason, actor=actor)


def recorded(m: Model, o: Order, i: int, k: int, *, found: bool) -> Order:
    """Label `k` is the order's."""
    return moved(m, o._replace(recorded=k, in_doubt=0, estimated=int(found) or o.estimated), i, "SHIPPED")


def next_look(m: Model, o: Order) -> Order:
    """The time of the next look is set."""
    looks = m.r.looks if m.r.second_look else m.r.looks[:1]
    later = [at for at in looks if at - m.skew > o.age]
    return o._replace(look=later[0] - m.skew - o.age if o.age >= 0 and later else -1)


def with_label(o: Order, k: int, **facts: Any) -> Order:
    return o._replace(labels=(*o.labels[:k], o.labels[k]._replace(**facts), *o.labels[k + 1 :]))


def killed(m: Model, o: Order, k: int) -> Order:
    """A void takes effect: on what is neither picked up nor dead."""
    status, lag = o.labels[k].status, m.b.void_lag
    if status not in "HL":
        return o
    return with_label(o, k, status="W", left=lag) if lag and status == "L" else with_label(o, k, status="V", left=0)
