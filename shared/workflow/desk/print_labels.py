"""Label images for people: fetched from the store, recovered from the carrier where one is missing, and noted in the
trail, so that nobody prints the same label twice without knowing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.domain.hints import Action, Hint, do
from shared.domain.record import AuditEntry, Head
from shared.domain.shipment import Label, ShipmentPlan, by_package
from shared.domain.steps import Step
from shared.errors import Refused, Retry
from shared.ports import Conflict, Ports, ShippedPackage
from shared.workflow.orders.label import PRINTED
from shared.workflow.orders.label_status import check_usable, note
from shared.workflow.orders.standing import existing
from shared.workflow.shipping.labels import place_of
from shared.workflow.shipping.papers import place_of_papers

_TRIES = 3
"""A worker may take a step of the order meanwhile; the print is noted behind it."""


@dataclass(frozen=True, slots=True)
class LabelImage:
    """One package's image in the format that it is in (GIF, ZPL, EPL, SPL, PDF); `stock` is the paper, such as 4x6.

    `papers` says that it is no label but one copy of the shipment's papers for customs, which go on the first package.
    """

    head: Head
    package: ShippedPackage
    format: str
    image: bytes
    stock: str
    warehouse: str
    papers: bool = False


def images_of(ports: Ports, head: Head, who: str, number: int | None = None) -> tuple[LabelImage, ...]:
    """The images of the order's packages, or of package `number`, in their order.

    Raises Refused for an order without a usable label, a package that it does not have, or an image that the carrier
    gives no longer; Retry while the carrier has not processed the shipment.
    """
    check_usable(head)
    packages = ports.orders.packages(head.key, head.generation)
    live = [each for each in packages if not each.voided]
    wanted = [each for each in live if number in (None, each.number)]
    if not wanted:
        has = ", ".join(str(each.number) for each in live) or "none"
        raise Refused("package", f"order {head.document} has no package {number}; it has {has}", field="package")
    missing = [each for each in wanted if not each.label or not ports.labels.has(each.label)]
    if missing:
        recovered = {each.number: each for each in _recovered(ports, head, packages, missing, who)}
        wanted = [recovered.get(each.number, each) for each in wanted]
    return _read(ports, head, wanted, first=live[0].number)


def stored_images(ports: Ports, head: Head) -> tuple[LabelImage, ...]:
    """The images of the order's packages as they are kept, and its papers: no carrier is asked. Raises Refused for an
    order without a usable label, or one of whose images is missing."""
    check_usable(head)
    live = [each for each in ports.orders.packages(head.key, head.generation) if not each.voided]
    missing = [f"{each.number}" for each in live if not each.label or not ports.labels.has(each.label)]
    if missing or not live:
        message = f"order {head.document}: the image of package {', '.join(missing) or 'none'} is not kept"
        raise Refused("label", message, field="label", hint=Hint("{0}", (do(Action.REPRINT, order=head.document),)))
    return _read(ports, head, live, first=live[0].number)


def _read(ports: Ports, head: Head, packages: Sequence[ShippedPackage], first: int) -> tuple[LabelImage, ...]:
    """The kept images, and the papers that go with the label of package `first`."""
    plan, warehouse = _snapshot_facts(ports, head)
    stock = plan.label.stock if plan else "4x6"
    labels = tuple(
        LabelImage(head, each, each.label.rsplit(".", 1)[-1].upper(), ports.labels.get(each.label), stock, warehouse)
        for each in packages
    )
    return (*labels, *_papers_with(ports, labels[0], plan, first=first))


def _papers_with(ports: Ports, label: LabelImage, plan: ShipmentPlan | None, first: int) -> tuple[LabelImage, ...]:
    """The copies of the papers that go with the label of the first package; none where a person makes them."""
    if plan is None or plan.papers is None or not plan.papers.form or label.package.number != first:
        return ()
    place = place_of_papers(label.head)
    if not ports.labels.has(place):
        return ()
    copy = replace(label, format="PDF", image=ports.labels.get(place), papers=True)
    return (copy,) * plan.papers.copies


def printed_before(ports: Ports, head: Head) -> tuple[AuditEntry, ...]:
    """The prints of this shipment's labels that the trail knows of, oldest first."""
    found: list[AuditEntry] = []
    for entry in reversed(ports.orders.audit(head.key)):
        if entry.what == Step.LABELS_PRINTED:
            found.append(entry)
        if ("shipment_id", head.shipment_id) in entry.changes:
            break
    return tuple(reversed(found))


def note_printed(ports: Ports, images: Sequence[LabelImage], who: str, *, version: int | None = None) -> Head:
    """Notes in the trail of one order who took its labels to be printed; a warehouse's label is then printed.

    Raises Conflict when the order keeps moving, or is no longer at `version`; Refused when its label was withdrawn
    meanwhile.
    """
    if version is not None:
        return _note_once(ports, images, who, version)
    for _ in range(_TRIES - 1):
        with suppress(Conflict):
            return _note_once(ports, images, who)
    return _note_once(ports, images, who)


def _note_once(ports: Ports, images: Sequence[LabelImage], who: str, version: int | None = None) -> Head:
    head = existing(ports, images[0].head.key, version)
    check_usable(head)
    numbers = sorted({image.package.number for image in images})
    packages = ports.orders.packages(head.key, head.generation)
    whole = {each.number for each in packages if not each.voided} <= set(numbers)
    status = PRINTED if whole and not head.label else head.label
    why = f"package {', '.join(map(str, numbers))}"
    return note(ports, head, what=Step.LABELS_PRINTED, who=who, why=why, label=status)


def _recovered(
    ports: Ports, head: Head, packages: Sequence[ShippedPackage], missing: Sequence[ShippedPackage], who: str
) -> list[ShippedPackage]:
    """Fetches missing images from the carrier and stores them."""
    plan = ports.orders.snapshot(head.key, head.generation).plan
    if plan is None:
        hint = "print it at the carrier"
        raise Refused("label", f"the image of order {head.document} is missing, and its snapshot expired", hint=hint)
    connection = ports.connections.revision(head.connection, head.revision)
    with ports.carrier(connection) as carrier:
        labels = carrier.labels(head.shipment_id, plan)
    given = by_package([each.tracking_number for each in packages], labels)
    absent = [each.tracking_number for each in missing if each.number not in given]
    if absent:
        raise Retry(f"order {head.document}: the carrier has no image of {', '.join(absent)} yet")
    stored = [_stored(ports, head, each, given[each.number], connection.retention) for each in missing]
    note(ports, head, what=Step.LABELS_RECOVERED, who=who, packages=stored)
    return stored


def _stored(ports: Ports, head: Head, package: ShippedPackage, label: Label, keep: timedelta) -> ShippedPackage:
    place = place_of(head, package.number, label.format)
    ports.labels.put(place, label.image, keep)
    return replace(package, label=place)


def _snapshot_facts(ports: Ports, head: Head) -> tuple[ShipmentPlan | None, str]:
    """The plan and the order's warehouse; neither once the snapshot has expired."""
    try:
        snapshot = ports.orders.snapshot(head.key, head.generation)
    except Refused:
        return None, ""
    return snapshot.plan, snapshot.order.warehouse
