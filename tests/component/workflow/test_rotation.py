"""A credential is replaced while warm functions hold the former one (G15): nothing fails, nothing closes again."""

from __future__ import annotations

import pytest

from sandbox.erps.m3.seed import ionapi
from shared.domain.state import State
from tests.component.workflow.scene import CONNECTION, Scene, bought_once

NEW = {"client_id": "rotated-client", "client_secret": "rotated-secret"}


def warm() -> Scene:
    """Functions that keep for five minutes what they have read of a secret."""
    scene = Scene()
    scene.world.secrets.clock = scene.clock
    return scene


def rotate_carrier(scene: Scene) -> None:
    """UPS knows the new credential only; what functions have read is the former one."""
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    scene.ups.clients[NEW["client_id"]] = NEW["client_secret"]
    scene.world.secrets.fields[(CONNECTION, "carrier")] = NEW


def rotate_erp(scene: Scene) -> None:
    file = {**ionapi(), "cs": "rotated-secret"}
    scene.m3.expire_tokens()
    scene.m3.token_server.ionapi = scene.m3.ionapi = file
    scene.world.secrets.fields[(CONNECTION, "erp")] = file


def test_g15_an_order_that_meets_the_former_carrier_credential_goes_on_with_the_new_one() -> None:
    scene = warm()
    scene.through("4000009")
    scene.taken_in()
    rotate_carrier(scene)
    scene.process()
    assert scene.connection().status == "running"
    assert scene.messages() == [scene.head().key], "it is tried again at once"
    scene.work()
    assert bought_once(scene)


@pytest.mark.parametrize("where", ["poll", "write-back"])
def test_g15_a_poll_and_a_write_back_that_meet_the_former_erp_credential_go_on_with_the_new_one(where: str) -> None:
    scene = warm()
    scene.taken_in()
    if where == "write-back":
        scene.process()
        rotate_erp(scene)
        scene.work()
        assert scene.head().state == State.SHIPPED
    else:
        rotate_erp(scene)
        scene.poll()
        assert scene.messages("polls") == [""], "it polls again at once"
        assert "a former credential was refused" in scene.ports.connections.poll_state(CONNECTION).outcome
    assert scene.connection().status == "running"
    scene.lives()
    assert bought_once(scene)


def test_g15_a_resume_right_after_the_new_credential_does_not_close_again() -> None:
    """The connection was closed by the former credential; the warm functions still have it."""
    scene = warm()
    scene.taken_in()
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    scene.process()
    assert scene.connection().status == "closed"
    rotate_carrier(scene)
    scene.sets("running")
    scene.poll()
    scene.work()
    assert scene.connection().status == "running"
    scene.lives()
    assert bought_once(scene)


def test_a_new_credential_that_is_refused_too_closes_the_connection() -> None:
    scene = warm()
    scene.through()
    scene.taken_in("4000002")
    rotate_carrier(scene)
    scene.ups.clients.clear()
    scene.process("4000002")
    assert scene.connection().status == "running"
    scene.work()
    assert scene.connection().status == "closed"
    assert scene.head("4000002").state == State.RECEIVED
