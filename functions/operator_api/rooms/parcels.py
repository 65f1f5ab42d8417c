"""Parcels on their way, and what arrives when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.operator_api.answers import Answer, Failed
from functions.operator_api.fields import Key, Of, key_text
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.rooms.orders import existing
from shared.domain.parcel import ParcelEvent, Watch
from shared.workflow.desk.arrivals import Arrival, arrivals_of
from shared.workflow.desk.parcels import events_of, parcels_numbered, parcels_of, watches_in

room = Room("parcels")
CALENDAR = "text/calendar"
MOST = 1000
"""The most parcels of which arrivals are worked out."""


class Event(Answer):
    """A scan: its time on the wall at the place, its instant where that is known, and the carrier's words."""

    local: datetime | None
    at: datetime | None
    milestone: str
    place: str
    description: str


class Parcel(Answer):
    """A parcel. `received_by` is empty for a viewer; `promises` are the days that were told, the last one counts."""

    number: str
    order: str
    connection: str
    milestone: str
    problem: str
    expected: date | None
    promises: list[date]
    delivered: date | None
    received_by: str
    silent: bool
    finished: str
    events: list[Event]


class Parcels(Answer):
    """Parcels with the whole way of each."""

    parcels: list[Parcel]


class ArrivalShown(Answer):
    """The parcels that a warehouse gets on a day, and the orders that they are of."""

    warehouse: str
    day: date
    late: bool
    numbers: list[str]
    orders: list[str]


class Arrivals(Answer):
    """Arrivals by warehouse and day. `complete` is false where there are more parcels than were looked at."""

    today: date
    complete: bool
    arrivals: list[ArrivalShown]


@room.allows(Role.VIEWER, "GET", "/parcels/<number>", "Show a parcel's way.")
def show_parcel(number: Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]) -> Parcels:
    """The parcel of a tracking number; of several carriers, each one that has it."""
    found = parcels_numbered(room.office.ports, number)
    if not found:
        raise Failed(HTTPStatus.NOT_FOUND, f"no parcel {number} is watched", field="number")
    return Parcels(parcels=[_parcel(each) for each in found])


@room.allows(Role.VIEWER, "GET", "/orders/<key>/parcels", "Show the ways of an order's parcels.")
def list_parcels(key: Key) -> Parcels:
    """The watched parcels of the order's last shipment."""
    return Parcels(parcels=[_parcel(each) for each in parcels_of(room.office.ports, existing(key))])


def _parcel(watch: Watch) -> Parcel:
    known, full = watch.facts, room.caller.role >= Role.CLERK
    return Parcel(
        number=watch.number,
        order=key_text(watch.order),
        connection=watch.connection,
        milestone=known.milestone or "",
        problem=known.problem,
        expected=known.expected,
        promises=[each.day for each in known.promises],
        delivered=known.delivered,
        received_by=known.received_by if full else "",
        silent=watch.silent,
        finished=watch.finished,
        events=[_event(each) for each in events_of(room.office.ports, watch)],
    )


def _event(each: ParcelEvent) -> Event:
    told = each.event
    return Event(
        local=told.local,
        at=told.at,
        milestone=told.milestone or "",
        place=f"{told.place}",
        description=told.description,
    )


Days = Annotated[int, Query(ge=1, le=60, description="From today on; what is late comes too.")]
Dock = Annotated[str | None, Query(max_length=100, description="Only this warehouse's.")]


@room.allows(Role.VIEWER, "GET", "/arrivals", "List the arrivals by warehouse and day.")
def list_arrivals(connection: Of = None, days: Days = 7, dock: Dock = None) -> Arrivals:
    """The days that the carriers promise, and those that have passed."""
    today, complete, found = _arrivals(connection, days, dock)
    return Arrivals(
        today=today,
        complete=complete,
        arrivals=[
            ArrivalShown(
                warehouse=each.warehouse,
                day=each.day,
                late=each.day < today,
                numbers=list(each.numbers),
                orders=list(each.orders),
            )
            for each in found
        ],
    )


@room.allows(Role.VIEWER, "GET", "/arrivals.ics", "Give the arrivals as a calendar.", media=CALENDAR)
def give_calendar(connection: Of = None, days: Days = 7, dock: Dock = None) -> Response[str]:
    """An iCalendar file (RFC 5545) with a whole-day entry for each warehouse and day."""
    from shared.workflow.desk.arrivals_calendar import calendar_of  # noqa: PLC0415 - this route alone needs its library

    _, _, found = _arrivals(connection, days, dock)
    text = calendar_of(found, room.office.ports.clock.now()).decode()
    named = {"content-disposition": 'attachment; filename="arrivals.ics"'}
    return Response(HTTPStatus.OK.value, CALENDAR, text, headers=dict[str, str | list[str]](named))


def _arrivals(connection: str | None, days: int, dock: str | None) -> tuple[date, bool, list[Arrival]]:
    """Today, whether every parcel was looked at, and the arrivals."""
    ports = room.office.ports
    names = [each.connection.id for each in room.office.stored(connection)]
    watches = list(islice(watches_in(ports, names, ("exception", "silent", "moving")), MOST + 1))
    today = ports.clock.now().date()
    found = arrivals_of(ports, watches[:MOST], today, today + timedelta(days=days), dock)
    return today, len(watches) <= MOST, found
