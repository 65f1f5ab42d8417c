"""Buying once and on the right account, though answers are short, files change meanwhile and the carrier is silent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, delivery, ionapi, place
from sandbox.erps.m3.token_server import TokenServer
from shared.domain.state import State
from shared.http import Request, Response
from shared.workflow.desk import approve as decisions
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, ORDER, SETTLE, Scene, key_of
from tests.worlds import settled

RECEIVER_PAYS = {"supplier": "V100", "bill": "receiver", "account": "X1Y2Z3", "postcode": "12207"}
FOUR_PIECES = [Line("VALVE-1", 20)]


def swallow(scene: Scene, parcels: int = 1) -> None:
    """UPS's answer to a create lacks so many of the parcels that it made."""
    answer = scene.ups.answer

    def short(operation: str, request: Request) -> Response:
        whole = answer(operation, request)
        if operation != "ship" or whole.status != 200:
            return whole
        body = json.loads(whole.body)
        results = body["ShipmentResponse"]["ShipmentResults"]
        results["PackageResults"] = results["PackageResults"][:-parcels]
        return Response(200, whole.headers, json.dumps(body).encode())

    scene.ups.answer = short  # type: ignore[method-assign]


def test_an_answer_with_fewer_numbers_than_parcels_is_kept_and_held() -> None:
    scene = Scene()
    swallow(scene)
    scene.through(lines=FOUR_PIECES)
    head = scene.head()
    assert scene.stands() == "HELD label"
    assert (head.shipment_id, head.packages_made) == (scene.live()[0].shipment_id, 3)
    assert "3 of 4" in scene.snapshot().problem
    assert scene.in_erp() == {}
    scene.passes(DAY)
    decisions.retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "DONE"
    assert scene.creates() == 1


def test_a_create_that_never_answers_is_not_repeated_for_ever() -> None:
    scene = Scene(unknown="retry")
    scene.ups_will("error_before", times=10_000)
    scene.order()
    scene.lives(3 * DAY)
    assert scene.stands() == "HELD retries"
    assert scene.creates() < 60
    assert len(scene.audit()) < 250


def in_doubt(scene: Scene) -> None:
    """An order whose label was made, whose answer was lost, and which the index did not know yet when it was asked."""
    scene.ups.index_lag = timedelta(hours=2)
    scene.ups_will("reset_after")
    scene.through()
    scene.passes(SETTLE + MINUTE)
    scene.process()
    assert scene.stands() == "HELD unknown"
    scene.passes(timedelta(hours=3))


def test_an_order_in_doubt_is_looked_up_where_it_was_bought_whatever_the_file_says_now() -> None:
    scene = Scene()
    in_doubt(scene)
    hosts: list[str] = []
    handle = scene.ups.handle
    scene.ups.handle = lambda request: (hosts.append(request.url.split("/")[2]), handle(request))[1]  # type: ignore[method-assign]
    scene.applies(carrier={"environment": "production"}, unknown="retry")
    decisions.retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert set(hosts) == {"wwwcie.ups.com"}
    assert len(scene.live()) == 1
    assert scene.head().shipment_id == scene.live()[0].shipment_id


def test_a_retry_in_doubt_follows_the_new_file_while_the_carrier_is_the_same() -> None:
    scene = Scene()
    in_doubt(scene)
    scene.applies(unknown="retry")
    after = decisions.retry(scene.ports, key_of(ORDER), "ann")
    assert after.revision == 2


@pytest.mark.parametrize(
    ("change", "payer"),
    [
        ({"carrier": {"account": "D4E5F6"}}, "D4E5F6"),
        ({"billing": {"rules": [RECEIVER_PAYS]}}, "X1Y2Z3"),
    ],
)
def test_what_was_quoted_on_one_account_is_not_bought_after_the_file_names_another(
    change: dict[str, Any], payer: str
) -> None:
    scene = Scene(approve={"mode": "manual"})
    scene.ups.accounts = frozenset({"A1B2C3", "D4E5F6", "X1Y2Z3"})
    scene.through()
    assert scene.stands() == "HELD approval"
    scene.applies(approve={"mode": "manual"}, **change)
    decisions.approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "HELD approval", "quoted anew, and it is for a person to say yes to that"
    assert scene.creates() == 0
    decisions.approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    (made,) = scene.live()
    assert made.payer.endswith(f":{payer}")


def test_the_cost_of_a_shipment_that_another_account_pays_is_not_ours() -> None:
    scene = Scene(billing={"rules": [RECEIVER_PAYS]})
    scene.ups.accounts = frozenset({"A1B2C3", "X1Y2Z3"})
    scene.through()
    assert scene.stands() == "DONE"
    assert "A121" in scene.in_erp()
    assert not {"N096", "A430"} & scene.in_erp().keys()


def test_numbers_are_never_written_into_another_tenant() -> None:
    scene = Scene()
    scene.taken_in()
    scene.process()
    assert scene.stands() == "SHIPPED"
    prod = ionapi("ACME_PRD")
    scene.world.secrets.fields[CONNECTION, "erp"] = prod
    scene.m3.ionapi, scene.m3.token_server = prod, TokenServer(prod, scene.clock.now)
    scene.write_back()
    assert scene.in_erp() == {}
    assert (scene.head().state, scene.connection().status) == (State.SHIPPED, "closed")
    file = ionapi()
    scene.world.secrets.fields[CONNECTION, "erp"] = file
    scene.m3.ionapi, scene.m3.token_server = file, TokenServer(file, scene.clock.now)
    scene.sets("running")
    scene.world.run(DAY, done=settled)
    assert scene.stands() == "DONE"


def never_made(scene: Scene) -> None:
    """A create that is lost before it has an effect, under a policy that buys again."""
    scene.ups_will("reset_before")
    scene.through()
    assert scene.stands() == "UNKNOWN unknown"
    scene.passes(5 * MINUTE)


def test_what_was_readdressed_while_in_doubt_is_bought_again_to_the_new_address_alone() -> None:
    scene = Scene(unknown="retry")
    never_made(scene)
    scene.tenant.change_delivery(ORDER, "1", delivery(place("Site 5", "5 Other St", "Rome", "NY", "13440")))
    scene.poll()
    assert scene.trail()[-1] == "changed_meanwhile"
    scene.lives(timedelta(hours=2))
    (made,) = scene.live()
    assert "5 Other St" in made.ship_to
    assert scene.stands() == "DONE"


def test_what_was_cancelled_while_in_doubt_is_not_bought_again() -> None:
    scene = Scene(unknown="retry")
    never_made(scene)
    scene.tenant.cancel(ORDER)
    scene.poll()
    scene.lives(timedelta(hours=2))
    assert scene.live() == []
    assert scene.stands() == "CANCELLED"


def test_what_was_changed_while_in_doubt_is_adopted_all_the_same_when_it_was_made() -> None:
    scene = Scene(unknown="retry")
    scene.ups_will("reset_after")
    scene.through()
    scene.passes(5 * MINUTE)
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.poll()
    scene.lives(timedelta(hours=2))
    assert (scene.stands(), scene.creates()) == ("HELD remaining", 1)
