"""No decision is taken from a sentence: with every sentence of ours garbled, each order takes the same steps.

A sentence reads otherwise each time it is written, as if every release worded it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from sandbox.memory import MemoryConnectionStore, MemoryOrderStore
from sandbox.simulation.campaign import live, plan_of, scenario_of
from sandbox.simulation.scheduler import MINUTE
from sandbox.simulation.world import World
from shared.domain.hints import Hint
from shared.domain.order import Order
from shared.domain.problem import Unshippable
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.erp.infor.read import PurchaseOrders
from shared.errors import ParcelbridgeError
from shared.ports import LimitReached
from tests.deep import deep, one_in
from tests.simulation.test_found import a_label_of_the_former_address
from tests.simulation.test_single_faults_after_label import lives_on

_WORDS = count()
UNSEEN: dict[str, Any] = {"blind": True, "lag": timedelta(hours=2), "late": 100 * MINUTE, "clerks": False}


def words(*_: object) -> str:
    return f"words {next(_WORDS)}"


def said(text: str) -> str:
    return words() if text else ""


def order(read: Order) -> Order:
    skipped = tuple(replace(each, reason=words()) for each in read.skipped)
    return replace(read, notes=tuple(map(words, read.notes)), skipped=skipped)


def snapshot(kept: Snapshot) -> Snapshot:
    hint = replace(kept.hint, text=words()) if isinstance(kept.hint, Hint) else said(kept.hint)
    notes = tuple(map(words, kept.notes))
    return replace(kept, order=order(kept.order), problem=said(kept.problem), hint=hint, notes=notes)


def garble(patch: pytest.MonkeyPatch) -> None:
    """Whatever the stores are given, the ERP's reading says, or an error tells."""
    create, write, status = MemoryOrderStore.create, MemoryOrderStore.transition, MemoryConnectionStore.set_status
    read = PurchaseOrders.read

    def created(store: MemoryOrderStore, head: Head, kept: Snapshot, step: AuditEntry) -> bool:
        return create(store, head, snapshot(kept), replace(step, why=said(step.why)))

    def written(store: MemoryOrderStore, after: Head, step: AuditEntry, **facts: Any) -> None:
        facts["snapshot"] = snapshot(facts["snapshot"]) if facts.get("snapshot") else None
        write(store, after, replace(step, why=said(step.why)), **facts)

    patch.setattr(MemoryOrderStore, "create", created)
    patch.setattr(MemoryOrderStore, "transition", written)
    patch.setattr(MemoryConnectionStore, "set_status", lambda s, of, to, why, *r: status(s, of, to, said(why), *r))
    patch.setattr(PurchaseOrders, "read", lambda *of: tuple(map(order, read(*of))))
    for error in (ParcelbridgeError, Unshippable, LimitReached):
        patch.setattr(error, "__str__", words, raising=False)


def trails(orders: MemoryOrderStore) -> object:
    return [[replace(e, why="", request_ids=()) for e in orders.audit(head.key)] for head in orders.every()]


def a_world(seed: int, index: int = 0, **ground: Any) -> object:
    kept = list[World]()
    scenario = replace(scenario_of(seed, 20_000, index), **ground)
    ended = live(scenario, plan_of(seed, 0.1, index), lambda *of: kept.append(World(*of)) or kept[-1])
    return ended.trace, ended.verdict, trails(kept[0].orders)


def a_found_label() -> object:
    world = a_label_of_the_former_address()
    lives_on(world, timedelta(days=2))
    return trails(world.orders)


STRETCHES: dict[str, Callable[[], object]] = {
    **{f"world {index}": lambda index=index: a_world(1, index) for index in one_in(2, (0, 9, 17, 25))},
    "strays": lambda: a_world(16, unknown="retry", **UNSEEN),
    "a found label": a_found_label,
}


@deep
@pytest.mark.parametrize("stretch", STRETCHES)
def test_in_other_words_every_order_takes_the_same_steps(stretch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = STRETCHES[stretch]()
    garble(monkeypatch)
    assert STRETCHES[stretch]() == plain
