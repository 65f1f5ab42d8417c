"""How many access tokens one credential may ask for in a day, where a vendor counts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """Requests of one UTC day: the first `free` as they come, then one each `pace`, never more than `most`."""

    free: int
    most: int
    pace: timedelta

    def wait(self, asked: int, last: datetime | None, now: datetime) -> timedelta:
        """How long the next request has to wait, `asked` having been made in this day, the `last` of them then."""
        if asked < self.free or last is None:
            return timedelta(0)
        paced = max(last + self.pace - now, timedelta(0))
        return until_tomorrow(now) if asked >= self.most else min(paced, until_tomorrow(now))

    def said(self, asked: int) -> str:
        """Why a request has to wait."""
        return f"{asked} tokens were asked for today, of {self.most}; above {self.free} they are spread over the day"


def until_tomorrow(now: datetime) -> timedelta:
    """How long the UTC day of `now` still lasts."""
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo) - now
