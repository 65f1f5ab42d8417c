"""People's actions in a world: each visit has its time. Scenarios bring further ones; a visit is any call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

from sandbox.simulation.desk import stories_of
from sandbox.simulation.draws import Draws
from sandbox.simulation.orders import Seeded, edit
from sandbox.simulation.outside import Side, Trouble
from sandbox.simulation.scenario import PAUSED
from sandbox.simulation.scheduler import DAY, HOUR, MINUTE
from sandbox.simulation.workers import PREFIX
from sandbox.simulation.world import START, World
from shared.domain.state import Reason, State
from shared.errors import Refused
from shared.ports import Conflict, Ports
from shared.workflow.desk.approve import approve

Visit = tuple[int, Callable[[], None]]
AGAIN = 5 * MINUTE
SIDES: tuple[Side, ...] = ("erp", "carrier")


def arrive(world: World) -> None:
    """Puts everybody's visits on the world's agenda."""
    for time, visit in (*_about_orders(world), *_about_systems(world), *stories_of(world)):
        world.scheduler.at(time, visit)


def _about_orders(world: World) -> Iterator[Visit]:
    for order in world.seeded:
        for time in order.edits:
            yield time, partial(_edited, world, order.document)
        if order.correction:
            act = order.correction.act
            correct = partial(act, world.erp, order.document) if act else partial(approver, world, order)
            yield order.correction.after, correct


def _edited(world: World, document: str) -> None:
    if document in world.erp.documents():
        edit(world.erp, document)
        world.readings.change(document)


def approver(world: World, order: Seeded, attempt: int = 1) -> None:
    """Approves an order at the command line, which may fail like anything else, as often as it is asked for: until the
    label is there, for an approval may have become too old once it is known that nothing was bought."""
    heads = world.heads_of(order.document)
    waiting = [head.key for head in heads if head.state == State.HELD and head.reason == Reason.APPROVAL]
    again = partial(approver, world, order, attempt + 1)
    if not waiting:
        if not any(head.shipment_id for head in heads):
            world.scheduler.at(world.scheduler.time + AGAIN, again)
        return
    worker = world.pool.hire()
    world.scheduler.begin(
        f"approve {order.document} #{attempt}",
        lambda: _approve(worker.ports, waiting[0]),
        lambda _: world.scheduler.at(world.scheduler.time + AGAIN, again),
        within=HOUR,
    )


def _approve(ports: Ports, key: str) -> None:
    with suppress(Refused, Conflict):
        approve(ports, key, "ann")


def _about_systems(world: World) -> Iterator[Visit]:
    """Outages, storms, expiries, a rotation and a release, where the scenario has them."""
    scenario, draws = world.scenario, Draws(world.scenario.seed, "systems")
    for kind in ("outage", "storm"):
        begin, side = draws.below(HOUR), draws.pick(SIDES)
        if getattr(scenario, kind):
            since = START + timedelta(microseconds=begin)
            world.outside.troubles += (Trouble(side, kind, since, since + timedelta(hours=1)),)
    if scenario.expiry:
        yield draws.below(HOUR), world.erp.expire_tokens
        yield draws.below(HOUR), world.carrier.expire_tokens
    if scenario.revocation:
        time = draws.below(HOUR)
        yield time, world.carrier.revoke_tokens
        yield time + 20 * MINUTE, partial(operator, world)
    if scenario.rotation:
        time, side = draws.below(HOUR), draws.pick(SIDES)
        yield time, partial(_rotate, world, side)
        if scenario.withdrawal:
            yield time + 30 * MINUTE, world.outside.side(side).withdraw_first
    if scenario.renewed and scenario.is_usual:
        yield draws.below(20 * DAY if scenario.weeks else HOUR), partial(_apply_anew, world)
    if scenario.pause:
        time = draws.below(HOUR)
        yield time, partial(_status, world, "paused")
        yield time + PAUSED, partial(_status, world, "running")
    if scenario.release:
        yield draws.below(HOUR), world.release


def operator(world: World) -> None:
    """Sees the alarm of a closed connection, sets a new secret and starts the connection again, and looks in later:
    a warm function still has the old secret for five minutes, and may close it once more."""
    for connection in world.all_connections:
        stored = world.connections.get(connection.id)
        if stored is not None and stored.status == "closed":
            _rotate(world, "carrier")
            world.connections.set_status(connection.id, "running", "new secret", "operator", world.scheduler.now())
    world.scheduler.at(world.scheduler.time + 20 * MINUTE, partial(operator, world))


def _status(world: World, status: str) -> None:
    for connection in world.all_connections:
        world.connections.set_status(connection.id, status, "", "operator", world.scheduler.now())


def _rotate(world: World, side: Side) -> None:
    fresh = world.outside.side(side).rotate()
    for connection in world.all_connections:
        world.pool.secrets.fields[f"{PREFIX}{connection.id}/{side}"] = fresh


def _apply_anew(world: World) -> None:
    """The file of the first connection is applied with another service: what is not bought yet goes by that."""
    now = world.scheduler.now()
    world.applied_anew = now
    world.connections.apply(world.scenario.anew, now, "operator", now)
