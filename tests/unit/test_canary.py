"""A credential is in no exception and no log line, whatever it contains: over all kinds of ERP and carrier."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.memory import MemoryBudgets, MemoryTokens
from sandbox.systems import CARRIERS, ERPS
from shared import http, log
from shared.domain.state import State
from shared.http import Lost, NotSent, Request, Response
from shared.registry import open_systems
from shared.url import named_host
from tests.component.workflow.scene import CONNECTION, Scene
from tests.contract.bench import ALBANY, Bench

CANARY = "CaNaRy7h1Rd"
ODD = {
    "a line's end": f"{CANARY}\n",
    "an injected header": f"{CANARY}\r\nX-Other: {CANARY}",
    "no ASCII": f"{CANARY}é☃",
    "100 kB": CANARY * 9_000,
    "a NUL": f"\0{CANARY}",
}
NAMES = {"iu", "ot", "pu", "ti", "operator"}
"""Fields by which people tell one credential from another: addresses, the tenant, the operator's name."""
SIDES = [("erp", kind) for kind in sorted(ERPS)] + [("carrier", kind) for kind in sorted(CARRIERS)]


class Written:
    """The sandbox behind the real transport's own look at a request; tokens in its answers may be odd."""

    def __init__(self, bench: Bench, token: str = "") -> None:
        self._bench, self._token = bench, token

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        http._prepared(request, named_host(request.url))
        answer = self._bench.systems.send(request, timeout=timeout, fresh=fresh)
        told = answer.json()
        if not (self._token and isinstance(told, dict) and "access_token" in told):
            return answer
        return replace(answer, body=json.dumps({**told, "access_token": self._token}).encode())


def bench_of(side: str, kind: str) -> Bench:
    return Bench(kind, "ups") if side == "erp" else Bench("infor-m3", kind)


def use(bench: Bench, side: str, transport: Any) -> Iterator[Callable[[], object]]:
    """Calls of the side's port, each of which needs the credential."""
    connection = bench.connection()
    erp, carrier = open_systems(
        secrets=bench.secrets,
        tokens=MemoryTokens(bench.clock),
        budgets=MemoryBudgets(bench.clock),
        transport=transport,
        clock=bench.clock,
        sleep=lambda _: None,
    )
    if side == "erp":
        yield lambda: erp(connection).read("4000001")
        yield lambda: erp(connection).changed("", bench.clock.now())
    else:
        yield lambda: carrier(connection).void("1ZA1B2C30300000030", ())
        yield lambda: carrier(connection).check_address(ALBANY)


def said(calls: Iterator[Callable[[], object]], capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that becomes of the calls: errors with their causes, and what was logged."""
    told = []
    for call in calls:
        try:
            call()
        except (AttributeError, NameError):
            raise  # the test's own mistake, which would hide what it looks for
        except Exception as error:  # noqa: BLE001 - any of them may tell
            log.failed("message_failed", error)
            told += [str(error), repr(error), "".join(traceback.format_exception(error))]
    out = capsys.readouterr()
    return "\n".join([*told, out.out, out.err])


@pytest.mark.parametrize("what", sorted(ODD))
@pytest.mark.parametrize(("side", "kind"), SIDES)
def test_a_secret_is_told_nowhere(side: str, kind: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_of(side, kind)
    place = (bench.connection().id, side)
    met = ""
    for field in bench.secrets.fields[place]:
        if field in NAMES:
            continue
        changed = bench_of(side, kind)
        kept = changed.secrets.fields
        changed.connection()
        kept[place] = {**kept[place], field: ODD[what]}
        told = said(use(changed, side, Written(changed)), capsys)
        assert CANARY not in told, field
        met += told
    assert met, "no call met the credential"


@pytest.mark.parametrize("what", sorted(ODD))
@pytest.mark.parametrize(("side", "kind"), SIDES)
def test_a_token_is_told_nowhere(side: str, kind: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_of(side, kind)
    assert CANARY not in said(use(bench, side, Written(bench, ODD[what])), capsys)


@pytest.mark.parametrize("what", sorted(ODD))
def test_the_transport_names_a_header_and_never_its_value(what: str) -> None:
    request = Request("GET", "https://user:CaNaRy7h1Rd@api.example/x", {"Authorization": f"Bearer {ODD[what]}"})
    with pytest.raises((NotSent, Lost)) as caught:
        http.RequestsTransport().send(request, timeout=0.01)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    if what != "100 kB":
        assert str(caught.value) == "api.example: the header Authorization cannot be written"


@pytest.mark.parametrize("odd", ["erp token", "carrier token", "erp secret", "carrier secret"])
@pytest.mark.parametrize("what", sorted(ODD))
def test_a_credential_is_in_no_trail_no_poll_state_and_no_log(
    odd: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way of an order: it is polled, priced, bought and written back by workers with an odd credential."""
    scene, (side, part) = Scene(), odd.split()
    fields = scene.world.secrets.fields[(CONNECTION, side)]
    if part == "secret":
        scene.world.secrets.fields[(CONNECTION, side)] = {
            name: value if name in NAMES else ODD[what] for name, value in fields.items()
        }
    erp, carrier = open_systems(
        secrets=scene.world.secrets,
        tokens=MemoryTokens(scene.clock),
        budgets=MemoryBudgets(scene.clock),
        transport=Written(SimpleNamespace(systems=scene.world.outside), ODD[what] if part == "token" else ""),  # type: ignore[arg-type]
        clock=scene.clock,
        sleep=lambda _: None,
    )
    key = scene.order()
    if side == "carrier":
        scene.poll()
    scene.with_ports(**{f"open_{side}": {"erp": erp, "carrier": carrier}[side]})
    for act in (scene.poll, scene.work, scene.sweep, scene.work):
        try:
            act()
        except (AttributeError, NameError):
            raise
        except Exception as error:  # noqa: BLE001 - any of them may tell
            log.failed("message_failed", error)
    stored = scene.connection()
    head = scene.ports.orders.head(key)
    trail = scene.ports.orders.audit(key) if head else []
    snapshot = scene.ports.orders.snapshot(key, head.generation) if head else None
    out = capsys.readouterr()
    kept = repr((stored, scene.ports.connections.poll_state(CONNECTION), head, trail, snapshot))
    kept += repr(scene.ports.connections.open_documents(CONNECTION))
    assert CANARY not in kept
    assert CANARY not in out.out + out.err
    if part == "token":
        assert head is None or head.state != State.DONE, "the odd token was met"
