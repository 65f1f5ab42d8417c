"""Codes and verdicts: what proves that nothing was made, and what proves nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.carriers.ups.codes import CODES, LEFT_OUT, Kind, UpsError, kind_of
from shared.carriers.ups.verdict import Verdict, create_verdict, read_error, refusal
from shared.errors import Misconfigured, Refused, Retry
from tests.unit.carriers.ups.quirks import keeps


def said(*given: str) -> tuple[UpsError, ...]:
    return tuple(UpsError(code, "said UPS") for code in given)


CASES = [
    # status, codes of UPS's own envelope, whether a shipment number was read, verdict
    (200, (), True, Verdict.CREATED),
    (201, (), True, Verdict.CREATED),
    (200, (), False, Verdict.UNKNOWN),
    (200, ("120202",), False, Verdict.UNKNOWN),
    (200, ("120202",), True, Verdict.UNKNOWN),
    (206, (), False, Verdict.UNKNOWN),
    (302, (), False, Verdict.UNKNOWN),
    (302, (), True, Verdict.UNKNOWN),
    (400, ("120202",), False, Verdict.REFUSED),
    (400, ("999999",), False, Verdict.REFUSED),
    (400, ("120001",), False, Verdict.NOT_MADE),
    (400, ("120001", "120202"), False, Verdict.REFUSED),
    (400, (), False, Verdict.UNKNOWN),
    (404, ("10404",), False, Verdict.REFUSED),
    (404, (), False, Verdict.UNKNOWN),
    (422, ("10004",), False, Verdict.NOT_MADE),
    (400, ("120021",), False, Verdict.UNKNOWN),
    (400, ("120021", "120202"), False, Verdict.UNKNOWN),
    (401, ("251004",), False, Verdict.NOT_MADE),
    (401, (), False, Verdict.NOT_MADE),
    (401, ("250002",), False, Verdict.NOT_ALLOWED),
    (401, ("UJ0001",), False, Verdict.NOT_ALLOWED),
    (403, ("250003",), False, Verdict.NOT_ALLOWED),
    (403, (), False, Verdict.UNKNOWN),
    (429, (), False, Verdict.NOT_MADE),
    (429, ("10429",), False, Verdict.NOT_MADE),
    (408, (), False, Verdict.UNKNOWN),
    (408, ("10004",), False, Verdict.UNKNOWN),
    (409, ("120202",), False, Verdict.UNKNOWN),
    (500, (), False, Verdict.UNKNOWN),
    (500, ("120202",), False, Verdict.UNKNOWN),
    (503, ("10004",), False, Verdict.UNKNOWN),
    (504, (), True, Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("status", "given", "numbered", "verdict"), CASES)
@keeps(106)
def test_s28_only_proof_counts_as_a_create_that_made_nothing(
    status: int, given: tuple[str, ...], numbered: bool, verdict: Verdict
) -> None:
    assert create_verdict(status, said(*given), numbered=numbered) is verdict


@pytest.mark.parametrize("status", range(500, 600))
def test_no_5xx_ever_proves_anything_on_a_create(status: int) -> None:
    for given in ((), ("10004",), ("120202",), ("120001",)):
        assert create_verdict(status, said(*given), numbered=False) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "given", "kind"),
    [
        (429, (), Retry),
        (500, (), Retry),
        (503, ("10004",), Retry),
        (400, ("190001",), Retry),
        (400, ("300000",), Retry),
        (408, ("120202",), Retry),
        (400, (), Retry),
        (404, (), Retry),
        (200, (), Retry),
        (403, (), Retry),
        (401, ("250002",), Misconfigured),
        (401, ("UJ0001",), Misconfigured),
        (403, ("250003",), Misconfigured),
        (400, ("111285",), Refused),
        (200, ("1",), Refused),
        (400, ("999999",), Refused),
    ],
)
@keeps(74, 84)
def test_an_answer_to_a_read_is_of_one_of_three_kinds(status: int, given: tuple[str, ...], kind: type) -> None:
    assert type(read_error(status, said(*given), 7.0)) is kind


def test_g13_the_wait_that_ups_asks_for_is_passed_on() -> None:
    error = read_error(429, (), 7.0)
    assert isinstance(error, Retry)
    assert error.after == 7.0


@keeps(109)
def test_a_known_code_names_reason_and_field_and_says_what_ups_said() -> None:
    error = refusal(said("999999", "111285"))
    assert (error.reason, error.field) == ("address", "ship_to.address.postcode")
    assert str(error) == "UPS 999999: said UPS; UPS 111285: said UPS"


def test_a_code_in_no_table_is_hard_and_refused() -> None:
    error = refusal(said("999999"))
    assert (error.reason, error.field) == ("refused", "")


def test_each_code_stands_once_in_one_table_with_its_source() -> None:
    assert all(code.source.startswith(("facts ", "wishes ")) for code in CODES.values())
    assert kind_of("999999") is Kind.HARD


@pytest.mark.parametrize("code", sorted(CODES))
@keeps(108)
def test_what_a_code_says_decides_whether_the_same_request_is_made_again(code: str) -> None:
    again = isinstance(read_error(400, said(code), None), Retry)
    assert again is (CODES[code].kind is Kind.TRANSIENT)


def test_every_code_of_the_table_stands_in_its_source(contracts: Path) -> None:
    read = {"facts": contracts / "facts" / "ups.md", "wishes": contracts / "wishes.md"}
    texts = {name: path.read_text() for name, path in read.items()}
    assert {code for code, row in CODES.items() if code not in texts[row.source.split()[0]]} == set()


NO_CODES = {
    "000001": "a PackageCount",
    "14399": "seconds of a token's life",
    "181553": "a time of day",
    "231553": "a time of day",
    "74700": "a time of day",
    "97963": "the number of a support article",
}
"""Numbers of the facts file that have the form of a code and are none."""
A_CODE = re.compile(r"(?<![\w.:-])(\d{5,7}|[A-Z]{2,3}\d{3,5})(?![\w-])")


def test_every_error_code_that_the_facts_name_has_its_row_or_is_named_as_left_out(contracts: Path) -> None:
    named = set(A_CODE.findall((contracts / "facts" / "ups.md").read_text())) - NO_CODES.keys()
    assert named - CODES.keys() - LEFT_OUT.keys() == set()
    assert LEFT_OUT.keys() - named == set()


def test_a_hard_code_says_why_the_order_waits() -> None:
    """Without a field it has a hint of its own, for the reason alone says little then."""
    silent = {code for code, row in CODES.items() if row.kind is Kind.HARD and not (row.field or row.hint)}
    assert silent == set()
    assert CODES.keys() & LEFT_OUT.keys() == set()
