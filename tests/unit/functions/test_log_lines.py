"""Log and metric lines as CloudWatch gets them: one JSON object each, whatever an order contains."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from shared import log
from tests.corpus import CONTROLS, CORPUS


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    lines = io.StringIO()
    monkeypatch.setattr(log, "_logger", Logger(service=uuid4().hex, stream=lines, level="DEBUG"))
    return lines


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_step_is_one_line_with_its_facts_and_no_blanks(stream: io.StringIO) -> None:
    log.step("quoted", order="a/b/1/-", connection="", state="READY", why=None, tries=0)
    (line,) = lines(stream)
    assert (line["message"], line["level"], line["order"], line["state"], line["tries"]) == (
        "quoted",
        "INFO",
        "a/b/1/-",
        "READY",
        0,
    )
    assert not {"connection", "why"} & line.keys()


def test_trouble_is_a_warning_and_an_unforeseen_failure_has_its_stack(stream: io.StringIO) -> None:
    log.trouble("order_held", order="1", reason="weight")
    try:
        raise ZeroDivisionError("nobody foresaw this")
    except ZeroDivisionError as error:
        log.failed("message_failed", error, message_id="m1", receives="3")
    held, failed = lines(stream)
    assert (held["level"], held["reason"]) == ("WARNING", "weight")
    assert (failed["level"], failed["message_id"], failed["exception_name"]) == ("ERROR", "m1", "ZeroDivisionError")
    assert "test_trouble_is_a_warning" in failed["exception"]


@pytest.mark.parametrize("text", ['\n{"level": "INFO", "message": "forged"}', '"}{', *CORPUS, *CONTROLS])
def test_g20_no_text_forges_a_line(stream: io.StringIO, text: str) -> None:
    log.step("read", order=text, why=text)
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue())["why"] == text


def test_a_metric_is_an_embedded_line_that_tells_its_connection_and_has_no_dimension_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "parcelbridge")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "process_order")
    log.count("LabelsBought", connection="acme-infor-ups")
    log.count("Polls", by=3)
    bought, polls = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    (described,) = bought["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == "parcelbridge"
    assert [each["Name"] for each in described["Metrics"]] == ["LabelsBought"]
    assert (bought["LabelsBought"], bought["connection"]) == ([1.0], "acme-infor-ups")
    assert described["Dimensions"] == [["service"]]
    assert polls["Polls"] == [3.0]


def test_without_a_namespace_nothing_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE", raising=False)
    log.count("LabelsBought", connection="acme-infor-ups")
    assert capsys.readouterr().out == ""


def test_a_figure_is_a_line_and_a_metric_only_where_all_are_asked_for(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "parcelbridge")
    monkeypatch.delenv("PARCELBRIDGE_METRICS", raising=False)
    log.measure("HeldByReason", order="a/b/1/-", connection="acme", reason="weight")
    (line,) = lines(stream)
    assert (line["message"], line["figure"], line["value"], line["reason"]) == ("figure", "HeldByReason", 1, "weight")
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("PARCELBRIDGE_METRICS", "all")
    log.measure("LabelAmounts", 12.3, unit=log.NO_UNIT, connection="acme", currency="USD")
    (metric,) = (json.loads(each) for each in capsys.readouterr().out.splitlines())
    (described,) = metric["_aws"]["CloudWatchMetrics"]
    assert sorted(described["Dimensions"][0]) == ["currency", "service"]
    assert (metric["LabelAmounts"], metric["currency"]) == ([12.3], "USD")


def test_a_call_to_a_vendor_tells_its_path_without_keys_numbers_and_query(stream: io.StringIO) -> None:
    url = "https://erp.example/odata/Orders(No='4000001',Name='Ann')/Lines/1ZA1B2C30300000012?UserPassword=s3cret"
    log.called("erp", "acme", "GET", url, 200, 1.23456, {"x-request-id": "r1"})
    log.called("carrier", "acme", "POST", "https://c.example/api/shipments/1ZA1B2C30300000012/ship", "lost", 30.0, {})
    read, shipped = lines(stream)
    assert read["call"] == "GET /odata/Orders()"
    assert (read["host"], read["outcome"], read["seconds"], read["request_id"]) == ("erp.example", 200, 1.235, "r1")
    assert not {"s3cret", "Ann", "4000001"} & set(read["call"].split("/"))
    assert "s3cret" not in stream.getvalue()
    assert (shipped["side"], shipped["call"], shipped["outcome"]) == ("carrier", "POST /api/shipments/#/ship", "lost")
