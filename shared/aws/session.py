"""The AWS clients of a process: one session, made once, since each further one costs 100 ms of a cold start."""

from __future__ import annotations

import boto3
from botocore.config import Config

CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
)
"""Short timeouts, and AWS's own retries: the workflow is made so that a repeated AWS call has one effect."""

S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4"))
"""S3 alone must be told: objects under a KMS key want this signature, presigned addresses too."""


def open_session() -> boto3.Session:
    """A session by the process's own credentials and region."""
    return boto3.Session()
