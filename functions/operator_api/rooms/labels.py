"""Labels: those that wait for their supplier, their images, and that one was sent."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, StringConstraints

from functions.operator_api.answers import Answer, Failed
from functions.operator_api.fields import (
    Asked,
    Cursor,
    Key,
    Limit,
    Of,
    Version,
    cursor_of,
    instant_of,
    key_text,
    position,
    store_key,
)
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.rooms.decisions import AtVersion
from functions.operator_api.rooms.orders import existing, sheet_of
from functions.operator_api.sheets import Sheet
from shared import log
from shared.domain.record import Head
from shared.workflow.desk.label_sent import mark_sent
from shared.workflow.desk.labelled import waiting
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.print_sheet import IMAGES, MOST, to_print
from shared.workflow.desk.print_sheet import sheet_of as file_of
from shared.workflow.orders.label import UNSENT, bought_at
from shared.workflow.orders.label_status import check_usable

room = Room("labels")
VALID = timedelta(minutes=5)


class LabelRow(Answer):
    """A label that waits for its supplier. `late` says that it does so for over 4 hours."""

    key: str
    version: int
    document: str
    connection: str
    supplier: str
    tracking_number: str
    packages: int
    bought_at: datetime
    late: bool


class LabelList(Answer):
    """A page of labels, the oldest first."""

    labels: list[LabelRow]
    cursor: str | None


class LabelLink(Answer):
    """An address that gives the image of a label. It is a key: it belongs in no mail and no log."""

    url: str
    format: str
    until: datetime


class ToPrintRow(Answer):
    """An order whose label its warehouse has not printed. `kind` is that of its image: a file for each."""

    key: str
    version: int
    document: str
    warehouse: str
    kind: str
    packages: int
    bought_at: datetime


class ToPrintList(Answer):
    """Labels to print. `complete` is false where there are more labels than were looked at."""

    labels: list[ToPrintRow]
    complete: bool


class OneToPrint(Asked):
    """An order at the version that was seen."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", min_length=1, max_length=700)]
    version: Version


class SheetAsked(Asked):
    """The orders of one file, in the order of its pages, and its kind."""

    kind: Literal["GIF", "PNG", "PDF", "ZPL", "EPL", "SPL"]
    orders: Annotated[list[OneToPrint], Field(min_length=1, max_length=MOST)]


class LabelGiven(Answer):
    """A label. `image` is a GIF or PNG in base64, blank for one in the file; `stock` is its paper in inches (4x6)."""

    document: str
    package: int
    number: str
    stock: str
    image: str


class LeftOut(Answer):
    """An order that is not in the file, and why."""

    key: str
    why: str


class SheetGiven(Answer):
    """The file in base64, blank for images; its labels, and the orders that are not among them."""

    kind: str
    content: str
    labels: list[LabelGiven]
    left_out: list[LeftOut]


@room.allows(Role.CLERK, "GET", "/labels", "List the labels that wait for their supplier.")
def list_labels(connection: Of = None, cursor: Cursor = None, limit: Limit = 50) -> LabelList:
    """Labels that nobody has sent, the oldest first."""
    ports = room.office.ports
    heads = waiting(ports, room.office.stored(connection))
    place = position("labels", cursor, 2)
    if place:
        after = (instant_of(place[0]), place[1])
        heads = [head for head in heads if (bought_at(head), head.key) > after]
    found = heads[:limit]
    last = found[-1] if len(heads) > limit else None
    return LabelList(
        labels=[_row(head) for head in found],
        cursor=cursor_of("labels", bought_at(last).isoformat(), last.key) if last else None,
    )


@room.allows(Role.CLERK, "GET", "/labels/to-print", "List the labels that warehouses have to print.")
def list_to_print(connection: Of = None) -> ToPrintList:
    """Labels that nobody has printed, by warehouse and kind of file, the oldest first."""
    found, complete = to_print(room.office.ports, room.office.stored(connection))
    rows = [
        ToPrintRow(
            key=key_text(each.head.key),
            version=each.head.version,
            document=each.head.document,
            warehouse=each.warehouse,
            kind=each.kind,
            packages=each.packages,
            bought_at=bought_at(each.head),
        )
        for each in found
    ]
    return ToPrintList(labels=rows, complete=complete)


@room.allows(Role.CLERK, "POST", "/labels/sheet", "Give one file of labels to print.")
def give_sheet(asked: SheetAsked) -> SheetGiven:
    """Each label is noted as printed before it is given; one that was printed meanwhile is left out, and said."""
    wanted = [(store_key(each.key), each.version) for each in asked.orders]
    made = file_of(room.office.ports, wanted, asked.kind, room.caller.who)
    log.step("labels_printed", labels=len(made.labels), left_out=len(made.left_out))
    return SheetGiven(
        kind=asked.kind,
        content=base64.b64encode(made.content).decode(),
        labels=[
            LabelGiven(
                document=each.head.document,
                package=each.package.number,
                number=each.package.tracking_number,
                stock=each.stock,
                image=base64.b64encode(each.image).decode() if asked.kind in IMAGES else "",
            )
            for each in made.labels
        ],
        left_out=[LeftOut(key=key_text(key), why=why) for key, why in made.left_out.items()],
    )


def _row(head: Head) -> LabelRow:
    snapshot, now = snapshot_of(room.office.ports, head), room.office.ports.clock.now()
    return LabelRow(
        key=key_text(head.key),
        version=head.version,
        document=head.document,
        connection=head.connection,
        supplier=snapshot.order.ship_from.name if snapshot else "",
        tracking_number=head.tracking_number,
        packages=head.packages_made,
        bought_at=bought_at(head),
        late=now - bought_at(head) >= UNSENT,
    )


@room.allows(Role.CLERK, "GET", "/orders/<key>/labels/<number>", "Give the address of a label's image.")
def give_label(key: Key, number: Annotated[int, Path(ge=1, le=9999, description="The package.")]) -> LabelLink:
    """An address of the label of one package, for 5 minutes."""
    office, head = room.office, existing(key)
    check_usable(head)
    packages = office.ports.orders.packages(head.key, head.generation)
    found = next((each for each in packages if each.number == number and each.label and not each.voided), None)
    if found is None:
        raise Failed(HTTPStatus.NOT_FOUND, f"package {number} has no label whose image is kept", field="number")
    kind = found.label.rpartition(".")[2]
    url = office.links.link(found.label, f"{head.document}-{number}.{kind}", VALID)
    log.step("label_given", order=head.key, connection=head.connection, package=number)
    return LabelLink(url=url, format=kind.upper(), until=office.ports.clock.now() + VALID)


@room.allows(Role.CLERK, "POST", "/orders/<key>/labels/sent", "Say that the supplier has the label.")
def mark_as_sent(key: Key, asked: AtVersion) -> Sheet:
    """Nobody is reminded of it any more."""
    head = existing(key)
    return sheet_of(mark_sent(room.office.ports, head.key, room.caller.who, version=asked.version))
