"""A worker's looks at the carrier: a look-up of an order in doubt, and a look for strays."""

from __future__ import annotations

from tests.model.state import (
    RESTING,
    Actor,
    Model,
    Order,
    Steps,
    back,
    held_in_front,
    moved,
    next_look,
    recorded,
    with_actor,
)

Found = tuple[int, ...]


def voided(o: Order, k: int) -> bool:
    """Tell if the carrier said that it voided the label as a stray."""
    return (k, 1) in o.asked


def dying(o: Order, k: int) -> bool:
    """Tell if the void of the label was asked for and its answer was lost."""
    return (k, 0) in o.asked and o.labels[k].status != "P"


def decide(m: Model, o: Order, i: int, found: Found) -> Steps:
    """A look-up of an order in doubt, by itself or for one that is held."""
    unaware = not m.r.dead_labels_apart or (m.r.old_adopts_dead and i == 0)
    found = found if unaware else tuple(k for k in found if not voided(o, k))
    doomed = () if unaware else tuple(k for k in found if dying(o, k))
    if not found:
        yield _nothing(m, o, i)
    elif not doomed and _alike(m, o, i) and (len(found) == 1 or m.r.strays == "void"):
        k = min(found, key=lambda each: (o.labels[each].status != "P", each))
        n = recorded(m, o, i, k, found=True)
        yield f"adopted {k}", n._replace(look=0) if len(found) > 1 else next_look(m, n)
    else:
        yield _not_ours(m, o, i, doomed or found, apart=bool(doomed) or not _alike(m, o, i))


def _alike(m: Model, o: Order, i: int) -> bool:
    """Tell if all creates asked for the order as it is now."""
    if not m.r.former_orders_apart or (m.r.old_adopts_any and i == 0):
        return True
    return all(label.plan == o.plan for label in o.labels if label.generation == o.generation)


def _nothing(m: Model, o: Order, i: int) -> tuple[str, Order]:
    if o.state == "HELD":
        return "(looked, nothing)", with_actor(next_look(m, o), i)
    if m.r.unknown == "hold":
        return "held unknown", moved(m, o, i, "HELD", "unknown")
    o = o._replace(in_doubt=0, rest=m.r.look_before_rebuy)
    if o.stale:
        return "held retries", moved(m, o, i, "HELD", "retries")
    return "not_found", moved(m, o, i, "READY", "retry")


def _not_ours(m: Model, o: Order, i: int, found: Found, *, apart: bool) -> tuple[str, Order]:
    """Several, or of the order as it was, or dead soon: voided where strays are, else for a person."""
    if apart and _may_be_voided(m, o, i, found):
        return _void_asked(m, o, i, found)
    if (o.state, o.reason) == ("HELD", "unknown"):
        return "(looked, as before)", with_actor(next_look(m, o), i)
    return "held unknown", next_look(m, moved(m, o, i, "HELD", "unknown"))


def _may_be_voided(m: Model, o: Order, i: int, found: Found) -> bool:
    if m.r.old_adopts_dead and i == 0:  # that release knew of no voids either
        return False
    return m.r.strays == "void" and all(o.labels[k].status != "P" for k in found)


def _void_asked(m: Model, o: Order, i: int, found: Found) -> tuple[str, Order]:
    k = found[0]
    known = o.asked if voided(o, k) else tuple(sorted({*o.asked, (k, 0)}))
    n = held_in_front(m, o._replace(asked=known), i, "stray", Actor("voiding", about=found))
    return f"stray_void_asked {k}", n


def look_for_strays(m: Model, o: Order, i: int, found: Found, gone: Found) -> Steps:
    """Beside the recorded label, or where there is none; and whether the recorded one still lives."""
    if m.r.tells_gone and o.recorded >= 0 and not o.voided and o.recorded in gone:
        yield "voided_elsewhere", held_in_front(m, o, i, "void")._replace(look=0)  # owed once that is settled
        return
    strays = tuple(k for k in found if k not in o.accepted and (k != o.recorded or not m.r.recorded_spared))
    if not strays:
        yield _no_stray(m, o, i)
    elif _may_be_voided(m, o, i, strays):
        yield _void_asked(m, o, i, strays)
    elif (o.state, o.reason) == ("HELD", "stray"):
        yield "(looked, as before)", with_actor(next_look(m, o), i)
    else:
        yield "stray_found", next_look(m, held_in_front(m, o, i, "stray"))


def _no_stray(m: Model, o: Order, i: int) -> tuple[str, Order]:
    if (o.state, o.reason) == ("HELD", "stray"):
        return "stray_gone", next_look(m, back(m, o, i))
    return "(looked, nothing)", with_actor(next_look(m, o), i)


def looks_now(o: Order) -> str:
    """Which look is due at an order that rests."""
    assert o.state in RESTING
    return "looked_up" if o.state == "HELD" and o.in_doubt and o.reason != "stray" else "searched"
