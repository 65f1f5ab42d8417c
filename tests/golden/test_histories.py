"""G5: the whole histories of every release so far replay to their heads with the code of this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.simulation.audit import audit_faults
from shared.domain.replayed import shipments_made
from shared.domain.state import State
from tests.contract.backends import AwsBackend
from tests.golden.histories import FOLDER, VERSION, lines_of, write

HISTORIES = sorted(FOLDER.glob("*/*.jsonl"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in HISTORIES]
TOLD = {
    "received", "quoted", "intent", "created", "written_back", "held", "try_again", "worker_lost", "outcome_unknown",
    "not_found", "adopted", "declared_absent", "approved", "fixed", "dismissed", "cancelled", "changed_after_label",
    "accepted", "void_asked", "voided", "ship_again", "stray_found", "stray_voided", "write_back_failed", "retried",
}  # fmt: skip


def items_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_g5_this_release_has_its_histories_and_they_tell_every_step_that_is_simulated() -> None:
    said = {item["what"]["S"] for path in (FOLDER / VERSION).glob("*.jsonl") for item in items_of(path)[1:]}
    assert said >= TOLD, "python -m tests.golden.histories writes those of a new version, once"


def test_the_histories_of_a_version_are_written_once() -> None:
    with pytest.raises(FileExistsError):
        write(FOLDER / VERSION)


@pytest.mark.parametrize("path", HISTORIES, ids=NAMES)
def test_g5_a_history_is_read_and_replays_to_its_head(aws: AwsBackend, path: Path) -> None:
    wired = items_of(path)
    for item in wired:
        aws.connect("dynamodb").put_item(TableName=aws.table, Item=item)
    head = aws.orders().head(wired[0]["pk"]["S"].removeprefix("ORDER#"))
    assert head
    trail = aws.orders().audit(head.key)
    assert list(audit_faults(trail, head)) == []
    assert not head.shipment_id or shipments_made(trail)[head.generation].shipment_id == head.shipment_id
    assert head.state != State.DONE or head.shipment_id
    if path.parent.name == VERSION:
        assert [json.loads(line) for line in lines_of(head, trail)] == wired, "its format changes with the next version"
