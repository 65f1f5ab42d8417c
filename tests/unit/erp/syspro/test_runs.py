"""Whole lives of orders against the sandbox's SYSPRO: the judge of runs finds no fault in the order of any call."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.erps.syspro.variants import FEED
from sandbox.inprocess import Systems
from sandbox.simulation.faults import NoFaults
from sandbox.simulation.judging import judge as judged
from sandbox.simulation.judging import well
from sandbox.simulation.people import arrive
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.world import World
from sandbox.systems import VARIANTS
from shared.domain.state import State
from shared.http import Request, Response
from tests.unit.erp.syspro.bench import judge


@pytest.mark.parametrize("erp", ["syspro", *(each for each in VARIANTS if each.startswith("syspro/"))])
def test_s08_s53_by_every_source_workers_take_turns_as_the_operator_and_every_session_is_logged_off(
    erp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging = judge()
    if judging is None:
        pytest.skip("the contracts are not beside the project")
    run, send = judging.SysproRun(judging.SysproJudge(odata=FEED)), Systems.send

    def seen(self: Systems, request: Request, **how: Any) -> Response:
        response = send(self, request, **how)
        if "/SYSPROWCFService/" in request.url or request.url.startswith(FEED):
            answer = response.body.decode("cp1252", "replace")
            run.see(request.method, request.url, dict(request.headers), request.body, answer=answer)
        return response

    monkeypatch.setattr(Systems, "send", seen)
    world = World(Scenario("runs", 12, erp=erp, carrier="ups"), NoFaults())
    arrive(world)
    world.start()
    world.life(well)
    assert run.sessions
    assert run.finish() == []
    assert judged(world).complaints == ()
    assert sum(head.state == State.DONE for head in world.orders.every()) >= 6
