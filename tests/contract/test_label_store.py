"""The label store in memory and on S3."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.aws.labels import S3Labels
from shared.connection.retention import TAG
from shared.ports import LabelStore
from tests.contract.backends import AwsBackend, Client

PLACE = "infor-m3:ACME_TST/100/4000001/-/1/1.gif"


def test_an_image_is_found_under_its_place_as_it_was_put(labels: LabelStore) -> None:
    image = bytes(range(256))
    labels.put(PLACE, image)
    assert labels.has(PLACE)
    assert labels.get(PLACE) == image


def test_an_image_that_was_never_put_is_missing(labels: LabelStore) -> None:
    assert not labels.has(PLACE)
    with pytest.raises(KeyError, match="4000001"):
        labels.get(PLACE)


def test_putting_an_image_again_replaces_it(labels: LabelStore) -> None:
    labels.put(PLACE, b"one")
    labels.put(PLACE, b"two")
    assert labels.get(PLACE) == b"two"


@pytest.mark.parametrize(
    ("name", "kind"), [("1.gif", "image/gif"), ("1.pdf", "application/pdf"), ("1.zpl", "text/plain")]
)
def test_an_image_is_stored_as_what_it_is(aws: AwsBackend, name: str, kind: str) -> None:
    client = aws.connect("s3")
    client.create_bucket(Bucket="kinds")
    S3Labels(client, "kinds").put(name, b"x")
    assert client.head_object(Bucket="kinds", Key=name)["ContentType"] == kind


def test_a_store_that_can_not_be_asked_does_not_say_that_an_image_is_missing(aws: AwsBackend) -> None:
    def forbidden(_: object) -> None:
        raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")

    odd: Any = Client(aws.connect("s3"), "head_object", forbidden)
    with pytest.raises(ClientError):
        S3Labels(odd, "any").has(PLACE)


def test_an_image_that_was_taken_away_is_missing_and_may_be_taken_away_again(labels: LabelStore) -> None:
    labels.put(PLACE, b"one", timedelta(days=30))
    labels.delete(PLACE)
    labels.delete(PLACE)
    assert not labels.has(PLACE)


def test_an_image_is_tagged_with_the_longest_life_that_retention_allows(aws: AwsBackend) -> None:
    s3 = aws.connect("s3")
    s3.create_bucket(Bucket="lives")
    for keep, days in ((timedelta(days=400), "400"), (timedelta(days=100), "90"), (timedelta(hours=2), "1")):
        S3Labels(s3, "lives").put(PLACE, b"one", keep)
        tags = s3.get_object_tagging(Bucket="lives", Key=PLACE)["TagSet"]
        assert tags == [{"Key": TAG, "Value": days}]
