"""One suite for the document store in memory and on DynamoDB: names and lines kept, written under a lease only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.memory import ManualClock
from shared.aws.wire import to_wire
from shared.errors import NewerFormat
from shared.ports import DocumentGroups, DocumentStore, Lease, Leases
from tests.contract.backends import AwsBackend

DOCUMENT = "infor-m3:ACME_TST/100/4000001"
OTHER = "infor-m3:ACME_TST/100/4000002"
LEASE, SPAN = Lease("document", DOCUMENT), timedelta(minutes=5)


@pytest.fixture
def documents(backend: Any) -> Any:
    return backend.documents()


def test_a_document_that_was_never_split_has_no_groups(documents: DocumentStore) -> None:
    assert documents.groups(DOCUMENT) == DocumentGroups()


def test_names_and_lines_add_up_and_outlive_the_lease(documents: DocumentStore, leases: Leases) -> None:
    leases.take(LEASE, "a", SPAN)
    assert documents.add_groups(DOCUMENT, "a", ["line-2", "line-1"], ["1", "2"])
    assert documents.add_groups(DOCUMENT, "a", ["line-2", "line-3/1"], [])
    assert documents.add_groups(DOCUMENT, "a", [], [])
    leases.release(LEASE, "a")
    leases.take(LEASE, "b", SPAN)
    kept = documents.groups(DOCUMENT)
    assert kept == DocumentGroups(("line-1", "line-2", "line-3/1"), frozenset({"1", "2"}))
    assert documents.groups(OTHER) == DocumentGroups()


def test_without_the_lease_nothing_is_added(documents: DocumentStore, leases: Leases, clock: ManualClock) -> None:
    assert not documents.add_groups(DOCUMENT, "a", ["line-1"], ["1"])
    leases.take(LEASE, "a", SPAN)
    clock.advance(SPAN)
    leases.take(LEASE, "b", SPAN)
    assert not documents.add_groups(DOCUMENT, "a", ["line-1"], ["1"])
    assert documents.groups(DOCUMENT) == DocumentGroups()


def test_an_item_of_a_newer_release_is_left_alone(aws: AwsBackend) -> None:
    newer = {"pk": f"DOCUMENT#{DOCUMENT}", "sk": "DOCUMENT", "v": 99}
    aws.connect("dynamodb").put_item(TableName=aws.table, Item=to_wire(newer))
    documents = aws.documents()
    with pytest.raises(NewerFormat, match="format 99"):
        documents.groups(DOCUMENT)
