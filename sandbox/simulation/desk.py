"""Clerks at the command line, and users of the ERP, as the stories of orders have them. Commands may fail like anything
else, and are given again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sandbox.simulation.draws import Draws
from sandbox.simulation.orders import Seeded
from sandbox.simulation.parcels import is_as_entered
from sandbox.simulation.scheduler import HOUR, MINUTE
from sandbox.simulation.stories import CLERK, STORIES, Command, Story
from sandbox.simulation.world import DEPLOYMENT, World
from shared.domain.hints import Action, offers
from shared.domain.record import Head
from shared.domain.reference import reference_of
from shared.domain.state import Reason, State
from shared.ports import Ports
from shared.workflow.desk.approve import retry
from shared.workflow.desk.unknown import adopt, declare_absent

AGAIN = 10 * MINUTE
Visit = tuple[int, Callable[[], None]]


def stories_of(world: World) -> Iterator[Visit]:
    """The visits with which each story begins."""
    draws = Draws(world.scenario.seed, "stories")
    for order in world.seeded:
        if order.story:
            story, time = STORIES[order.story], order.at + order.late
            world.untold.add(order.document)
            if story.act:
                yield time + (0 if story.labelled else draws.below(40 * MINUTE)), partial(user, world, order, story)
            else:
                world.untold.discard(order.document)
            yield time + draws.below(40 * MINUTE), partial(clerk, world, order.document, story.decide)
    if world.scenario.clerks:
        for order in world.seeded:
            decide = partial(settle, world, order)
            yield order.at + order.late + 40 * MINUTE, partial(clerk, world, order.document, decide)


def user(world: World, order: Seeded, story: Story) -> None:
    """Does it in the ERP; where it is for after the label, as soon as the carrier has one."""
    assert story.act is not None  # noqa: S101 - see above
    if story.labelled and not world.ledger.live_of_order(order.document):
        world.scheduler.at(world.scheduler.time + MINUTE, partial(user, world, order, story))
        return
    if story.later:
        later = Draws(world.scenario.seed, "later", order.document).below(story.later)
        at_once = partial(user, world, order, replace(story, labelled=False, later=0))
        world.scheduler.at(world.scheduler.time + later, at_once)
        return
    world.untold.discard(order.document)
    if not world.heads_of(order.document):
        world.missed.add(order.document)
    if order.document in world.erp.documents():
        story.act(world.erp, order.document)
        world.readings.change(order.document)
        if story.closes:
            world.readings.close(order.document)


def clerk(world: World, document: str, decide: Callable[[Head], Command | None], attempt: int = 1) -> None:
    """Looks at an order every ten minutes, and gives the command that it needs."""
    command = next((each for head in world.heads_of(document) if (each := decide(head))), None)
    again = partial(clerk, world, document, decide, attempt + bool(command))
    if command is None:
        world.scheduler.at(world.scheduler.time + AGAIN, again)
        return
    worker = world.pool.hire()
    world.scheduler.begin(
        f"clerk {document} #{attempt}",
        partial(_give, command, worker.ports),
        lambda _: world.scheduler.at(world.scheduler.time + AGAIN, again),
        within=HOUR,
    )


def _give(command: Command, ports: Ports) -> None:
    command(ports)


def settle(world: World, order: Seeded, head: Head) -> Command | None:
    """Return a clerk's command for a hold that is nobody's fault: an order in doubt is adopted or declared absent,
    strays are voided at the carrier, and the rest is tried once more. A hold that the order must end with stays."""
    if head.state != State.HELD or (head.state, head.reason) in {(each.state, each.reason) for each in order.ends}:
        return None
    if head.reason == Reason.STRAY:
        return partial(_void_strays, world, head)
    if (
        world.scenario.odd
        and head.in_doubt
        and Draws(world.scenario.seed, "ask again", head.key, head.version).below(3) == 0
    ):
        return lambda ports: retry(ports, head.key, CLERK)
    if head.in_doubt:
        return _found_or_not(world, head)
    if head.reason in (Reason.RETRIES, Reason.LABEL, Reason.WRITE_BACK):
        return lambda ports: retry(ports, head.key, CLERK)
    return None


def _found_or_not(world: World, head: Head) -> Command | None:
    """Adopted, declared absent, or, where the hold asks for it, compared with the ERP, and voided at the carrier unless
    it goes where the order does, with as much."""
    seen = world.carrier.visible(reference_of(DEPLOYMENT, head.key, head.generation))
    if not seen:
        return lambda ports: declare_absent(ports, head.key, CLERK)
    known = head.document in world.erp.documents()
    if known and offers(world.orders.snapshot(head.key, head.generation).hint, Action.ADOPT):
        goods = world.erp.goods(head.document)
        for shipment in seen:
            if not is_as_entered(goods, shipment):
                shipment.void(shipment.tracking_numbers, world.scheduler.now())
                return None
    return lambda ports: adopt(ports, head.key, seen[0].shipment_id, CLERK)


def _void_strays(world: World, head: Head, ports: Ports) -> None:
    """On the carrier's own page, as the hold says; then the order goes on."""
    for shipment in world.carrier.visible(head.reference):
        if shipment.shipment_id != head.shipment_id:
            shipment.void(shipment.tracking_numbers, world.scheduler.now())
    retry(ports, head.key, CLERK)
