"""S65: the audit alone tells where an order stands and how it came there, without a gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import timedelta
from itertools import pairwise

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.record import AuditEntry, Head
from shared.domain.state import Position, State, may_follow
from shared.workflow.desk.approve import approve, retry
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from shared.workflow.orders.change import text_of
from tests.component.workflow.scene import DAY, MINUTE, NOWHERE, ORDER, SETTLE, Scene, key_of

BOOKKEEPING = {"key", "version", "token", "updated_at", "due_at", "swept"}
"""The sweep moves due_at and swept without a step; the others are the write's own, or the entry's place."""


def replayed(trail: list[AuditEntry]) -> dict[str, str]:
    """A head's facts as texts, from the trail and nothing else."""
    facts = {each.name: text_of(each.default) if each.default is not MISSING else "" for each in fields(Head)}
    for entry in trail:
        facts |= dict(entry.changes)
        facts["state"], facts["field"] = str(entry.state), entry.field
    return {name: value for name, value in facts.items() if name not in BOOKKEEPING}


def positions(trail: list[AuditEntry]) -> list[Position]:
    """Where the order stood after each step."""
    facts = {"in_doubt": "False", "generation": "1", "shipment_id": "", "tracking_number": ""}
    stood = []
    for entry in trail:
        facts |= {name: value for name, value in entry.changes if name in facts}
        label = "live" if facts["tracking_number"] else "voided" if facts["shipment_id"] else ""
        stood.append(Position(entry.state, facts["in_doubt"] == "True", label, int(facts["generation"])))  # type: ignore[arg-type]
    return stood


def done(scene: Scene) -> None:
    scene.through()


def held(scene: Scene) -> None:
    scene.through(to=NOWHERE)


def backing_off(scene: Scene) -> None:
    scene.ups_will("throttled")
    scene.through()


def adopted(scene: Scene) -> None:
    scene.ups_will("reset_after")
    scene.through(lines=[Line("VALVE-1", 20)])
    scene.lives(timedelta(hours=2))


def in_doubt(scene: Scene) -> None:
    scene.ups_will("reset_before")
    scene.through()
    scene.passes(SETTLE)
    scene.process()
    retry(scene.ports, key_of(ORDER), "ann")


def limited(scene: Scene) -> None:
    scene.applies(limits={"labels_per_hour": 1})
    scene.through("4000002")
    scene.through()


def approved(scene: Scene) -> None:
    scene.applies(approve={"mode": "manual", "amount": None})
    scene.through()
    approve(scene.ports, key_of(ORDER), "ann")
    scene.work()


def corrected_changed_and_let_go(scene: Scene) -> None:
    scene.through(lines=[Line("GASKET-X", 2)])
    scene.tenant.change_item("GASKET-X", GRWE="99")
    scene.passes(MINUTE)
    scene.poll()
    scene.work()
    scene.tenant.cancel(ORDER)
    scene.passes(MINUTE)
    scene.poll()


def written_back_late(scene: Scene) -> None:
    scene.m3_will("error_before", "CUSEXTMI.GetFieldValue", times=3)
    scene.through()
    scene.lives(DAY)


def voided_and_shipped_again(scene: Scene) -> None:
    done(scene)
    scene.passes(DAY)
    void(scene.ports, key_of(ORDER), "ann")
    scene.work()
    ship_again(scene.ports, propose(scene.ports, key_of(ORDER)), "ann")
    scene.work()


def held_after_its_label(scene: Scene) -> None:
    done(scene)
    scene.passes(MINUTE)
    scene.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    scene.poll()
    scene.ups_will("reset_before", "void")
    void(scene.ports, key_of(ORDER), "ann")


def a_stray_voided(scene: Scene) -> None:
    scene.applies(unknown="retry", strays="void")
    scene.ups.index_lag = timedelta(hours=2)
    scene.ups_will("reset_after")
    scene.through()
    scene.lives(DAY)
    assert "stray_voided" in scene.trail()


LIVES: list[Callable[[Scene], None]] = [
    done, held, backing_off, adopted, in_doubt, limited, approved, corrected_changed_and_let_go, written_back_late,
    voided_and_shipped_again, held_after_its_label, a_stray_voided,
]  # fmt: skip


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_s65_g5_the_audit_alone_replays_to_the_head(life: Callable[[Scene], None]) -> None:
    scene = Scene()
    life(scene)
    head = scene.head()
    kept = {each.name: text_of(getattr(head, each.name)) for each in fields(Head) if each.name not in BOOKKEEPING}
    assert replayed(scene.audit()) == kept


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_s65_g5_the_trail_has_no_gap_goes_forward_in_time_and_knows_only_lawful_steps(
    life: Callable[[Scene], None],
) -> None:
    scene = Scene()
    life(scene)
    trail = scene.audit()
    assert [entry.sequence for entry in trail] == list(range(1, scene.head().version + 1))
    assert [entry.at for entry in trail] == sorted(entry.at for entry in trail)
    assert trail[0].state in (State.RECEIVED, State.HELD)
    for before, after in pairwise(positions(trail)):
        assert may_follow(before, after)
    bought = [number for number, entry in enumerate(trail) if entry.state == State.SHIPPED]
    if bought:
        assert State.INTENT in {entry.state for entry in trail[: bought[0]]}


def test_s60_a_retried_shipment_keeps_the_trail_of_every_try() -> None:
    scene = Scene()
    scene.ups_will("throttled", times=3)
    scene.through()
    scene.lives(DAY)
    what = scene.trail()
    assert what.count("intent") == 4
    assert what.count("not_sent") == 3
    tries = [dict(entry.changes)["tries"] for entry in scene.audit() if entry.what == "not_sent"]
    assert tries == ["1", "2", "3"]
    assert all(entry.why for entry in scene.audit() if entry.what == "not_sent")
