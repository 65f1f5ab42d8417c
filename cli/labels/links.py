"""Download links for labels: each opens one image of one order, for whoever has it, until it expires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from shared.aws.session import S3_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST = timedelta(days=7)
"""S3 takes no longer validity for an address signed by its fourth signature version."""
# Without it boto3 writes the global host, which sends the browser elsewhere: the signature is for the first host only.
_REGIONAL = S3_CONFIG.merge(Config(s3={"addressing_style": "virtual"}))


@dataclass(frozen=True, slots=True)
class Link:
    """`until` is when it expires at the latest; `certain` is False where the signer's own session may end before, and
    nobody knows when."""

    url: str
    until: datetime
    certain: bool = True


class LabelLinks(Protocol):
    def link(self, place: str, name: str, now: datetime, valid: timedelta) -> Link:
        """An address that gives the image at `place` as a file called `name`. It is a key: it belongs in no log."""
        ...


class S3Links:
    """Links signed with the caller's own credentials: they open nothing that the caller may not read."""

    def __init__(self, session: boto3.Session, bucket: str) -> None:
        self._session, self._bucket = session, bucket

    def link(self, place: str, name: str, now: datetime, valid: timedelta) -> Link:
        client: S3Client = self._session.client("s3", config=_REGIONAL)
        file = re.sub(r"[^A-Za-z0-9._-]", "_", name)
        wanted = {"Bucket": self._bucket, "Key": place, "ResponseContentDisposition": f'attachment; filename="{file}"'}
        url = client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=int(valid.total_seconds()))
        until, ends = now + valid, self._session_end()
        return Link(url, min(until, ends or until), certain=ends is not None or not self._passing())

    def _passing(self) -> bool:
        """Tell if the credentials are those of a session: a link that they sign ends with the session."""
        credentials = self._session.get_credentials()
        return bool(credentials and credentials.token)

    def _session_end(self) -> datetime | None:
        """When the session's credentials end, where botocore knows (a role, single sign-on); it has no public name."""
        ends = getattr(self._session.get_credentials(), "_expiry_time", None)
        return ends.astimezone(UTC) if isinstance(ends, datetime) else None
