"""The arrivals as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from shared.workflow.desk.arrivals import Arrival


def calendar_of(arrivals: Iterable[Arrival], now: datetime) -> bytes:
    """An iCalendar file (RFC 5545) with a whole-day entry for each warehouse and day. The same arrivals have the same
    ids, so a calendar that subscribes to the file moves them in place of adding them again."""
    calendar = Calendar()
    calendar.add("prodid", "-//parcelbridge//arrivals//EN")
    calendar.add("version", "2.0")
    for each in arrivals:
        entry = Event()
        entry.add("uid", f"{each.day:%Y%m%d}-{each.warehouse or 'unknown'}@parcelbridge")
        entry.add("dtstamp", now)
        entry.add("dtstart", each.day)
        entry.add("dtend", each.day + timedelta(days=1))
        count = len(each.numbers)
        entry.add("summary", f"{each.warehouse or 'unknown warehouse'}: {count} parcel{'s' if count != 1 else ''}")
        entry.add("description", "\n".join([f"Orders: {', '.join(each.orders)}", *each.numbers]))
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
