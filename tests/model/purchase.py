"""The purchase of one order as a transition system: written from the documents, held against the code by its trails."""

from __future__ import annotations

from typing import Any

from tests.model.outside import outside, time_goes_on
from tests.model.people import person
from tests.model.state import DAY, LIVE, RESTING, Model, Order, Steps, live, may_have_stray
from tests.model.workers import worker


def successors(m: Model, o: Order, *, goes_on: bool = False) -> Steps:
    """Every next step. Where a further create is needed and none is left the model ends, unless it `goes_on`."""
    if not goes_on and not o.creates and o.state in ("READY", "RECEIVED"):
        return
    for step, then in _steps(m, o):
        yield step, normal(m, then)


def _steps(m: Model, o: Order) -> Steps:
    yield from time_goes_on(m, o)
    yield from outside(m, o)
    for i in range(m.b.workers):
        if m.r.has_former or not i or o.actors[i] != o.actors[i - 1]:  # of two that are alike one is enough
            yield from worker(m, o, i)
    yield from person(m, o)


def normal(m: Model, o: Order) -> Order:
    """The same order without what makes no difference: workers are alike, and a timer that nobody reads is none."""
    facts: dict[str, Any] = {}
    if not m.r.has_former:
        actors = (*sorted(o.actors[: m.b.workers]), *o.actors[m.b.workers :])
        if actors != o.actors:
            facts["actors"] = actors
    if o.recorded >= 0 and not may_have_stray(o):
        facts |= {"look": -1, "age": 0}
    elif o.age > DAY:
        facts["age"] = DAY
    if o.rest and (o.recorded >= 0 or not o.creates):
        facts["rest"] = 0
    if o.correction and (o.state not in RESTING or not (m.b.people and "void" in m.b.commands)):
        facts["correction"] = 0
    return o._replace(**facts) if facts else o


def quiet(o: Order) -> bool:
    """Tell if nothing is under way and no look is left."""
    if any(actor.doing for actor in o.actors) or o.writes or o.voids or o.once_more >= 0:
        return False
    looks = o.look >= 0 and may_have_stray(o) and o.state in RESTING
    return not looks and all(label.status in "LPVX" for label in o.labels)


def wrong_now(before: Order, step: str, o: Order, *, inside: bool) -> str:
    """Return the fault of a step, "" for none: these rules hold at every instant; `inside` when all stays within
    `settle`."""
    if step.startswith(("!create", "!late create")):
        twice = next((each for each in (1, 2) if len(live(o, each)) > 1), 0)
        if inside and twice:
            return f"two live labels of generation {twice} inside the bounds"
        if len(live(o)) > len(live(before)) and len(live(o, o.generation)) == len(live(before, o.generation)):
            return "a label of generation 1 lives beside generation 2"
    if step.startswith(("!stray void", "!late void")) and not before.voided and before.reason != "void":
        dead = set(live(before)) - set(live(o))
        if before.recorded in dead:
            return "a void hit the recorded number"
    if step.startswith("adopted") and "person" not in step and o.labels[o.recorded].plan != o.plan:
        return "adopted by itself: a label of the order as it was"
    return "a create without an intent" if "without intent" in step else ""


def wrong_end(o: Order) -> str:
    """Return the fault of an end, "" for none: these rules hold when nothing is under way any more and the ERP was
    read."""
    if o.state not in RESTING:
        return ""
    mine, told = live(o, o.generation), o.reason in ("stray", "unknown") or bool(o.in_doubt)
    old = [k for k in live(o) if o.labels[k].generation < o.generation]
    unseen = [k for k in mine if k != o.recorded and k not in o.accepted]
    if old:
        return f"a label of generation 1 lives beside generation 2: {old}"
    if unseen and not told:
        return f"label {unseen} lives unseen ({o.state} {o.reason})"
    if o.state == "DONE":
        return _wrong_done(o, mine)
    return _wrong_voided(o, mine) if (o.state, o.reason) == ("CANCELLED", "voided") else ""


def _wrong_done(o: Order, mine: list[int]) -> str:
    if o.recorded not in mine:
        return "DONE with a dead number"
    return "" if o.number == o.recorded else f"DONE, and the ERP holds {o.number}, not {o.recorded}"


def _wrong_voided(o: Order, mine: list[int]) -> str:
    if o.number != -1:
        return f"voided, and the ERP still holds {o.number}"
    return "voided, and the recorded label lives" if o.recorded in mine else ""


__all__ = ["LIVE", "normal", "quiet", "successors", "wrong_end", "wrong_now"]
