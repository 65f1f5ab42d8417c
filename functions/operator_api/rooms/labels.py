"""Labels: those that wait for their supplier, their images, and that one was sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.operator_api.answers import Answer, Failed
from functions.operator_api.fields import Cursor, Key, Limit, Of, cursor_of, instant_of, key_text, position
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
