"""The short suite of the model, its bounds, and the trails of a campaign: are they words of it?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.simulation.campaign import quiet
from shared.domain.state import Reason
from shared.domain.steps import Step
from tests.deep import deep, size
from tests.model.__main__ import ALL
from tests.model.bounds import EDGES, Edge
from tests.model.suite import Case
from tests.model.trails import AFTER, LEAVES_IT, SAME, refused

pytestmark = pytest.mark.no_cover  # millions of steps of the model itself; what it is held against is covered elsewhere
GUARANTEES = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text().split("## How it is proven")[0]
SHORT = [each for each in ALL if not each.long]


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_the_model_says_of_a_configuration_what_is_expected_of_it(case: Case) -> None:
    well, explored = case.run()
    assert well, f"{explored}: {explored.found}"


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_each_bound_of_the_model_is_one_that_is_declared(edge: Edge) -> None:
    rows = [line for line in GUARANTEES.splitlines() if line.startswith(f"| {edge.row}")]
    assert len(rows) == 1


WORLDS, ORDERS = size(2, 4), 200


@deep
@pytest.mark.parametrize("index", range(WORLDS))
def test_every_trail_of_a_campaign_is_a_word_of_the_model(index: int) -> None:
    quiet()
    count, wrong = refused(5, ORDERS, index)
    assert count >= 40
    assert wrong == {}


def test_every_step_that_the_code_has_is_a_word_of_the_model_or_said_to_be_none() -> None:
    told = "".join(path.read_text() for path in Path(__file__).parent.glob("*.py"))
    words = {word for word in Step if re.search(rf'yield f?"{word}[ "]|return f?"{word}[ "]|step = "{word}"', told)}
    assert set(Step) - words - LEAVES_IT - SAME.keys() - {Step.RECEIVED, Step.HELD} == set()


def test_every_reason_that_counts_as_one_before_the_label_is_one() -> None:
    after = {Reason.REMAINING, Reason.PRICE_RISE}
    before = set(Reason) - AFTER - after
    assert before >= {Reason.APPROVAL, Reason.ADDRESS, Reason.MISSING, Reason.WEIGHT}
