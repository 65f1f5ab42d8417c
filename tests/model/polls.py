"""A poll's steps, by the order that the ERP has now."""

from __future__ import annotations

from tests.model.state import Actor, Model, Order, Steps, moved, with_actor


def begin_poll(m: Model, o: Order, i: int) -> Steps:
    """A poll that would change something."""
    differs = o.content != o.plan or o.closed or o.stale or (o.state, o.reason) == ("CANCELLED", "")
    if differs and _matters(o):
        closed = ", closed" if o.closed else ""
        n = with_actor(o, i, Actor("polled", about=(o.content, o.closed)))
        yield f"!worker {i} polls: version {o.content}{closed}", n


def _matters(o: Order) -> bool:
    differs = o.content != o.plan or bool(o.stale)
    if o.state == "INTENT" or (o.state, o.reason) in (("HELD", "stray"), ("CANCELLED", "voided")):
        return False
    if o.in_doubt or o.state in ("UNKNOWN", "SHIPPED"):
        return not o.stale and (differs or bool(o.closed))
    if o.recorded >= 0:
        return o.state == "DONE" and (differs or bool(o.closed))
    if o.state == "CANCELLED":
        return not o.closed and (o.reason == "" or differs)
    return differs or bool(o.closed)


def follow(m: Model, o: Order, i: int, content: int, closed: int) -> Steps:
    """The order follows its ERP until its label; what is in doubt is marked, what has a label is for a person."""
    if o.state == "INTENT":
        yield "(poll leaves it)", with_actor(o, i)
    elif o.in_doubt or o.state in ("UNKNOWN", "SHIPPED"):
        n = moved(m, o, i, o.state, o.reason, o.not_before)
        yield "changed_meanwhile", n._replace(stale=1, correction=o.correction)
    elif o.recorded >= 0:
        yield _after_label(m, o, i, closed)
    elif closed:
        yield "cancelled", moved(m, o._replace(stale=0, plan=content), i, "CANCELLED")
    else:
        step = "selected_again" if o.state == "CANCELLED" else "read_again"
        yield step, moved(m, o._replace(stale=0, plan=content), i, "RECEIVED")


def _after_label(m: Model, o: Order, i: int, closed: int) -> tuple[str, Order]:
    if o.state != "DONE":
        return "(poll leaves it)", with_actor(o, i)
    return "changed_after_label", moved(m, o, i, "HELD", "cancelled" if closed else "changed")
