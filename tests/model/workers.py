"""A worker's steps: it begins by what it reads, then makes its calls, then writes what came of them."""

from __future__ import annotations

from collections.abc import Callable

from tests.model.looks import decide, look_for_strays, looks_now
from tests.model.polls import begin_poll, follow
from tests.model.state import (
    DAY,
    MINUTE,
    RESTING,
    Actor,
    Label,
    Model,
    Order,
    Steps,
    back,
    killed,
    may_have_stray,
    moved,
    next_look,
    recorded,
    rested,
    shown,
    with_actor,
)


def worker(m: Model, o: Order, i: int) -> Steps:
    """The next steps of one worker."""
    actor = o.actors[i]
    if not actor.doing:
        if not (m.r.format_raised and i == 0 and o.format):
            yield from _begins(m, o, i)
        return
    if o.crashes:
        n = with_actor(o._replace(crashes=o.crashes - 1), i)
        if actor.doing == "calling":
            n = n._replace(labels=(*o.labels, Label(o.generation, actor.about[2], "X", 0)))
        yield f"!worker {i} dies ({actor.doing})", n
    if actor.doing in _WRITES and not actor.fresh:  # somebody else was first
        yield f"conflict ({actor.doing})", with_actor(o, i)
        return
    yield from _DOES[actor.doing](m, o, i)


def _begins(m: Model, o: Order, i: int) -> Steps:
    yield from begin_poll(m, o, i)
    if o.state == "RECEIVED":
        yield "quoted", moved(m, o, i, "READY")
        if m.b.approval:
            yield "held approval", moved(m, o, i, "HELD", "approval")
    elif o.state == "READY" and not o.not_before:
        yield from _buys(m, o, i)
    elif o.state == "INTENT" and not o.lease:
        yield "worker_lost", moved(m, o, i, "UNKNOWN", "unknown", _settles(m, i, o.age, m.r.called_within))
    elif o.state == "UNKNOWN" and not o.not_before:
        yield from _looks_up(m, o, i)
    elif o.state == "SHIPPED" and not o.not_before:
        yield f"!worker {i} begins the write-back of {o.recorded}", _writing(m, o, i, o.recorded)
    elif (o.state, o.reason) == ("HELD", "void") and o.voided and not o.not_before:
        yield f"!worker {i} begins the correction", _writing(m, o, i, -1)
    if o.state in RESTING and o.look == 0 and may_have_stray(o):
        yield from _looks(m, o, i)
    if o.once_more == 0 and _may_be_told(o):
        stands = o.recorded if o.state == "DONE" else -1
        n = _writing(m, _stays(m, o, i, _once_more(m)), i, stands, doing="rewriting")
        yield "(the ERP is read once more)", n


def _looks(m: Model, o: Order, i: int) -> Steps:
    """A look at an order that rests; it is owed while its own void is not settled."""
    if o.reason != "void":
        look = looks_now(o)
        gone = tuple(k for k, label in enumerate(o.labels) if label.status == "V")
        about = shown(o) if look == "looked_up" else (shown(o), gone)
        yield f"!worker {i} looks: {list(shown(o))}", with_actor(o, i, Actor(look, about=about))


def _may_be_told(o: Order) -> bool:
    """Not while a label is bought or first written, or is for a person."""
    between = o.state in ("INTENT", "UNKNOWN", "SHIPPED") or o.reason == "void"
    return not between and not (o.state == "HELD" and o.recorded >= 0 and not o.voided)


def _settles(m: Model, i: int, age: int, within: int = 0) -> int:
    """How long a create of that age is left alone: by a worker whose clock is fast."""
    if not m.r.settles:
        return 0
    if m.r.old_settle is not None and i == 0:
        return max(0, m.r.old_settle - m.skew - age)
    return max(0, m.r.settle + m.r.clocks + within - m.skew - age)


def _writing(m: Model, o: Order, i: int, value: int, doing: str = "writing") -> Order:
    return with_actor(o, i, Actor(doing, left=m.r.function if m.b.slow_writes else 0, about=(value,)))


def _buys(m: Model, o: Order, i: int) -> Steps:
    if not m.r.version_check and o.creates:  # a defect: read and write are two steps, and nothing guards the second
        yield f"!worker {i} read READY", with_actor(o, i, Actor("buying"))
    if o.attempt and o.age >= 0 and not o.rest:
        yield "in_doubt", moved(m, o._replace(in_doubt=1), i, "UNKNOWN", "unknown")
    elif o.creates and not m.r.intent_first:
        yield "(create first)", with_actor(o._replace(creates=o.creates - 1), i, Actor("creating", left=m.r.function))
    elif o.creates:
        yield "intent", _intent(m, o, i)


def _intent(m: Model, o: Order, i: int) -> Order:
    before = (o.age, o.look, o.plan, o.generation)
    n = o._replace(creates=o.creates - 1, attempt=o.attempt + 1, age=0, in_doubt=1)
    n = moved(m, n, i, "INTENT", actor=Actor("calling", left=m.r.function, about=before))
    return next_look(m, n._replace(lease=max(1, m.r.lease - m.skew)))


def _looks_up(m: Model, o: Order, i: int) -> Steps:
    yield f"!worker {i} looks up: {list(shown(o))}", with_actor(o, i, Actor("looked_up", about=shown(o)))
    if o.faults:
        n = o._replace(faults=o.faults - 1)
        if o.age >= DAY:
            yield "held unknown", moved(m, n, i, "HELD", "unknown")
        else:
            yield "look_up_failed", moved(m, n, i, "UNKNOWN", "retry", m.r.lease)


def _calling(m: Model, o: Order, i: int) -> Steps:
    """The one create call."""
    actor, k = o.actors[i], len(o.labels)
    made = Label(actor.about[3], actor.about[2], "H" if m.b.lag else "L", m.b.lag)
    n = with_actor(o, i, actor._replace(doing="made", about=(k, *actor.about)))
    yield f"!create by worker {i}: made and answered ({k})", n._replace(labels=(*o.labels, made))
    n = with_actor(o, i, actor._replace(doing="unanswered", about=(k, *actor.about)))
    yield (
        f"!create by worker {i}: answer lost ({k})",
        n._replace(labels=(*o.labels, made._replace(status="F", left=m.b.late))),
    )
    yield f"!create by worker {i}: not sent", with_actor(o, i, actor._replace(doing="unsent"))


def _made(m: Model, o: Order, i: int) -> Steps:
    yield "created", next_look(m, recorded(m, o, i, o.actors[i].about[0], found=False))


def _unanswered(m: Model, o: Order, i: int) -> Steps:
    yield "outcome_unknown", moved(m, o, i, "UNKNOWN", "unknown", _settles(m, i, 0))


def _unsent(m: Model, o: Order, i: int) -> Steps:
    """The intent's time is as it was before, for nothing was made."""
    age = o.actors[i].about[0]
    n = o._replace(in_doubt=0, creates=o.creates + 1, age=age + o.age if age >= 0 else -1)
    n = n if n.age >= 0 else n._replace(look=-1)
    if o.faults:
        again = moved(m, n._replace(faults=o.faults - 1), i, "READY", "retry", m.r.lease)
        yield "not_sent", again._replace(rest=m.r.look_before_rebuy)
    yield "refused", moved(m, n, i, "HELD", "refused")


def _looked_up(m: Model, o: Order, i: int) -> Steps:
    yield from decide(m, o, i, o.actors[i].about)


def _searched(m: Model, o: Order, i: int) -> Steps:
    yield from look_for_strays(m, o, i, *o.actors[i].about)


def _voiding(m: Model, o: Order, i: int) -> Steps:
    """The void of a stray; what asks for it stands before."""
    actor, k = o.actors[i], o.actors[i].about[0]
    if o.labels[k].status == "P":
        yield f"!stray void of {k}: refused, picked up", with_actor(o, i, actor._replace(doing="void_refused"))
        return
    yield f"!stray void of {k}: made and answered", with_actor(killed(m, o, k), i, actor._replace(doing="void_made"))
    if o.faults:
        n = o._replace(faults=o.faults - 1, voids=tuple(sorted((*o.voids, (k, m.b.void_late)))))
        yield f"!stray void of {k}: answer lost", with_actor(n, i, actor._replace(doing="void_lost"))


def _void_made(m: Model, o: Order, i: int) -> Steps:
    k, *more = o.actors[i].about
    n = back(m, o._replace(asked=tuple(sorted({*o.asked, (k, 1)} - {(k, 0)}))), i)
    yield f"stray_voided {k}", n._replace(look=0) if more else next_look(m, n)


def _void_refused(m: Model, o: Order, i: int) -> Steps:
    k = o.actors[i].about[0]
    n = o._replace(asked=tuple(each for each in o.asked if each != (k, 0)))
    yield "stray_void_refused", next_look(m, moved(m, n, i, "HELD", "stray"))


def _void_lost(m: Model, o: Order, i: int) -> Steps:
    yield "stray_void_failed", moved(m, o, i, "HELD", "stray")._replace(look=m.r.void_again)


def _erp_call(m: Model, o: Order, i: int) -> Steps:
    """A write into the ERP: after the read, whatever became of the order meanwhile."""
    actor = o.actors[i]
    done, lost = ("wrote", "unwritten") if actor.doing == "writing" else ("rewrote", "unrewritten")
    value = actor.about[0]
    n = o._replace(number=value)
    yield f"!ERP write of {value}: made and answered", with_actor(n, i, actor._replace(doing=done))
    if o.faults:
        n = o._replace(faults=o.faults - 1, writes=tuple(sorted((*o.writes, (value, m.b.write_late)))))
        yield f"!ERP write of {value}: answer lost", with_actor(n, i, actor._replace(doing=lost))


def _wrote(m: Model, o: Order, i: int) -> Steps:
    if o.voided:
        n = moved(m, o, i, "CANCELLED", "voided")
        yield "withdrawn", n._replace(once_more=_once_more(m), look=0)  # a look is owed, where one is made at all
    else:
        yield "written_back", rested(m, o, i)


def _once_more(m: Model) -> int:
    """Until the ERP is read again after a void, by a fast clock."""
    return max(0, m.r.read_once_more - m.skew)


def _unwritten(m: Model, o: Order, i: int) -> Steps:
    yield "write_back_failed", moved(m, o, i, o.state, o.reason, MINUTE)


def _rewrote(m: Model, o: Order, i: int) -> Steps:
    yield "(ERP told once more)", _stays(m, o, i, -1)


def _unrewritten(m: Model, o: Order, i: int) -> Steps:
    yield "(ERP not told)", _stays(m, o, i, o.once_more)


def _stays(m: Model, o: Order, i: int, once_more: int) -> Order:
    """A step that leaves the order where it is, with its times."""
    return moved(m, o, i, o.state, o.reason, o.not_before)._replace(once_more=once_more, before=o.before)


def _buying(m: Model, o: Order, i: int) -> Steps:
    if o.creates:
        yield "intent", _intent(m, o, i)


def _creating(m: Model, o: Order, i: int) -> Steps:
    n = o._replace(labels=(*o.labels, Label(o.generation, o.plan, "L", 0)))
    yield f"!create by worker {i} without intent", with_actor(n, i)


def _polled(m: Model, o: Order, i: int) -> Steps:
    yield from follow(m, o, i, *o.actors[i].about)


_DOES: dict[str, Callable[[Model, Order, int], Steps]] = {
    "calling": _calling, "made": _made, "unanswered": _unanswered, "unsent": _unsent,
    "looked_up": _looked_up, "searched": _searched,
    "voiding": _voiding, "void_made": _void_made, "void_refused": _void_refused, "void_lost": _void_lost,
    "writing": _erp_call, "wrote": _wrote, "unwritten": _unwritten,
    "rewriting": _erp_call, "rewrote": _rewrote, "unrewritten": _unrewritten,
    "buying": _buying, "creating": _creating, "polled": _polled,
}  # fmt: skip
_WRITES = _DOES.keys() - {"calling", "voiding", "writing", "rewriting", "creating"}
"""The work that ends in a transition, which a reading that no longer stands makes impossible. A call goes out all the
same."""
