"""Silver: it can be trusted with orders and with money. These rules run the adapter against its emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

from sandbox import systems
from sandbox.engine import Fault, FaultKind
from shared.errors import ParcelbridgeError, hint_of
from tests.contract.bench import DOCUMENT
from tests.scale.connectors import Connector
from tests.scale.rules import rule
from tests.scale.trial import DANGEROUS, Struck, Trial, answered, instead, logged, lost, operations_of, outcome, struck

STRUCK = {"erp": ("changed", "read", "write"), "carrier": ("rate", "create", "find", "labels", "void")}
"""Methods that the contract suite strikes by name."""
LONGEST_TIMEOUT = 120.0
UNREADABLE = (b"", b"<html><body>gateway</body></html>", b"{", b"null", b"[]", b'"ok"', b"17", b'{"a"\xff', b"[" * 2000)
"""Bodies of a 200 that hold nothing of what was asked for."""
GATEWAY = b"<html><body>Bad Gateway</body></html>"


@rule("silver")
def emulator(connector: Connector) -> Iterator[str]:
    """It has an emulator in the sandbox's table, so that the contract suite, the demo and the simulation run it; the
    emulator can be told to misbehave in each way at each operation of the port."""
    known = systems.ERPS if connector.side == "erp" else systems.CARRIERS
    if connector.kind not in known:
        yield f"sandbox/systems.py has no emulator of {connector.kind}"
        return
    for method in STRUCK[connector.side]:
        if method not in known[connector.kind].operations:
            yield f"its face does not say which of its operations is behind {method}"
    for method in operations_of(connector):
        if method in known[connector.kind].operations:
            for kind in get_args(FaultKind):
                trial = Trial(connector)
                fault = Fault(trial.bench.system.operations[method], kind, seconds=1)
                trial.bench.system.engine.faults.append(fault)
                acts = method == "write" and "act" in trial.operations  # its face calls both a write
                outcome(trial.operations["act" if acts else method])
                if fault.times:
                    yield f"{method}: a fault {kind} at {fault.operation} does not strike it"


@rule("silver")
def operations_succeed(connector: Connector) -> Iterator[str]:
    """Each operation of the port succeeds, and what it says is what the emulator's own books have."""
    for name in Trial(connector).operations:
        trial = Trial(connector)
        kind, result = outcome(trial.operations[name])
        if kind:
            yield f"{name}: {kind}: {result}"
        elif not _in_the_books(trial, name, result):
            yield f"{name}: {result!r} is not what the emulator has"


def _in_the_books(trial: Trial, name: str, result: Any) -> bool:
    bench = trial.bench
    if trial.connector.side == "erp":
        told: dict[str, Callable[[], bool]] = {"changed": lambda: [each.document for each in result] == [DOCUMENT]}
        told["read"] = lambda: [(each.document, each.cancelled) for each in result] == [(DOCUMENT, False)]
        told["write"] = lambda: bench.fields()["tracking_numbers"] == "1ZONE"
        told["lookup"] = lambda: [each.code for each in result] == ["W01", "W02"]
        return told.get(name, lambda: bool(result))()
    made = trial.made
    assert made
    told = {"rate": lambda: [each.service for each in result] == [bench.emulated.service]}
    told["create"] = lambda: result.shipment_id in bench.live()
    told["find"] = lambda: [each.shipment_id for each in result.shipments] == [made.shipment_id]
    told["labels"] = lambda: [each.tracking_number for each in result] == list(made.tracking_numbers)
    told["void"] = lambda: bench.live() == []
    told["track"] = lambda: made.tracking_numbers[0] in [each.tracking_number for each in result]
    told["subscribe"] = lambda: set(result.taken) == set(made.tracking_numbers)
    return told.get(name, lambda: bool(result))()


@rule("silver")
def refusals_advise(connector: Connector) -> Iterator[str]:
    """A refused credential is Misconfigured at each operation, names the field at fault and says what to do."""
    for name in operations_of(connector):
        trial = Trial(connector)
        _end_credential(trial)
        kind, error = outcome(trial.operations[name])
        if kind == "Check":
            if not error.detail or not error.hint:
                yield f"{name}: the failed check {error.name!r} says nothing of what to do"
        elif kind != "Misconfigured":
            yield f"{name}: a refused credential is {kind or 'taken for a success'}"
        elif not error.field or not hint_of(error):
            yield f"{name}: a refused credential names {'no field' if not error.field else 'nothing to do'}"


def _end_credential(trial: Trial) -> None:
    emulated = trial.bench.emulated
    emulated.withdraw_first()
    emulated.revoke_tokens() if hasattr(emulated, "revoke_tokens") else emulated.expire_tokens()
    trial.tokens._tokens.clear()


@rule("silver")
def lost_answers(connector: Connector) -> Iterator[str]:
    """Whichever call of an operation loses its answer: Unknown where it changed something, Retry everywhere else, and
    the next attempt succeeds with one effect."""
    for each in struck(connector, lost):
        expected = _after_a_loss(each)
        if each.kind != expected:
            yield f"{each.where}: {each.kind or 'a success'}, not {expected}: {each.error}"
        if each.operation != "create" and (again := outcome(each.trial.operations[each.operation]))[0]:
            yield f"{each.where}: cannot be repeated after its answer was lost: {again[1]}"


def _after_a_loss(each: Struck) -> str:
    """A void may be asked for again, and a second one counts as voided; nothing else that changed something may."""
    if each.operation == "ping":
        return "Check"
    return "Unknown" if _may_have_changed(each) else "Retry"


@rule("silver")
def malformed_answers(connector: Connector) -> Iterator[str]:
    """Whichever call of an operation gets an answer that cannot be read, whatever its status: that is no success.
    Where something was changed it is Unknown, elsewhere one of the four kinds; nothing else is ever raised."""
    spoils = {f"200 {body[:20]!r}": answered(200, body) for body in UNREADABLE}
    spoils |= {f"{status} after the effect": answered(status, GATEWAY) for status in (500, 502, 504)}
    spoils |= {f"{status} in HTML": instead(status, GATEWAY) for status in (302, 404, 409)}
    for answer, spoil in spoils.items():
        for each in struck(connector, spoil):
            said = f"{each.where}: an answer of {answer}"
            if not each.kind and not each.same:
                yield f"{said} is taken for a success: {each.error!r}"
            elif each.kind not in ("", "Check") and not isinstance(each.error, ParcelbridgeError):
                yield f"{said} raises {each.kind}: {each.error}"
            elif each.kind not in ("", "Unknown") and (
                each.operation == "create" or (each.operation == "write" and each.changed)
            ):
                yield f"{said} is {each.kind}, which says that nothing was changed"


def _may_have_changed(each: Struck) -> bool:
    """Of a create only a proof is a proof, whatever really happened."""
    return each.operation == "create" or (each.operation in DANGEROUS and each.changed)


@rule("silver")
def throttling(connector: Connector) -> Iterator[str]:
    """A 429 at any call is Retry with the wait that was asked for, at a create too: it proves that nothing was made."""
    engine = Trial(connector).bench.system.engine
    for each in struck(connector, lambda _request, _effect: engine.too_many(37)):
        if each.operation == "ping":
            if each.kind != "Check":
                yield f"{each.where}: a throttled call does not fail the test"
        elif each.kind != "Retry" or each.error.after != 37:
            yield f"{each.where}: {each.kind or 'a success'}, not Retry after 37 s: {each.error!r}"


@rule("silver")
def one_effect(connector: Connector) -> Iterator[str]:
    """The adapter repeats nothing by itself, and what it is asked to repeat has one effect."""
    trial = Trial(connector)
    changing = "write" if connector.side == "erp" else "create"
    trial.wire.spoil = answered(503, GATEWAY)
    outcome(trial.operations[changing])
    sent = [request for request, _, _ in trial.wire.asked]
    if len(sent) != len({(request.method, request.url, request.body) for request in sent}):
        yield f"{changing}: repeats a request that had no answer"
    trial = Trial(connector)
    again = "write" if connector.side == "erp" else "void"
    results = [outcome(trial.operations[again]) for _ in range(2)]
    if any(kind for kind, _ in results):
        yield f"{again}: cannot be asked for twice"
    if connector.side == "erp":
        written = Trial(connector)
        written.operations["write"]()
        before = written.bench.writes()
        written.operations["write"]()
        if written.bench.writes() != before:
            yield "write: writes what stands there already"


@rule("silver")
def timeouts(connector: Connector) -> Iterator[str]:
    """Each call has a timeout that a function outlives; a paid call rides a connection of its own."""
    for name in operations_of(connector):
        trial = Trial(connector)
        trial.tokens._tokens.clear()
        outcome(trial.operations[name])
        for request, timeout, fresh in trial.wire.sent:
            if not 0 < timeout <= LONGEST_TIMEOUT:
                yield f"{name}: {request.method} waits {timeout} s"
            if name == "create" and not fresh and not trial.wire.for_token(request):
                yield "create: rides a connection that may be stale"


@rule("silver")
def secrets_stay_secret(connector: Connector) -> Iterator[str]:
    """No secret of its credential and no token stands in an error, a log, a result or an address, whatever happens."""
    spoils = (None, lost, answered(200, b""), answered(500, GATEWAY), answered(401, b"{}"), answered(403, b"{}"))
    for name in operations_of(connector):
        for spoil in spoils:
            trial = Trial(connector)
            trial.wire.spoil = spoil
            with logged() as lines:
                _, result = outcome(trial.operations[name])
            said = "\n".join([*lines, *_words(result), *(request.url for request, _, _ in trial.wire.sent)])
            yield from (f"{name}: tells {what}" for what, secret in _canaries(trial) if secret in said)


def _words(result: Any) -> Iterator[str]:
    yield repr(result)
    while isinstance(result, BaseException):
        yield f"{result!s} {result!r} {vars(result)}"
        result = result.__cause__ or result.__context__


def _canaries(trial: Trial) -> Iterator[tuple[str, str]]:
    credential = trial.bench.system.credential
    for field in trial.connector.claim["SECRET"]:
        yield f"the credential's {field}", credential[field]
    for token in trial.tokens._tokens.values():
        yield "the token", token.value
