"""Our reference at the carrier: short, without blanks, unique, and the same in every release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reference import MAXIMUM, reference_of

DEPLOYMENTS = st.from_regex(r"[0-9a-f]{8}", fullmatch=True)


@given(DEPLOYMENTS, st.text(), st.integers(1, 9999))
def test_s28_a_reference_fits_the_carrier_and_has_no_blanks(deployment: str, order: str, generation: int) -> None:
    reference = reference_of(deployment, order, generation)
    assert len(reference) <= MAXIMUM
    assert reference.isascii()
    assert not any(character.isspace() for character in reference)
    assert reference == reference_of(deployment, order, generation)


@given(st.sets(st.tuples(DEPLOYMENTS, st.text(max_size=20), st.integers(1, 99)), min_size=2, max_size=20))
def test_s28_no_two_generations_orders_or_deployments_share_a_reference(many: set[tuple[str, str, int]]) -> None:
    assert len({reference_of(*each) for each in many}) == len(many)


def test_a_release_finds_the_shipments_of_the_last_one() -> None:
    """Golden: were it to move, a lost answer could not be looked up across a release."""
    assert reference_of("1a2b3c4d", "infor-m3:ACME_TST/100/1000001/-", 1) == "1A2B3C4D-U5KNSICN6UFZ-1"


@pytest.mark.parametrize("deployment", ["a" * 30, "a b"])
def test_a_deployment_id_that_does_not_fit_is_refused_rather_than_cut(deployment: str) -> None:
    with pytest.raises(ValueError, match="shorten the deployment id"):
        reference_of(deployment, "order", 1)
