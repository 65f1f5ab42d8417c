"""Addresses of labels in the bucket, signed with the caller's own role: they open nothing that it may not read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.config import Config

from shared.aws.session import S3_CONFIG

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_s3 import S3Client

# Without it boto3 writes the global host, which sends the browser elsewhere: the signature is for the first host only.
_REGIONAL = S3_CONFIG.merge(Config(s3={"addressing_style": "virtual"}))


class S3LabelLinks:
    """Addresses of the images of one deployment. They are made without a call."""

    def __init__(self, session: boto3.Session, bucket: str) -> None:
        self._client: S3Client = session.client("s3", config=_REGIONAL)
        self._bucket = bucket

    def link(self, place: str, name: str, valid: timedelta) -> str:
        file = re.sub(r"[^A-Za-z0-9._-]", "_", name)
        wanted = {"Bucket": self._bucket, "Key": place, "ResponseContentDisposition": f'attachment; filename="{file}"'}
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=int(valid.total_seconds()))
