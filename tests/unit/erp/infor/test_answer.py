"""Answers of the M3 API: records, and errors wherever they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.erp.infor.answer import Answer, MiError, read_answer
from shared.http import Response

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "m3"


def read(status: int, name: str) -> Answer | None:
    return read_answer(Response(status, {}, (SAMPLES / name).read_bytes()))


def test_q10_q14_records_are_read_without_trailing_blanks_and_a_flag_as_a_word_is_no_error() -> None:
    answer = read(200, "lines_200.json")
    assert answer is not None
    assert answer.error is None
    assert answer.records[0]["ITNO"] == "BOLT-10"
    assert [row["PNLI"] for row in answer.records] == ["1", "2"]


@pytest.mark.parametrize("status", [200, 400])
def test_q11_q12_an_error_in_results_is_read_with_either_status(status: int) -> None:
    answer = read(status, "error_results_200.json")
    assert answer is not None
    message = "Purchase order number 4999999 does not exist"
    assert answer.error == MiError("ServerReturnedNOK", "WPU0803", message, "PUNO")


def test_q12_an_error_at_the_top_level_is_read() -> None:
    answer = read(400, "error_top_400.json")
    assert answer is not None
    assert answer.error is not None
    assert (answer.error.type, answer.error.kind) == ("MandatoryInputFieldNotFound", "configuration")


def test_q15_an_empty_list_is_an_answer_and_no_error() -> None:
    assert read_answer(Response(200, {}, b'{"results":[{"transaction":"LstLine","records":[]}]}')) == Answer()


def test_q10_a_single_record_as_an_object_is_read_as_a_list() -> None:
    answer = read_answer(Response(200, {}, b'{"results":{"records":{"PUNO":4000001,"MODL":null}}}'))
    assert answer == Answer(({"PUNO": "4000001", "MODL": ""},))


@pytest.mark.parametrize(
    "results",
    [[{"records": None}], [{}], [None], [{"records": [None]}], [{"records": "none"}], [{"records": [{"A": "1"}, 2]}]],
)
def test_an_answer_without_a_list_of_records_says_nothing_of_what_there_is(results: object) -> None:
    answer = read_answer(Response(200, {}, json.dumps({"nrOfFailedTransactions": 0, "results": results}).encode()))
    assert answer is None or not answer.listed


@pytest.mark.parametrize("flag", [True, "true", "True"])
def test_q14_a_terminated_call_is_an_error_though_no_message_says_so(flag: object) -> None:
    body = {"results": [{"records": []}], "wasTerminated": flag, "terminationErrorType": "ServiceNotAvailable"}
    answer = read_answer(Response(200, {}, json.dumps(body).encode()))
    assert answer is not None
    assert answer.error is not None
    assert answer.error.kind == "transient"


def test_a_call_that_was_not_processed_is_an_error() -> None:
    answer = read_answer(Response(200, {}, b'{"results":[{"notProcessed":true}]}'))
    assert answer is not None
    assert answer.error is not None


@pytest.mark.parametrize("body", [b"", b"   ", b"<html>", b"[]", b"{}", b'{"results":[]}'])
def test_what_is_no_answer_of_m3_is_told_apart(body: bytes) -> None:
    assert read_answer(Response(200, {}, body)) is None


@pytest.mark.parametrize(("error", "kind"), [
    (MiError("ServiceNotAvailable", "", "", ""), "transient"),
    (MiError("InternalError", "", "", ""), "uncertain"),
    (MiError("BackendInternalError", "", "", ""), "uncertain"),
    (MiError("RequestIOError", "", "", ""), "uncertain"),
    (MiError("TransactionNotFound", "", "", ""), "configuration"),
    (MiError("InputFieldTooLong", "", "", ""), "configuration"),
    (MiError("InvalidUserConoDivi", "", "", ""), "configuration"),
    (MiError("ServerReturnedNOK", "WPU0803", "does not exist", ""), "business"),
    (MiError("", "WPU0803", "does not exist", ""), "business"),
    (MiError("ServerReturnedNOK", "", "The record is locked by user X", ""), "transient"),
    (MiError("ServerReturnedNOK", "", "File busy", ""), "transient"),
    (MiError("ServerReturnedNOK", "XUP0001", "La fiche a changé", ""), "transient"),
    (MiError("TransactionNotFound", "", "Transaction LstLocks not found", ""), "configuration"),
])  # fmt: skip
def test_q17_q18_q19_each_error_type_has_its_kind(error: MiError, kind: str) -> None:
    assert error.kind == kind
