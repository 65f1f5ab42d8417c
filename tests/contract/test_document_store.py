"""One suite for the document store in memory and on DynamoDB: one writer a document, names and lines kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.aws.wire import to_wire
from shared.errors import NewerFormat
from shared.ports import DocumentGroups, DocumentStore
from tests.builders import NOW
from tests.contract.backends import AwsBackend

DOCUMENT = "infor-m3:ACME_TST/100/4000001"
OTHER = "infor-m3:ACME_TST/100/4000002"
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)


@pytest.fixture
def documents(backend: Any) -> Any:
    return backend.documents()


def test_a_document_that_was_never_split_has_no_groups(documents: DocumentStore) -> None:
    assert documents.groups(DOCUMENT) == DocumentGroups()


def test_one_worker_at_a_time_has_a_document(documents: DocumentStore) -> None:
    assert documents.acquire(DOCUMENT, "a", NOW, LATER)
    assert not documents.acquire(DOCUMENT, "b", SOON, LATER)
    assert documents.acquire(DOCUMENT, "a", SOON, LATER)
    assert documents.acquire(OTHER, "b", SOON, LATER)


def test_a_lease_that_was_given_back_or_ran_out_is_free(documents: DocumentStore) -> None:
    documents.acquire(DOCUMENT, "a", NOW, SOON)
    documents.release(DOCUMENT, "a")
    assert documents.acquire(DOCUMENT, "b", NOW, SOON)
    assert documents.acquire(DOCUMENT, "c", SOON, LATER)


def test_giving_back_what_is_another_s_does_nothing(documents: DocumentStore) -> None:
    documents.release(DOCUMENT, "a")
    documents.acquire(DOCUMENT, "b", NOW, LATER)
    documents.release(DOCUMENT, "a")
    assert not documents.acquire(DOCUMENT, "c", SOON, LATER)


def test_names_and_lines_add_up_and_outlive_the_lease(documents: DocumentStore) -> None:
    documents.acquire(DOCUMENT, "a", NOW, SOON)
    assert documents.add_groups(DOCUMENT, "a", ["line-2", "line-1"], ["1", "2"])
    assert documents.add_groups(DOCUMENT, "a", ["line-2", "line-3/1"], [])
    assert documents.add_groups(DOCUMENT, "a", [], [])
    documents.release(DOCUMENT, "a")
    documents.acquire(DOCUMENT, "b", SOON, LATER)
    kept = documents.groups(DOCUMENT)
    assert kept == DocumentGroups(("line-1", "line-2", "line-3/1"), frozenset({"1", "2"}))
    assert documents.groups(OTHER) == DocumentGroups()


def test_without_the_lease_nothing_is_added(documents: DocumentStore) -> None:
    assert not documents.add_groups(DOCUMENT, "a", ["line-1"], ["1"])
    documents.acquire(DOCUMENT, "a", NOW, SOON)
    documents.acquire(DOCUMENT, "b", SOON, LATER)
    assert not documents.add_groups(DOCUMENT, "a", ["line-1"], ["1"])
    assert documents.groups(DOCUMENT) == DocumentGroups()


def test_an_item_of_a_newer_release_is_left_alone(aws: AwsBackend) -> None:
    newer = {"pk": f"DOCUMENT#{DOCUMENT}", "sk": "DOCUMENT", "v": 99}
    aws.connect("dynamodb").put_item(TableName=aws.table, Item=to_wire(newer))
    documents = aws.documents()
    with pytest.raises(NewerFormat, match="format 99"):
        documents.groups(DOCUMENT)
    assert not documents.acquire(DOCUMENT, "a", NOW, LATER)
