"""LabelStore on S3; the bucket encrypts with the stack's key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.connection.retention import LIVES, TAG, life_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TYPES = {"gif": "image/gif", "pdf": "application/pdf", "png": "image/png"}


class S3Labels:
    """Label images of one deployment."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, place: str, image: bytes, keep: timedelta | None = None) -> None:
        tag = f"{TAG}={life_of(keep) if keep else LIVES[-1]}"
        kind = _TYPES.get(place.rsplit(".", 1)[-1], "text/plain")
        self._client.put_object(Bucket=self._bucket, Key=place, Body=image, ContentType=kind, Tagging=tag)

    def delete(self, place: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=place)

    def get(self, place: str) -> bytes:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=place)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            raise KeyError(place) from None

    def has(self, place: str) -> bool:
        try:
            self._client.head_object(Bucket=self._bucket, Key=place)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return True
