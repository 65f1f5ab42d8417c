"""The golden items are read and written through the ports on AWS, in this process."""

from __future__ import annotations

from tests.contract.conftest import aws
from tests.contract.fixtures import clock

__all__ = ["aws", "clock"]
