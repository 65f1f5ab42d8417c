"""Codes and verdicts: what proves that nothing was made, and what proves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.carriers.ups import codes
from shared.carriers.ups.codes import HARD, TRANSIENT, UpsError, Verdict, create_verdict, read_error, refusal
from shared.errors import Misconfigured, Refused, Retry


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
def test_an_answer_to_a_read_is_of_one_of_three_kinds(status: int, given: tuple[str, ...], kind: type) -> None:
    assert type(read_error(status, said(*given), 7.0)) is kind


def test_g13_the_wait_that_ups_asks_for_is_passed_on() -> None:
    error = read_error(429, (), 7.0)
    assert isinstance(error, Retry)
    assert error.after == 7.0


def test_a_known_code_names_reason_and_field_and_says_what_ups_said() -> None:
    error = refusal(said("999999", "111285"))
    assert (error.reason, error.field) == ("address", "ship_to.address.postcode")
    assert str(error) == "UPS 999999: said UPS; UPS 111285: said UPS"


def test_a_code_in_no_table_is_hard_and_refused() -> None:
    error = refusal(said("999999"))
    assert (error.reason, error.field) == ("refused", "")


def test_a_code_is_transient_or_hard_and_each_says_where_it_is_from() -> None:
    assert not TRANSIENT.keys() & HARD.keys()
    sources = [*TRANSIENT.values(), *(hold.source for hold in HARD.values())]
    assert all(source.startswith("facts ") for source in sources)


def test_every_code_in_the_tables_stands_in_the_facts(contracts: Path) -> None:
    facts = (contracts / "facts" / "ups.md").read_text()
    single = {codes.TOKEN_EXPIRED, codes.OUT_OF_TEST_COVERAGE, codes.ALREADY_VOIDED}
    groups = (codes.RECOVERY_NOT_FOUND, codes.RECOVERY_VOIDED, codes.RECOVERY_UNNAMED, codes.TRACK_NOT_FOUND)
    known = {*TRANSIENT, *HARD, *single, *(code for group in groups for code in group)}
    assert {code for code in known if code not in facts} == set()
