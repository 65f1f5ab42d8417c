"""docs/first-hour.md, followed to the letter: each command as it stands there, and what it says as it stands there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import stack
from sandbox.local_aws import attach
from sandbox.serve import ROOT
from tests.e2e.handbook import Reader, at_home, blocks_of

pytestmark = pytest.mark.e2e
DOCUMENT = ROOT / "docs" / "first-hour.md"
WRITTEN = ("connections/first-infor-ups.yaml", "connections/first-infor-ups.yaml.bak", "labels.pdf", "again.pdf")
"""The files that the document has its reader write into the checkout."""


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Somebody at a terminal in the checkout, who leaves it as it was."""
    if attach(ROOT / stack.PLACE):
        pytest.skip("a local stack of `make up` is running here: `make down` ends it")
    for name in WRITTEN:  # somebody has walked here before
        (ROOT / name).write_text("of an earlier walk")
    made = Reader(ROOT, at_home())
    yield made
    made.run("make down")
    for name in WRITTEN:
        (ROOT / name).unlink(missing_ok=True)


def test_s66_each_command_of_the_three_first_hours_says_what_the_document_says(reader: Reader) -> None:
    complaints = list(reader.follow(list(blocks_of(DOCUMENT))))
    assert not complaints, "\n\n".join(complaints)
