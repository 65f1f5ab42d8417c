"""How much all workers together may ask of another system in a time: a day's tokens, a minute's calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Budget:
    """Uses in one window: the first `free` as they come, then one each `pace`, never more than `most`.

    `of` names what is counted ("tokens", "calls"). Windows follow one another from midnight UTC on, so one divides the
    day. With the same number `free` as `most`, a window's end and the next one's beginning may hold twice as many.
    """

    of: str
    most: int
    free: int
    pace: timedelta = timedelta(0)
    window: timedelta = timedelta(days=1)

    def begin(self, now: datetime) -> datetime:
        """When the window of `now` began."""
        midnight = datetime.combine(now.date(), time(), now.tzinfo)
        return midnight + (now - midnight) // self.window * self.window

    def wait(self, used: int, last: datetime | None, now: datetime) -> timedelta:
        """How long the next use has to wait, `used` having been made in this window, the `last` of them then."""
        if used < self.free or last is None:
            return timedelta(0)
        rest = self.begin(now) + self.window - now
        return rest if used >= self.most else min(max(last + self.pace - now, timedelta(0)), rest)

    def said(self, used: int, now: datetime) -> str:
        """Why a use has to wait."""
        since = f"{self.begin(now):%H:%M} UTC"
        return f"{used} {self.of} were asked for since {since}, of {self.most}; above {self.free} they are spread"
