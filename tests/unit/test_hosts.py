"""A credential goes to the vendor's hosts and to those that its secret names, whatever the connection file says."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hints import worded
from sandbox.carriers.shipstation.v1_wire import SHARDS
from sandbox.memory import ManualClock, MemoryBudgets, MemoryTokens
from sandbox.systems import CARRIERS, ERPS
from shared.errors import Misconfigured, Retry
from shared.hosts import host_of, hosts_in
from shared.http import Lost, Request, Response
from shared.registry import KINDS, open_systems
from tests.component.workflow.scene import Scene
from tests.contract.bench import ALBANY, Bench

FOREIGN = "https://collector.example"


class Counting:
    """Notes where a request would have gone."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.hosts.append(host_of(request.url))
        raise Lost("nobody is there")


def opened(bench: Bench, transport: Any, **parts: Any) -> tuple[Any, Any]:
    connection = bench.connection(**parts)
    clock = ManualClock()
    erp, carrier = open_systems(
        secrets=bench.secrets,
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=transport,
        clock=clock,
        sleep=lambda _: None,
    )
    return erp(connection), carrier(connection)


@pytest.mark.parametrize("kind", sorted(ERPS))
def test_an_erp_s_credential_goes_to_no_host_that_only_the_file_names(kind: str) -> None:
    bench, counting = Bench(kind, "ups"), Counting()
    part = {**bench._file["erp"], "base_url": FOREIGN}
    erp, _ = opened(bench, counting, erp=part)
    assert any("may not be sent to collector.example" in each.detail for each in erp.ping())
    for call in (lambda: erp.read("4000001"), lambda: erp.changed("", ManualClock().now())):
        with pytest.raises(Misconfigured, match=r"may not be sent to collector\.example"):
            call()
    assert counting.hosts == []


@pytest.mark.parametrize("kind", sorted(CARRIERS))
def test_a_carrier_s_credential_goes_to_no_host_that_only_the_file_names(kind: str) -> None:
    bench, counting = Bench("infor-m3", kind), Counting()
    part = {**bench._file["carrier"], "base_url": FOREIGN}
    _, carrier = opened(bench, counting, carrier=part)
    assert any("may not be sent to collector.example" in each.detail for each in carrier.ping())
    with pytest.raises(Misconfigured, match=r"may not be sent to collector\.example"):
        carrier.void("1ZA1B2C30300000030" if kind == "ups" else "se-1")
    assert counting.hosts == []


def test_shipstation_s_key_set_is_at_a_host_of_the_vendor_s() -> None:
    bench, counting = Bench("infor-m3", "shipstation"), Counting()
    _, carrier = opened(bench, counting)
    with pytest.raises(Retry, match="cannot be read"):
        carrier.signing_keys()
    assert counting.hosts == ["api.shipengine.com"]


def test_a_host_that_the_secret_names_is_asked() -> None:
    bench, counting = Bench("infor-m3", "ups"), Counting()
    part = {**bench._file["carrier"], "base_url": FOREIGN + ":8443"}
    _, carrier = opened(bench, counting, carrier=part)
    place = (bench.connection().id, "carrier")
    bench.secrets.fields[place] = {**bench.secrets.fields[place], "hosts": "other.example, Collector.example:8443"}
    with pytest.raises(Exception, match=r"no answer|nobody"):
        carrier.check_address(ALBANY)
    assert set(counting.hosts) == {"collector.example:8443"}


def test_the_hint_is_the_command_that_names_the_host() -> None:
    bench = Bench("infor-m3", "ups")
    _, carrier = opened(bench, Counting(), carrier={**bench._file["carrier"], "base_url": FOREIGN})
    with pytest.raises(Misconfigured) as caught:
        carrier.check_address(ALBANY)
    assert f"parcelbridge secrets set {bench.connection().id} carrier --host collector.example" in worded(
        caught.value.hint or ""
    )


def test_a_file_with_a_foreign_host_closes_the_connection_and_nothing_leaves() -> None:
    scene = Scene(carrier={"base_url": FOREIGN})
    scene.through()
    assert scene.connection().status == "closed"
    assert "collector.example" in scene.connection().why
    assert scene.live() == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example/x", "a.example"),
        ("https://A.example:443/x", "a.example"),
        ("https://a.example:8443", "a.example:8443"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("https://[::1]:8601/x", "[::1]:8601"),
        ("https://user:word@a.example/", "a.example"),
        ("https://a.example:x/", ""),
        ("nothing", ""),
    ],
)
def test_a_host_is_its_name_and_its_port(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_address_in_the_secret_names_its_host() -> None:
    fields = {
        "iu": "https://gateway.example/",
        "pu": "https://sso.example:444/T/as/",
        "cs": "https",
        "hosts": "b.example",
    }
    assert hosts_in(fields) == {"gateway.example", "sso.example:444", "b.example"}


@pytest.mark.parametrize(
    ("aws", "said"),
    [
        ("https://localhost:4566", r"no answer|nobody"),
        ("https://sqs.us-east-1.amazonaws.com", "may not be sent"),
        ("", "may not be sent"),
    ],
)
def test_where_aws_is_local_this_machine_needs_no_word(aws: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    bench, counting = Bench("infor-m3", "ups"), Counting()
    _, carrier = opened(bench, counting, carrier={**bench._file["carrier"], "base_url": "http://127.0.0.1:8602"})
    with pytest.raises(Exception, match=said):
        carrier.check_address(ALBANY)
    assert set(counting.hosts) == ({"127.0.0.1:8602"} if "localhost" in aws else set())


@pytest.mark.parametrize("kind", sorted({**ERPS, **CARRIERS}))
def test_every_host_of_a_vendor_is_its_own_or_one_that_the_secret_names(kind: str) -> None:
    system = (ERPS | CARRIERS)[kind](ManualClock().now)
    declared = {**KINDS.erps, **KINDS.carriers}[kind]
    reached = {each.partition(":")[0] for each in (*declared.hosts, *hosts_in(system.credential))}
    assert system.hosts - {*SHARDS} <= reached, "the shards of V1 stand in webhooks, and are never asked"
