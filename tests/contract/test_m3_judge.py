"""The adapter's requests and the emulator's strictness, both held against the independent judge of M3 calls."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.erps.m3.catalogue import programs
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.seed import Line, add_unit, ionapi
from sandbox.judging import judges
from shared.domain.money import Money
from shared.erp.infor.bindings import alternatives, default_bindings
from shared.http import Request, Response
from shared.ports import LookupKind, WriteBack
from shared.url import rebase
from tests.samples.m3.world import AUSTIN, DAYTON, World

BY_DAY = {"po.list_changed": {"use": "EXPORTMI.Select"}}
VENDOR = "https://mingle-ionapi.inforcloudsuite.com"


@pytest.fixture(scope="module")
def judge(contracts: Path) -> Any:
    return judges(contracts)["m3"]


@pytest.fixture(scope="module")
def metadata(contracts: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((contracts / "specs" / "infor" / "mi-metadata.json").read_text())["programs"]
    return loaded


def traffic() -> tuple[World, list[tuple[str, Request]]]:
    """Every operation that the adapter knows, asked for against the emulator, on a host of its own."""
    world = World()
    world.order("4000001", lines=[Line("BOLT-10", 12), Line("NUT-10", 3)], bill_to=DAYTON)
    world.order("4000002", lines=[Line("BOLT-10", 1, to=AUSTIN), Line("NUT-10", 2, unit="CS", per_unit=0)])
    add_unit(world.tenant, "NUT-10", "CS", "20")
    erp = world.erp(erp={"base_url": "http://127.0.0.1:8080"})
    for change in erp.changed("", world.clock.now()):
        erp.read(change.document)
    note = WriteBack(
        "4000001", "D1-1", "1Z12345E0291980793", ("1Z12345E0291980793",), "03", Money(Decimal("12.5"), "USD")
    )
    erp.write(note)
    erp.write(replace(note, service="02", eta="2026-11-05", milestone="picked_up"))
    erp.ping()
    for kind in get_args(LookupKind):
        assert erp.lookup(kind)
    world.erp(erp={"base_url": "http://127.0.0.1:8080", "bindings": BY_DAY}).changed("", world.clock.now())
    return world, [(each.operation, each.request) for each in world.engine.recorded]


def verdict(judge: Any, request: Request) -> list[str]:
    url = rebase(request.url, VENDOR)
    problems: list[str] = judge.check(request.method, url, dict(request.headers), request.body)
    return problems


def test_S03_q20_every_request_of_the_adapter_is_accepted_by_the_judge(judge: Any) -> None:
    _, requests = traffic()
    assert [(name, verdict(judge, request)) for name, request in requests if verdict(judge, request)] == []


def test_every_bound_transaction_and_the_token_occur(judge: Any) -> None:
    _, requests = traffic()
    bindings = [*default_bindings().values(), *(each for job in alternatives().values() for each in job.values())]
    bound = {f"{b.program}.{name}" for b in bindings for name in (b.transaction, b.change) if name}
    assert {name for name, _ in requests} == bound | {"token"}


def test_the_field_tables_of_the_emulator_are_the_metadata_s(metadata: dict[str, Any]) -> None:
    for program, transactions in programs().items():
        for name, entry in transactions.items():
            known = metadata[program]["transactions"][name]
            inputs = {f: (d["length"], bool(d["mandatory"])) for f, d in known["input"].items()}
            assert {f: (d.length, d.mandatory) for f, d in entry.inputs.items()} == inputs
            assert {f: d.length for f, d in entry.outputs.items()} == {
                f: d["length"] for f, d in known["output"].items()
            }
            assert entry.many == known["list"]


def test_every_field_of_the_binding_table_is_in_the_metadata(metadata: dict[str, Any]) -> None:
    shipped = [(job, each) for job, entries in alternatives().items() for each in entries.values()]
    for job, binding in [*default_bindings().items(), *shipped]:
        for name in filter(None, (binding.transaction, binding.change)):
            known = metadata[binding.program]["transactions"][name]
            assert set(binding.input) <= set(known["input"]), job
            read = {binding.decode.field} if binding.decode else set(binding.output.values())
            assert read <= set(known["output"]), job
            lengths = {field: known["input"][field]["length"] for field in binding.length}
            assert lengths == dict(binding.length), job


def refused(response: Response) -> bool:
    body = response.json()
    results = body.get("results") if isinstance(body, dict) else None
    return response.status >= 400 or bool(results and results[0].get("errorType"))


def with_token(engine: M3Engine, request: Request) -> Request:
    """The request with a living token where it has any: the judge takes any bearer, the emulator only its own."""
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        return request
    token = next(iter(engine.token_server.tokens))
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def mutations(request: Request) -> Iterator[Request]:
    """Requests that are wrong in one place; some are still good, which the judge decides."""
    parts = urlsplit(request.url)
    query = parse_qsl(parts.query, keep_blank_values=True)

    def asking(pairs: list[tuple[str, str]], path: str = parts.path) -> Request:
        return replace(request, url=urlunsplit((parts.scheme, parts.netloc, path, urlencode(pairs), "")))

    if request.method == "POST":
        yield from _form_mutations(request)
        return
    yield replace(request, headers={})
    yield replace(request, headers={"Authorization": "Basic eDp5"})
    yield replace(request, method="POST")
    base, program, name = parts.path.rsplit("/", 2)
    for path in (
        f"{base}/{program}X/{name}",
        f"{base}/{program}/{name}x",
        f"{base}/{program}",
        f"{base}/PPS300MI/{name}",
    ):
        yield asking(query, path)
    for number, (field, value) in enumerate(query):
        rest = query[:number] + query[number + 1 :]
        yield asking(rest)
        for other in ("", "x" * 400, value + "0" * 40, value.lower(), "NOPE"):
            yield asking([*rest, (field, other)])
        yield asking([*rest, (field + "X", value)])
    for field in ("ORNO", "FOO", "lanc", "CONO", "A930"):
        yield asking([*query, (field, "1")])
    yield asking([(f, v + ",NOPE" if f == "returncols" else v) for f, v in query])


def _form_mutations(request: Request) -> Iterator[Request]:
    form = parse_qsl(request.body.decode())
    for number, (field, _) in enumerate(form):
        rest = form[:number] + form[number + 1 :]
        yield replace(request, body=urlencode(rest).encode())
        yield replace(request, body=urlencode([*rest, (field, "")]).encode())
        yield replace(request, body=urlencode([*rest, (field, "wrong")]).encode())
    yield replace(request, headers={k: v for k, v in request.headers.items() if k != "Authorization"})
    yield replace(request, headers={"Authorization": "Bearer " + base64.b64encode(b"x:y").decode()})


def test_what_the_judge_refuses_the_emulator_refuses(judge: Any) -> None:
    world, requests = traffic()
    wrong = [
        (name, changed)
        for name, request in dict(requests).items()
        for changed in mutations(request)
        if verdict(judge, changed)
    ]
    writes = len(world.engine.field_writes)
    accepted = [
        (name, changed.url, verdict(judge, changed))
        for name, changed in wrong
        if not refused(world.engine.handle(with_token(world.engine, changed)))
    ]
    assert accepted == []
    assert {name for name, _ in wrong} == dict(requests).keys()
    assert len(wrong) > 400
    assert len(world.engine.field_writes) == writes


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 2**32), times=st.integers(1, 3))
def test_what_the_judge_refuses_the_emulator_refuses_when_several_things_are_wrong(
    judge: Any, seed: int, times: int
) -> None:
    world, requests = _once()
    draw = random.Random(seed)
    request = draw.choice(requests)[1]
    for _ in range(times):
        request = draw.choice(list(mutations(request))) if request.url.count("/") > 3 else request
    if verdict(judge, request):
        assert refused(world.engine.handle(with_token(world.engine, request))), request.url


_kept: list[tuple[World, list[tuple[str, Request]]]] = []


def _once() -> tuple[World, list[tuple[str, Request]]]:
    if not _kept:
        _kept.append(traffic())
    return _kept[0]


def test_the_judge_takes_the_token_request_of_both_kinds_of_app(judge: Any) -> None:
    for service_account in (True, False):
        world = World(service_account=service_account)
        world.erp().ping()
        token = next(each.request for each in world.engine.recorded if each.operation == "token")
        assert verdict(judge, token) == []
        assert token.url == ionapi()["pu"] + ionapi()["ot"]
