"""The time by which people's commands act: AWS's, for a person's computer may be hours off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import boto3

CLOSE = timedelta(seconds=10)
"""A smaller difference counts as none: an answer's date has whole seconds, and the answer took a while."""


class AwsClock:
    """The machine's time, corrected by what the last answer of AWS said; made before the session's clients are.

    The times of approvals, voids and expiries come from the functions' clocks, which are AWS's.
    """

    def __init__(self, session: boto3.Session) -> None:
        self._ahead = timedelta(0)
        session.events.register("after-call", self._read)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def _read(self, parsed: dict[str, Any], **_: Any) -> None:
        """Quiet for an answer without a date that can be read."""
        said = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
        try:
            ahead = parsedate_to_datetime(said) - datetime.now(UTC)
        except (TypeError, ValueError):
            return
        self._ahead = ahead if abs(ahead) > CLOSE else timedelta(0)
