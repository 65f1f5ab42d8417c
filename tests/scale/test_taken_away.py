"""Each rule sees it when the thing that it asks for is taken away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.carriers.ups.face import Ups
from sandbox.judging import NoContracts, contracts
from shared import log, registry
from shared.carriers.ups import auth, build, client, inquiries
from shared.carriers.ups.calls import UpsCalls
from shared.carriers.ups.client import UpsCarrier
from shared.carriers.ups.file import KIND as UPS
from shared.carriers.ups.file import UpsCarrier as UpsPart
from shared.connection import Setup
from shared.erp.infor import adapter
from shared.erp.infor import setup as infor_setup
from shared.erp.infor.adapter import InforM3
from shared.errors import Misconfigured, ParcelbridgeError, Retry, Unknown
from shared.http import Response
from shared.ports import ErpAction
from tests.contract.bench import DOCUMENT
from tests.scale import bronze
from tests.scale.connectors import Connector
from tests.scale.rules import RULES
from tests.scale.scale import rules
from tests.scale.trial import NOTE, calls_of
from tests.unit.carriers.ups import quirks

Away = Callable[[pytest.MonkeyPatch, Path], None]
TAKEN_AWAY: dict[str, tuple[str, str, Away]] = {}
"""Rule → the connector, words of what it must say then, and how the thing is taken away."""


def away(kind: str, said: str) -> Callable[[Away], Away]:
    def add(take: Away) -> Away:
        TAKEN_AWAY[take.__name__.replace("_", "-")] = (kind, said, take)
        return take

    return add


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    """Count the calls of an operation anew with the thing taken away, and forget the count afterwards."""
    calls_of.cache_clear()
    yield
    calls_of.cache_clear()


def connector_of(kind: str) -> Connector:
    side = "erp" if kind in registry.KINDS.erps else "carrier"
    declared: Any = registry.KINDS.erps.get(kind) or registry.KINDS.carriers[kind]
    return Connector(side, kind, declared)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [rule.name for rule in rules()])
def test_a_rule_sees_what_is_taken_away(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kind, said, take = TAKEN_AWAY[name]
    if name == "requests-judged":
        try:
            contracts()
        except NoContracts as missing:
            pytest.skip(str(missing))
    with monkeypatch.context() as patch:
        take(patch, tmp_path)
        missing = list(RULES[name].check(connector_of(kind)))
    assert any(said in each for each in missing), missing


def copied(patch: pytest.MonkeyPatch, folder: Path, connector: str) -> Path:
    """The connector's folder as the rules see it from now on."""
    target = folder / "adapter"
    shutil.copytree(connector_of(connector).folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    patch.setattr(Connector, "folder", target)
    return target


def declared(patch: pytest.MonkeyPatch, part: type) -> None:
    """UPS with another part of the file."""
    patch.setitem(registry.KINDS.carriers, "ups", replace(UPS, part=part))  # type: ignore[arg-type]


def instead_of(patch: pytest.MonkeyPatch, owner: type, name: str, act: Callable[..., Any]) -> None:
    """`act` gets the method that it stands for, and its arguments."""
    kept = getattr(owner, name)
    patch.setattr(owner, name, lambda *arguments, **named: act(kept, *arguments, **named))


# --- bronze ----------------------------------------------------------------------------------------------------------


@away("ups", "shared.carriers.ups.setup is missing")
def usual_files(patch: pytest.MonkeyPatch, folder: Path) -> None:
    (copied(patch, folder, "ups") / "setup.py").unlink()


@away("infor-m3", "shared.workflow.step:1: imports shared.erp.infor.client.M3Client")
def one_line(patch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "shared" / "workflow").mkdir(parents=True)
    (folder / "shared" / "workflow" / "step.py").write_text("from shared.erp.infor.client import M3Client\n")
    patch.setattr(bronze, "ROOT", folder)


@away("infor-m3", "opening it calls https://")
def opened_when_asked(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def eager(opened: Any, *arguments: Any, **named: Any) -> Any:
        erp = opened(*arguments, **named)
        erp.ping()
        return erp

    kept = adapter.open_erp
    patch.setattr(adapter, "open_erp", lambda *arguments, **named: eager(kept, *arguments, **named))


@away("ups", "carrier.colour: has no description")
def settings_described(patch: pytest.MonkeyPatch, folder: Path) -> None:
    class Coloured(UpsPart):
        __module__ = UpsPart.__module__
        colour: str = "red"

    declared(patch, Coloured)


@away("ups", "carrier.no_such_key: takes 1")
def settings_checked(patch: pytest.MonkeyPatch, folder: Path) -> None:
    class Lax(UpsPart, extra="ignore"):
        __module__ = UpsPart.__module__

    declared(patch, Lax)


@away("infor-m3", "is refused for erp.cono")
def sample_file(patch: pytest.MonkeyPatch, folder: Path) -> None:
    form, sample = infor_setup.SETUP.credential, infor_setup.SETUP.sample
    short = "\n".join(line for line in sample.split("\n") if "cono" not in line)
    patch.setattr(infor_setup, "SETUP", Setup(form, short))


@away("infor-m3", "is stored as a credential")
def credentials_checked(patch: pytest.MonkeyPatch, folder: Path) -> None:
    form = replace(infor_setup.SETUP.credential, fields_of=lambda given: {"ti": "ACME", "cs": "x", "sask": "x"})
    patch.setattr(infor_setup, "SETUP", Setup(form, infor_setup.SETUP.sample))


@away("ups", "Limits says nothing")
def docs_page(patch: pytest.MonkeyPatch, folder: Path) -> None:
    page = folder / "ups.md"
    page.write_text(connector_of("ups").page.read_text().replace("## Limits", "## Bounds"))
    patch.setattr(Connector, "page", page)


# --- silver ----------------------------------------------------------------------------------------------------------


@away("ups", "void: a fault throttled at cancel does not strike it")
def emulator(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(Ups, "operations", {**Ups.operations, "void": "cancel"})


@away("infor-m3", "lookup: () is not what the emulator has")
def operations_succeed(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(InforM3, "lookup", lambda *_: ())


@away("ups", "a refused credential names nothing to do")
def refusals_advise(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(auth, "not_allowed", lambda *_: Misconfigured("UPS says no", field="carrier secret"))


@away("ups", "create, call 1 of 1: Retry, not Unknown")
def lost_answers(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def hopeful(create: Any, *arguments: Any) -> Any:
        try:
            return create(*arguments)
        except Unknown as error:
            raise Retry(str(error)) from error

    instead_of(patch, UpsCarrier, "create", hopeful)


@away("ups", "is taken for a success: ()")
def malformed_answers(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def deaf(rate: Any, *arguments: Any) -> Any:
        try:
            return rate(*arguments)
        except ParcelbridgeError:
            return ()

    instead_of(patch, UpsCarrier, "rate", deaf)


@away("infor-m3", "not Retry after 37 s")
def throttling(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(Response, "retry_after", lambda *_: None)


@away("ups", "create: repeats a request that had no answer")
def one_effect(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def twice(buy: Any, *arguments: Any) -> Any:
        answer = buy(*arguments)
        return buy(*arguments) if answer.response.status >= 500 else answer

    instead_of(patch, UpsCalls, "buy", twice)


@away("ups", "waits 900 s")
def timeouts(patch: pytest.MonkeyPatch, folder: Path) -> None:
    instead_of(patch, UpsCalls, "_send", lambda send, *given, **named: send(*given, **{**named, "timeout": 900}))


@away("ups", "tells the token")
def secrets_stay_secret(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def chatty(send: Any, calls: Any, token: str, *arguments: Any, **named: Any) -> Any:
        log.step("sending", token=token)
        return send(calls, token, *arguments, **named)

    instead_of(patch, UpsCalls, "_send", chatty)


# --- gold ------------------------------------------------------------------------------------------------------------


@away("ups", "no test keeps the quirks [")
def quirks_numbered(patch: pytest.MonkeyPatch, folder: Path) -> None:
    more = {**quirks.QUIRKS, len(quirks.QUIRKS) + 1: quirks.Quirk("a new one", "1", "new")}
    patch.setattr(quirks, "QUIRKS", more)


@away("ups", "looking for")
def injection(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(inquiries, "quote", lambda text, safe="": text)
    patch.setattr(client, "quote", lambda text, safe="": text)


@away("ups", "UPS label recovery: the connection test has no such line")
def unsure_facts_probed(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(client, "sources", lambda *_: ())


@away("ups", "more tokens were asked for")
def one_token(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def selfish(token: Any, mine: Any) -> Any:
        mine.expired(token(mine))
        return token(mine)

    instead_of(patch, auth.UpsAuth, "token", selfish)


@away("ups", "parse.py:1: imports shared.http.Transport")
def pure_parts(patch: pytest.MonkeyPatch, folder: Path) -> None:
    module = copied(patch, folder, "ups") / "parse.py"
    module.write_text("from shared.http import Transport\n" + module.read_text())


# --- platinum --------------------------------------------------------------------------------------------------------


@away("ups", "rate: POST")
def requests_judged(patch: pytest.MonkeyPatch, folder: Path) -> None:
    kept = build.rate

    def wrong(*arguments: Any, **named: Any) -> Any:
        return {**kept(*arguments, **named), "RateRequest": {"Request": 5}}

    patch.setattr(build, "rate", wrong)


@away("infor-m3", "long.py: 300 lines")
def size(patch: pytest.MonkeyPatch, folder: Path) -> None:
    (copied(patch, folder, "infor-m3") / "long.py").write_text("# a line\n" * 300)


@away("infor-m3", "0 of 12 orders are done")
def orders_reach_done(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(InforM3, "changed", lambda *_: ())


def test_every_rule_has_something_that_is_taken_away() -> None:
    assert sorted(TAKEN_AWAY) == sorted(rule.name for rule in rules())


def test_an_action_that_cannot_be_repeated_is_struck_like_a_create(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ERP that acts: its action is the write, once as it should be, and once with a lost answer taken for a no."""
    action = ErpAction("cost:1", "a cost line", DOCUMENT)
    for name, method in {
        "actions": lambda erp, note: (action,),
        "find_action": lambda erp, _: str(len(erp.read(DOCUMENT))),
        "act": lambda erp, _: str(erp.write(NOTE)),
    }.items():
        monkeypatch.setattr(InforM3, name, method, raising=False)
    connector = connector_of("infor-m3")
    assert {"find_action", "act"} <= calls_of(connector).keys()
    assert list(RULES["lost-answers"].check(connector)) == []
    monkeypatch.setattr(InforM3, "act", lambda erp, _: _as_retry(lambda: erp.write(NOTE)))
    assert any("act, call 2 of 2: Retry, not Unknown" in each for each in RULES["lost-answers"].check(connector))


def _as_retry(act: Callable[[], Any]) -> str:
    try:
        return str(act())
    except Unknown as error:
        raise Retry(str(error)) from error
