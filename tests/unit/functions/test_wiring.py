"""How a function gets its ports: from its own variables, once, and nothing that it may not reach."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions import wiring
from infra.functions import SIZES
from sandbox.erps.m3.seed import ionapi
from sandbox.memory import ManualClock
from sandbox.table import make_table
from shared.connection import Connection
from shared.environment import FUNCTIONS, as_environment
from shared.errors import Misconfigured
from shared.registry import KINDS, open_systems
from tests.builders import a_connection
from tests.moto_aws import client_of
from tests.unit.functions.conftest import HANDLERS, OUT, PUBLIC, Context, event

VALUES = {
    "deployment": "1a2b3c4d",
    "table": "parcelbridge",
    "service": "process_order",
    "metrics_namespace": "parcelbridge",
    "key": "arn:aws:kms:us-east-1:123456789012:key/8d8b8f0e",
    "secret_prefix": "parcelbridge/1a2b3c4d/",
    "orders_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
    "polls_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/polls",
    "webhook_base": "https://hooks.example",
    "looks_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/looks",
    "receiving_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/receiving",
    "write_backs_queue": "https://sqs.us-east-1.amazonaws.com/123456789012/write-backs",
    "label_bucket": "parcelbridge-labels",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test starts as a new process does."""
    for name in list(os.environ):
        if name.startswith(("PARCELBRIDGE_", "POWERTOOLS_", "AWS_")):
            monkeypatch.delenv(name)
    wiring.ports_of.cache_clear()
    yield
    wiring.ports_of.cache_clear()


def set_environment(monkeypatch: pytest.MonkeyPatch, function: str, **changes: str) -> None:
    for name, value in as_environment(FUNCTIONS[function], {**VALUES, **changes}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def session() -> Any:
    """One for all tests: what a session has read of AWS's models it keeps, and a function's process has one too."""
    return boto3.Session("test", "test", region_name="us-east-1")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, session: Any) -> Iterator[Any]:
    """An account with the table in it."""
    monkeypatch.setattr(wiring, "open_session", lambda: session)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = client_of("dynamodb")
        make_table(client, "parcelbridge")
        yield client


@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_without_its_variables_says_which_ones(function: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        HANDLERS[function].handler(event(function), Context())
    for field in FUNCTIONS[function].model_fields.values():
        if field.is_required():
            assert f"{field.alias}: is not set" in str(caught.value)
    assert "cdk deploy" in caught.value.hint


def test_a_variable_out_of_bounds_is_named_and_its_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, "sweep", orders_queue="ftp://s3cret/queue")
    with pytest.raises(Misconfigured, match="PARCELBRIDGE_ORDERS_QUEUE") as caught:
        HANDLERS["sweep"].handler({}, Context())
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("function", HANDLERS)
def test_the_ports_are_opened_once_and_kept(function: str, deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, function)
    ports = wiring.ports_of(function)
    assert ports.deployment == "1a2b3c4d"
    monkeypatch.delenv("PARCELBRIDGE_TABLE")
    assert wiring.ports_of(function) is ports


def test_what_failed_to_open_is_tried_again(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured):
        wiring.ports_of("sweep")
    set_environment(monkeypatch, "sweep")
    assert wiring.ports_of("sweep").deployment == "1a2b3c4d"


def test_the_table_s_own_deployment_wins_over_the_variable(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, "sweep")
    wiring.ports_of("sweep")
    wiring.ports_of.cache_clear()
    set_environment(monkeypatch, "sweep", deployment="ffffffff")
    assert wiring.ports_of("sweep").deployment == "1a2b3c4d"


QUEUES = ("poll_queue", "tracking_queue", "looks_queue", "receiving_queue")
NOT_REACHED = {
    "poll_orders": ("labels", "tracking_queue", "looks_queue"),
    "process_order": ("poll_queue", "tracking_queue", "looks_queue", "receiving_queue"),
    "write_back": ("order_queue", "write_back_queue", *QUEUES),
    "sweep": ("labels", "poll_queue", "tracking_queue", "receiving_queue"),
    "apply_tracking": ("labels", "order_queue", *QUEUES),
    "poll_tracking": ("labels", *QUEUES),
    "receive_goods": ("labels", "order_queue", "write_back_queue", "poll_queue", "tracking_queue", "looks_queue"),
    "run_errands": QUEUES,
}


@pytest.mark.parametrize("function", HANDLERS)
def test_g23_a_port_that_a_function_may_not_reach_says_so(
    function: str, deployed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, function)
    ports = wiring.ports_of(function)
    for name in ("labels", "order_queue", "write_back_queue", *QUEUES):
        port, method = getattr(ports, name), "send" if name.endswith("queue") else "put"
        if name not in NOT_REACHED[function]:
            assert callable(getattr(port, method))
            continue
        with pytest.raises(RuntimeError, match=f"this function does not reach the .*{method}"):
            getattr(port, method)


def test_g23_the_sweep_has_no_credentials(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, "sweep")
    with pytest.raises(RuntimeError, match="does not reach the secrets"):
        wiring.ports_of("sweep").erp(a_connection())


def test_an_order_is_processed_by_the_ports_on_aws(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a function but its outside: the real ports, an order that is not there."""
    set_environment(monkeypatch, "process_order")
    answer = HANDLERS["process_order"].handler(event("process_order"), Context())
    assert answer == {"batchItemFailures": []}


def test_time_left_is_in_seconds() -> None:
    context: Any = Context(seconds_left=12.5)
    assert wiring.time_left(context)() == 12.5


def test_every_function_has_a_handler_an_event_and_a_size() -> None:
    assert set(HANDLERS) | PUBLIC | OUT == set(FUNCTIONS) == set(SIZES)


class Nothing:
    """A port that is handed over and not used."""


@pytest.mark.parametrize("kind", [*KINDS.erps, *KINDS.carriers])
def test_s49_a_connection_s_systems_are_opened_by_kind_and_with_its_own_credentials_only(kind: str) -> None:
    asked: list[tuple[str, str]] = []

    class Noted:
        def get(self, connection: str, side: str) -> dict[str, str]:
            asked.append((connection, side))
            return ionapi() if side == "erp" else {"client_id": "id", "client_secret": "secret"}

    nothing: Any = Nothing()
    erp, carrier = open_systems(
        secrets=Noted(), tokens=nothing, budgets=nothing, transport=nothing, clock=ManualClock()
    )
    connection: Connection = a_connection()
    (erp if kind in KINDS.erps else carrier)(connection)
    assert {name for name, _ in asked} <= {connection.id}


def test_the_lean_start_stays_lean() -> None:
    """A cold start must not pay for these modules (performance, section 2)."""
    code = "import functions.process_order.handler, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=900)
    loaded = set(done.stdout.split())
    heavy = ("aws_xray_sdk", "aws_lambda_powertools.utilities.idempotency", "rich", "typer", "aws_cdk", "moto")
    assert [name for name in heavy if name in loaded] == []
