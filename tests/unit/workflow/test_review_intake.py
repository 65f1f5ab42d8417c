"""Intake among several connections, after a long rest, and with documents that nobody foresaw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cli.hints import why_of
from sandbox.erps.m3.seed import Line, ionapi
from sandbox.erps.m3.token_server import TokenServer
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Change
from shared.workflow.intake.poll import poll
from shared.workflow.shipping.process import process
from tests.builders import a_connection
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, ORDER, Scene, key_of
from tests.worlds import UPS_CREDENTIAL, a_minute

OTHER = "acme-freight"
HOUR = 60 * MINUTE


def also(scene: Scene, method: str = "UPSX", revisions: int = 1) -> None:
    """A second connection of the same company: another delivery method, applied so many times."""
    changed: dict[str, Any] = {"id": OTHER, "select": {"delivery_method": [method]}, "services": {method: "02"}}
    now, connections = scene.clock.now(), scene.world.connections
    for revision in range(revisions):
        limits = {"labels_per_day": 100 + revision}
        connections.apply(a_connection(**changed, limits=limits), now - timedelta(hours=1), "ann", now)
    connections.set_status(OTHER, "running", "started", "ann", now)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def second(scene: Scene, **changes: Any) -> None:
    fields = scene.world.secrets.fields
    fields[OTHER, "erp"], fields[OTHER, "carrier"] = fields[CONNECTION, "erp"], UPS_CREDENTIAL
    also(scene, **changes)


def test_a_connection_never_cancels_the_order_of_another_one(scene: Scene) -> None:
    second(scene)
    scene.taken_in()
    poll(scene.ports, OTHER, a_minute)
    assert scene.head().state == State.RECEIVED
    poll(scene.ports, CONNECTION, a_minute)
    scene.process()
    assert len(scene.live()) == 1


def test_an_order_that_moves_to_another_connection_goes_by_that_one_s_file(scene: Scene) -> None:
    second(scene, revisions=3)
    scene.taken_in()
    scene.passes(MINUTE)
    scene.tenant.change_head(ORDER, MODL="UPSX")
    poll(scene.ports, OTHER, a_minute)
    assert (scene.head().connection, scene.head().state) == (CONNECTION, State.RECEIVED), "the first has it still"
    poll(scene.ports, CONNECTION, a_minute)
    assert scene.head().state == State.CANCELLED
    poll(scene.ports, OTHER, a_minute)
    head = scene.head()
    assert (head.connection, head.revision, head.state) == (OTHER, 3, State.RECEIVED)
    process(scene.ports, key_of(ORDER), a_minute)
    assert scene.live()[0].service == "02"


def test_what_changed_during_a_long_rest_is_read_though_a_rescan_is_due(scene: Scene) -> None:
    scene.poll()
    scene.sets("closed")
    scene.passes(2 * DAY)
    scene.order()
    scene.passes(10 * DAY)
    scene.order("4000002")
    scene.sets("running")
    for _ in range(3):
        scene.poll()
        scene.passes(10 * MINUTE)
    assert scene.known("4000002")
    assert scene.known(ORDER), "it lies before the days of the re-scan, and behind the cursor"


def test_an_order_that_a_changed_file_selects_is_taken_by_the_daily_rescan(scene: Scene) -> None:
    scene.order(delivery_method="GROUND")
    scene.poll()
    assert not scene.known()
    scene.applies(select={"delivery_method": ["UPS", "GROUND"]}, services={"UPS": "03", "GROUND": "03"})
    scene.passes(DAY)
    scene.poll()
    assert scene.known()


class Poisonous:
    """The connection's M3, some of whose documents break the reader in a way that nobody foresaw."""

    def __init__(self, erp: Any, *documents: str) -> None:
        self._erp, self._documents = erp, documents

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def read(self, document: str) -> Any:
        if document in self._documents:
            raise ArithmeticError("nobody foresaw this")
        return self._erp.read(document)


def test_a_document_that_breaks_the_reader_stops_nobody_else(scene: Scene) -> None:
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Poisonous(erp(connection), ORDER))
    scene.order()
    scene.order("4000002")
    scene.poll()
    assert not scene.known()
    assert scene.known("4000002")
    assert "ArithmeticError" in scene.ports.connections.poll_state(CONNECTION).outcome
    scene.with_ports(open_erp=erp)
    scene.poll()
    assert scene.known(), "the cursor did not pass it"


def test_an_order_too_large_to_be_kept_is_held_and_the_others_go_on(scene: Scene) -> None:
    _store_refuses_large(scene)
    lines = [Line("VALVE-1", 2) for _ in range(30)]
    scene.order(ORDER, lines)
    scene.order("4000002")
    for _ in range(2):
        scene.poll()
        scene.passes(10 * MINUTE)
    assert scene.known("4000002")
    assert scene.stands() == "HELD size"
    assert scene.trail() == ["received"], "and it is not held anew at each poll"


def _store_refuses_large(scene: Scene, most: int = 5) -> None:
    """The in-memory store with a limit of its own, as the table has one."""
    store = scene.world.orders
    create, transition = store.create, store.transition

    def checked(snapshot: Any) -> None:
        if snapshot and len(snapshot.order.lines) > most:
            raise Refused("size", "too large", field="lines")

    def small_create(head: Any, snapshot: Any, entry: Any) -> bool:
        checked(snapshot)
        return create(head, snapshot, entry)

    def small_transition(after: Any, entry: Any, **more: Any) -> None:
        checked(more.get("snapshot"))
        transition(after, entry, **more)

    store.create, store.transition = small_create, small_transition  # type: ignore[method-assign]


def test_the_credential_of_another_tenant_closes_the_connection(scene: Scene) -> None:
    scene.taken_in(lines=[Line("GASKET-X", 1)])
    scene.process()
    assert scene.stands() == "HELD weight"
    scene.passes(2 * HOUR)
    prod = ionapi("ACME_PRD")
    scene.world.secrets.fields[CONNECTION, "erp"] = prod
    scene.m3.ionapi, scene.m3.token_server = prod, TokenServer(prod, scene.clock.now)
    scene.tenant.change_item("GASKET-X", GRWE="2")
    scene.poll()
    assert scene.world.orders.head(f"infor-m3:ACME_PRD/100/{ORDER}/-") is None, "its number means another order there"
    assert scene.connection().status == "closed"
    assert "another tenant" in why_of(scene.connection())


def test_a_stamp_in_the_future_does_not_blind_the_poll(scene: Scene) -> None:
    scene.order()
    scene.tenant.orders[ORDER].stamp += 10 * 365 * 86_400_000
    scene.poll()
    scene.passes(30 * MINUTE)
    scene.order("4000002")
    scene.tenant.orders["4000002"].stamp = int(scene.clock.now().timestamp() * 1000)
    scene.poll()
    assert scene.known("4000002")


def test_one_order_without_a_stamp_does_not_close_the_connection(scene: Scene) -> None:
    scene.order()
    erp = scene.ports.open_erp(scene.connection().connection)
    client = erp._port._client if hasattr(erp, "_port") else erp._client  # type: ignore[attr-defined]
    rows = [{"po_number": "1", "changed": ""}, {"po_number": ORDER, "changed": str(scene.tenant.orders[ORDER].stamp)}]
    client.records = lambda *_, **__: rows
    changes = erp.changed("", scene.connection().start_from)
    assert changes == (Change(ORDER, rows[1]["changed"]),)


def test_held_orders_that_can_not_be_read_do_not_stop_the_intake(scene: Scene) -> None:
    numbers = [f"40001{n:02}" for n in range(6)]
    for number in numbers:
        scene.order(number, [Line("GASKET-X", 1)])
    scene.poll()
    scene.work()
    assert {scene.stands(number) for number in numbers} == {"HELD weight"}
    scene.passes(HOUR)
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Poisonous(erp(connection), *numbers))
    for number in ("4000201", "4000202", "4000203"):
        scene.order(number)
    scene.poll()
    assert all(scene.known(number) for number in ("4000201", "4000202", "4000203"))


def test_an_order_that_is_selected_again_has_all_its_tries_before_it(scene: Scene) -> None:
    scene.taken_in()
    scene.ups_will("throttled", "rate")
    scene.process()
    assert scene.head().tries == 1
    scene.tenant.change_head(ORDER, MODL="GROUND")
    scene.poll()
    assert scene.stands() == "CANCELLED"
    scene.passes(2 * DAY)
    scene.tenant.change_head(ORDER, MODL="UPS")
    scene.poll()
    scene.ups_will("throttled", "rate")
    scene.process()
    assert scene.stands() == "RECEIVED retry"
