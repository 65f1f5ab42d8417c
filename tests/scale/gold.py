"""Gold: it is complete for the people who run it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.domain.shipment import ShipmentPlan
from shared.http import Request
from tests.conftest import ROOT
from tests.contract.bench import ALBANY, a_note
from tests.contract.carrier_suite import REFERENCE, a_plan
from tests.scale.connectors import ROOMS, Connector, imported, parsed, sections
from tests.scale.rules import rule
from tests.scale.trial import Trial, operations_of, outcome

INJECTED = (
    "x' or '1'='1", 'x" or "1"="1', "x&a=b", "x?a=b#c", "../x", "x/../y", "x%2Fy%00", "x;y", "x<b>&amp;</b>", "{x}$y",
    "x\\y", "x+y z", "a,b|c:d", "Ünïcödé 漢", "x*", "%", "(x)", "\u202ex",
)  # fmt: skip
CONTROL = ("x\r\nX-Evil: 1", "x\x00y", "x\ty")
IMPURE = ("shared.http.Transport", "shared.ports", "shared.clock", "shared.log", "time.", "requests")
PURE = ("build", "parse", "codes", "packages", "parties", "values", "track")


@rule("gold")
def quirks_numbered(connector: Connector) -> Iterator[str]:
    """The quirks of the vendor's API are a numbered list without a gap, with the source of each, and each number is
    kept by a test that names it."""
    listed = connector.tests / "quirks.py"
    if not listed.exists():
        yield f"{listed.relative_to(ROOT)} is missing"
        return
    quirks = importlib.import_module(".".join(listed.relative_to(ROOT).with_suffix("").parts)).QUIRKS
    if not quirks or list(quirks) != list(range(1, len(quirks) + 1)):
        yield "its quirks do not run from 1 without a gap"
    kept = set(_kept(connector))
    if quirks.keys() - kept:
        yield f"no test keeps the quirks {sorted(quirks.keys() - kept)}"


def _kept(connector: Connector) -> Iterator[int]:
    """Numbers that tests name: `_q07_` in a test's name, or `@keeps(7)` above it."""
    name = connector.tests.name
    own = (connector.tests, ROOT / "tests/unit/sandbox" / ROOMS[connector.side])
    shared = (ROOT / "tests/unit/sandbox", ROOT / "tests/contract", ROOT / "tests/unit/erp/fields")
    shared += (ROOT / "tests/unit/functions",)
    marks = (name, *connector.claim.get("TESTS", ()))
    files = [path for folder in own for path in sorted(folder.rglob("test_*.py")) if name in str(path)]
    files += [path for folder in shared for path in sorted(folder.glob("test_*.py")) if _is_of(path, marks)]
    for path in files:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield from map(int, re.findall(r"_q(\d+)(?=_)", node.name))
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "keeps":
                        yield from map(ast.literal_eval, mark.args)


def _is_of(path: Any, marks: tuple[str, ...]) -> bool:
    return path.parent.name == "fields" or any(f"_{mark}" in path.stem for mark in marks)


@rule("gold")
def injection(connector: Connector) -> Iterator[str]:
    """A text that comes from outside arrives as it is or is refused: it never becomes a path, a parameter, a filter or
    a header."""
    yield from _into_an_erp(connector) if connector.side == "erp" else _into_a_carrier(connector)


def _into_an_erp(connector: Connector) -> Iterator[str]:
    _, _, plain = _shapes(connector, lambda port, text: port.read(text), "4999999")
    for text in (*INJECTED, *CONTROL):
        kind, result, seen = _shapes(connector, lambda port, text: port.read(text), text)
        if kind not in ("", "Refused", "Retry", "Misconfigured"):
            yield f"reading {text!r} raises {kind}: {result}"
        if not kind and any(not each.cancelled for each in result):
            yield f"reading {text!r} gives an order"
        yield from (f"reading {text!r} asks {each}" for each in seen - plain)
    for text in INJECTED:
        trial = Trial(connector)
        kind, error = outcome(partial(trial.port().write, a_note("1ZONE", service=text)))
        if kind not in ("", "Refused"):
            yield f"writing {text!r} raises {kind}: {error}"
        if not kind and trial.bench.fields().get("service") != text:
            yield f"writing {text!r} leaves {trial.bench.fields().get('service')!r}"


def _shapes(connector: Connector, ask: Callable[[Any, str], Any], text: str) -> tuple[str, Any, set[Any]]:
    """Ask for a text; return the outcome, and the forms of the requests: method, length of the path, parameters."""
    trial = Trial(connector)
    kind, result = outcome(partial(ask, trial.port(), text))
    return kind, result, {_shape(request) for request, _, _ in trial.wire.asked}


def _shape(request: Request) -> tuple[str, int, tuple[str, ...], tuple[str, ...]]:
    parts = urlsplit(request.url)
    named = tuple(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    return request.method, parts.path.count("/") + 100 * bool(parts.fragment), named, tuple(sorted(request.headers))


def _into_a_carrier(connector: Connector) -> Iterator[str]:
    changes: dict[str, Callable[[str], dict[str, Any]]] = {
        "a name": lambda text: {"ship_to": replace(ALBANY, name=text, attention="Receiving")},
        "a street": lambda text: {
            "ship_to": replace(ALBANY, attention="Dock", address=replace(ALBANY.address, lines=(text,)))
        },
        "the ERP's number": lambda text: {"erp_reference": text},
        "a description": lambda text: {"description": text},
    }
    bench = Trial(connector).bench
    plan, since = a_plan(bench), bench.clock.now() - timedelta(days=1)

    def find(port: Any, text: str) -> Any:
        return port.find(text, plan, since)

    _, _, plain = _shapes(connector, find, "NOBODY")
    for text in (*INJECTED, *CONTROL):
        for what, change in changes.items():
            yield from _created_with(connector, what, text, replace(plan, **change(text)))
        kind, found, seen = _shapes(connector, find, text)
        if kind not in ("", "Refused", "Retry") or (not kind and found.shipments):
            yield f"looking for {text!r}: {kind or found}"
        yield from (f"looking for {text!r} asks {each}" for each in seen - plain)
        page = urlsplit(Trial(connector).port().tracking_url(text))
        if page.scheme != "https" or not page.hostname or text not in unquote(page.path + "?" + page.query):
            yield f"the page of {text!r} is {page.geturl()}"


def _created_with(connector: Connector, what: str, text: str, plan: ShipmentPlan) -> Iterator[str]:
    trial = Trial(connector)
    before = len(trial.bench.emulated.ledger.shipments)
    kind, error = outcome(lambda: trial.port().create(plan, f"{REFERENCE}-2"))
    made = trial.bench.emulated.ledger.shipments[before:]
    if kind not in ("", "Refused"):
        yield f"{what} {text!r}: {kind}: {error}"
    if not kind and (len(made) != 1 or made[0].reference != f"{REFERENCE}-2" or made[0].destination != ("12207", "US")):
        yield f"{what} {text!r}: makes another shipment"
    if kind and made:
        yield f"{what} {text!r}: is refused and makes a shipment"


@rule("gold")
def unsure_facts_probed(connector: Connector) -> Iterator[str]:
    """Each fact that is not sure stands on its page with the line of the connection test that tells: a check of that
    name is there when all is well."""
    said = sections(connector.page).get("What is unsure", "")
    rows = re.findall(r"^- (.+(?:\n  .+)*)", said, flags=re.MULTILINE)
    if not rows:
        yield f"docs/{ROOMS[connector.side]}/{connector.page.name}: What is unsure names no fact"
    changes = connector.claim.get("PROBED", {})
    names = {check.name for check in Trial(connector).port(**changes).ping()} | SHARED_CHECKS[connector.side]
    for row in rows:
        told = re.findall(r"`test`: `([^`]+)`", row)
        if not told:
            yield f"{row.splitlines()[0][:60]}: names no line of the test"
        yield from (f"{name}: the connection test has no such line" for name in told if name not in names)


SHARED_CHECKS = {"erp": {"codes"}, "carrier": {"location", "sample rate", "currency"}}
"""Lines that the command line adds for every connector."""


@rule("gold")
def one_token(connector: Connector) -> Iterator[str]:
    """A credential has one token for all workers; one that has ended is renewed in the midst of an operation; a second
    credential takes over while both hold. A session that must be ended is ended."""
    trial = Trial(connector)
    emulated = trial.bench.emulated
    trial.operations["ping"]()
    before = emulated.sessions
    port = trial.port()
    for name in operations_of(connector):
        trial.operations[name]()
    ends = hasattr(port, "close")
    if emulated.sessions != before and not ends:
        yield f"{emulated.sessions - before} more tokens were asked for by workers that could share one"
    trial = Trial(connector)
    trial.operations["ping"]()
    trial.bench.emulated.expire_tokens()
    name = "read" if connector.side == "erp" else "rate"
    if (failed := outcome(trial.operations[name]))[0]:
        yield f"{name}: a token that has ended is not renewed: {failed}"
    side = connector.side
    trial.bench.secrets.fields[trial.bench.connection().id, side] = trial.bench.emulated.rotate()
    trial.bench.emulated.withdraw_first()
    if (failed := outcome(trial.operations[name]))[0]:
        yield f"{name}: a second credential does not take over: {failed}"


@rule("gold")
def pure_parts(connector: Connector) -> Iterator[str]:
    """Builders and readers are functions of their arguments: they know no transport, no port and no clock."""
    for path in connector.modules():
        if path.stem in PURE:
            for line, name in imported(path):
                if name.startswith(IMPURE):
                    yield f"{path.name}:{line}: imports {name}"
