"""The steps of the outside: time goes on, effects come late or never, indices follow, ERP users act."""

from __future__ import annotations

from tests.model.state import DAY, MINUTE, Model, Order, Steps, killed, may_have_stray, with_label


def time_goes_on(m: Model, o: Order) -> Steps:
    """To the next end of a timer. What is due at the outside must come true before."""
    outside = _outside_timers(o)
    if 0 in outside:
        return
    timers = [each for each in (*outside, *_own_timers(m, o)) if each > 0]
    if timers:
        span = min(timers)
        yield f"~{span / MINUTE:g} min", _later(o, span)


def _outside_timers(o: Order) -> list[int]:
    pending = [label.left for label in o.labels if label.status in "FHW"]
    pending += [left for _, left in (*o.writes, *o.voids)]
    return pending + [actor.left for actor in o.actors if actor.doing]


def _own_timers(m: Model, o: Order) -> list[int]:
    timers = [o.not_before, o.lease, o.rest, o.correction, o.once_more]
    if may_have_stray(o):
        timers.append(o.look)
        if o.age >= 0:
            timers.append(m.r.ship_again_after - m.skew - o.age)
    if o.in_doubt:
        timers.append(m.settled_after_intent() - o.age)
    return timers


def _later(o: Order, span: int) -> Order:
    return o._replace(
        not_before=max(0, o.not_before - span),
        lease=max(0, o.lease - span),
        rest=max(0, o.rest - span),
        correction=max(0, o.correction - span),
        look=max(0, o.look - span) if o.look > 0 else o.look,
        once_more=max(0, o.once_more - span) if o.once_more > 0 else o.once_more,
        age=min(DAY, o.age + span) if o.age >= 0 else o.age,
        labels=tuple(x._replace(left=x.left - span) if x.status in "FHW" else x for x in o.labels),
        writes=tuple((value, left - span) for value, left in o.writes),
        voids=tuple((label, left - span) for label, left in o.voids),
        actors=tuple(a._replace(left=a.left - span) if a.doing else a for a in o.actors),
    )


def outside(m: Model, o: Order) -> Steps:
    yield from _labels(m, o)
    yield from _late_effects(m, o)
    if o.edits:
        n = o._replace(edits=o.edits - 1, content=1 - o.content)
        yield f"!ERP user changes the order to version {n.content}", n
    if o.closes:
        n = o._replace(closes=o.closes - 1, closed=1 - o.closed)
        yield "!ERP user closes the order" if n.closed else "!ERP user opens the order", n


def _labels(m: Model, o: Order) -> Steps:
    for k, label in enumerate(o.labels):
        if label.status == "F":
            made = ("H", m.b.lag) if m.b.lag else ("L", 0)
            yield f"!late create makes label {k}", with_label(o, k, status=made[0], left=made[1])
            yield f"!lost create {k} never had an effect", with_label(o, k, status="X", left=0)
        elif label.status == "H":
            yield f"!index shows label {k}", with_label(o, k, status="L", left=0)
        elif label.status == "W":
            yield f"!index shows the void of {k}", with_label(o, k, status="V", left=0)
        elif label.status == "L" and o.pickups:
            n = o._replace(pickups=o.pickups - 1)
            yield f"!label {k} is picked up", with_label(n, k, status="P", left=0)


def _late_effects(m: Model, o: Order) -> Steps:
    for j, (value, _) in enumerate(o.writes):
        n = o._replace(writes=o.writes[:j] + o.writes[j + 1 :])
        yield f"!lost write of {value} never had an effect", n
        yield f"!late write: the ERP holds {value}", n._replace(number=value)
    for j, (k, _) in enumerate(o.voids):
        n = o._replace(voids=o.voids[:j] + o.voids[j + 1 :])
        yield f"!lost void of {k} never had an effect", n
        yield f"!late void: label {k} is dead", killed(m, n, k)
