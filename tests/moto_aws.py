"""AWS in this process, with one client of a service for all tests: making one costs more than most tests do."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import moto.core.models  # noqa: F401 - a client meets moto if it was imported before the client was made

REGION = "us-east-1"


@cache
def client_of(service: str) -> Any:
    """A client of `service`, the same one each time; what stands behind it is as new in each `mock_aws`."""
    connect: Any = boto3.client  # the stubs want a literal name
    return connect(
        service,
        region_name=REGION,
        endpoint_url=f"https://{service}.{REGION}.amazonaws.com",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
