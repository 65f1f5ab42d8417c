"""One person at a time at the command line, and at the carrier's own page."""

from __future__ import annotations

from collections.abc import Callable

from tests.model.looks import dying, voided
from tests.model.state import (
    LIVE,
    Actor,
    Model,
    Order,
    Steps,
    back,
    held_in_front,
    killed,
    may_have_stray,
    moved,
    next_look,
    recorded,
    shown,
    with_actor,
)


def person(m: Model, o: Order) -> Steps:
    i = m.b.workers
    actor = o.actors[i]
    if not actor.doing:
        if o.people:
            n = o._replace(people=o.people - 1)
            for command in m.b.commands:
                yield from _COMMANDS[command](m, n, i)
        return
    if o.crashes:
        yield f"!the command ends ({actor.doing})", with_actor(o._replace(crashes=o.crashes - 1), i)
    if actor.doing == "voids":
        yield from _calls_void(m, o, i)
    elif not actor.fresh:
        yield f"conflict ({actor.doing})", with_actor(o, i)
    else:
        yield _ends(m, o, i)


def _calls_void(m: Model, o: Order, i: int) -> Steps:
    actor, k = o.actors[i], o.actors[i].about[0]
    if o.labels[k].status == "P":
        yield f"!person's void of {k}: refused, picked up", with_actor(o, i, actor._replace(doing="was_refused"))
        return
    yield (
        f"!person's void of {k}: made and answered",
        with_actor(killed(m, o, k), i, actor._replace(doing="has_voided")),
    )
    if o.faults:
        n = o._replace(faults=o.faults - 1, voids=tuple(sorted((*o.voids, (k, m.b.void_late)))))
        yield f"!person's void of {k}: answer lost", with_actor(n, i)


def _ends(m: Model, o: Order, i: int) -> tuple[str, Order]:
    actor = o.actors[i]
    if actor.doing == "adopts":
        k = actor.about[0]
        return f"adopted {k} (person)", next_look(m, recorded(m, o, i, k, found=True))
    if actor.doing == "declares":
        n = o._replace(in_doubt=0, rest=m.r.look_before_rebuy)
        return "declared_absent", moved(m, n, i, *(("HELD", "retries") if o.stale else ("READY",)))
    if actor.doing == "has_voided":
        return "voided", moved(m, o._replace(voided=1), i, "HELD", "void", actor.about[1])
    return "void_refused", back(m, o, i)._replace(look=0)


def _doubtful(o: Order) -> bool:
    return o.state == "UNKNOWN" or (o.state == "HELD" and bool(o.in_doubt))


def _adopt(m: Model, o: Order, i: int) -> Steps:
    if not _doubtful(o):
        return
    for k in shown(o):
        if not m.r.dead_labels_apart or not (voided(o, k) or dying(o, k)):
            yield f"!person: adopt {k}, which the carrier shows", with_actor(o, i, Actor("adopts", about=(k,)))


def _absent(m: Model, o: Order, i: int) -> Steps:
    seen = [k for k in shown(o) if not (m.r.dead_labels_apart and voided(o, k))]
    if _doubtful(o) and not seen and o.age >= m.settled_after_intent():
        yield "!person: declare absent, the carrier shows nothing", with_actor(o, i, Actor("declares"))


def _retry(m: Model, o: Order, i: int) -> Steps:
    if o.state != "HELD" or o.reason in ("approval", "void"):
        return
    if o.reason == "stray":
        yield "retried", back(m, o, i)
    elif o.reason in ("changed", "cancelled"):
        yield "retried", moved(m, o._replace(plan=o.content), i, "DONE")
    elif o.recorded >= 0:
        yield "retried", moved(m, o, i, "SHIPPED")
    elif o.in_doubt:
        yield "retried", moved(m, o, i, "UNKNOWN", "unknown")
    else:
        yield "retried", moved(m, o, i, "RECEIVED")


def _accept(m: Model, o: Order, i: int) -> Steps:
    if (o.state, o.reason) == ("HELD", "stray"):
        told = {k for k in shown(o) if k != o.recorded}
        yield "accepted", back(m, o._replace(accepted=tuple(sorted({*o.accepted, *told}))), i)


def _approve(m: Model, o: Order, i: int) -> Steps:
    if (o.state, o.reason) == ("HELD", "approval"):
        yield "approved", moved(m, o, i, "READY")


def _fix(m: Model, o: Order, i: int) -> Steps:
    """Prepare a fixed order anew: with trails only, where every hold before the label is `approval`."""
    if (o.state, o.reason) == ("HELD", "approval"):
        yield "retried", moved(m, o, i, "RECEIVED")


def _void(m: Model, o: Order, i: int) -> Steps:
    if o.recorded >= 0 and not o.voided and o.state in ("SHIPPED", "DONE", "HELD"):
        waits = max(0, m.r.correction_waits - m.skew) if o.state == "SHIPPED" else o.correction
        yield "void_asked", held_in_front(m, o, i, "void", Actor("voids", about=(o.recorded, waits)))._replace(look=0)


def _ship(m: Model, o: Order, i: int) -> Steps:
    if (o.state, o.reason) != ("CANCELLED", "voided") or o.closed or o.generation > 1:
        return
    if may_have_stray(o) and (o.age < m.r.ship_again_after - m.skew or any(k != o.recorded for k in shown(o))):
        return
    n = o._replace(
        generation=o.generation + 1, attempt=0, estimated=0, recorded=-1, age=-1, look=-1, voided=0, stale=0,
        in_doubt=0, plan=o.content,
    )  # fmt: skip
    yield "ship_again", moved(m, n, i, "RECEIVED")


def _dismiss(m: Model, o: Order, i: int) -> Steps:
    if o.state == "HELD" and not o.in_doubt and o.recorded < 0:
        yield "dismissed", moved(m, o, i, "CANCELLED", "dismissed")


def _void_by_hand(m: Model, o: Order, i: int) -> Steps:
    """At the carrier's page, the stray that is told."""
    if (o.state, o.reason) == ("HELD", "stray"):
        for k in shown(o):
            if k != o.recorded and o.labels[k].status == "L":
                yield f"!person voids stray {k} at the carrier's page", killed(m, o, k)


def _void_recorded_by_hand(m: Model, o: Order, i: int) -> Steps:
    """At the carrier's page, the very label that the order stands on, while it is still looked after."""
    looked_after = o.look > 0 and may_have_stray(o)
    if o.recorded >= 0 and looked_after and o.labels[o.recorded].status in LIVE:
        yield f"!person voids {o.recorded} at the carrier's page", killed(m, o, o.recorded)


_COMMANDS: dict[str, Callable[[Model, Order, int], Steps]] = {
    "adopt": _adopt, "absent": _absent, "retry": _retry, "accept": _accept, "approve": _approve, "fix": _fix,
    "void": _void, "ship": _ship, "dismiss": _dismiss, "void_by_hand": _void_by_hand,
    "void_recorded_by_hand": _void_recorded_by_hand,
}  # fmt: skip
