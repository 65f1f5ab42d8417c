"""The AWS clients of a process: one session, made once, since each further one costs 100 ms of a cold start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session, get_session

if TYPE_CHECKING:
    import boto3

CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Short timeouts, and AWS's own retries: the workflow is made so that a repeated AWS call has one effect."""

S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4"))
"""S3 alone must be told: objects under a KMS key want this signature, presigned addresses too."""


class _Clients:
    """Makes the clients that boto3 makes. boto3 itself also loads what moves large files: a tenth of a cold start."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def client(self, name: str, *, config: Config = CONFIG) -> Any:
        return self._session.create_client(name, config=config)


def open_session() -> boto3.Session:
    """A session by the process's own credentials and region; of boto3's it has `client` alone."""
    return cast("boto3.Session", _Clients(get_session()))
