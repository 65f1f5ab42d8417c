"""The cost of resting orders for the ERP: counted requests, which no machine changes."""

from __future__ import annotations

import pytest

from benchmarks.resting import Resting, main, resting


@pytest.fixture(scope="module")
def found() -> Resting:
    return resting(orders=200, days=1)


def test_a_poll_in_which_nothing_changed_asks_for_a_tenth_of_what_rests_at_most(found: Resting) -> None:
    assert found.promised == 21
    assert found.worst <= found.promised, "in each single poll"
    assert found.mean <= 0.7 * found.promised


def test_most_polls_ask_for_the_list_and_little_else(found: Resting) -> None:
    assert min(found.requests) == 1
    assert sorted(found.requests)[len(found.requests) // 2] <= 19


def test_the_benchmark_says_whether_its_promise_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--orders", "20", "--days", "1"]) in (0, 1)
    assert capsys.readouterr().out.startswith("resting: orders=20 polls=144 requests_a_poll=")
