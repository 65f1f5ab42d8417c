"""Label images: stored after the shipment itself, so that a missing image never hides a bought label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from shared.domain.record import Head
from shared.domain.shipment import CreatedShipment, Document, Label, by_package
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused, Retry
from shared.ports import Ports, ShippedPackage
from shared.workflow.orders.standing import was_held_for
from shared.workflow.orders.step import again_later, held, move
from shared.workflow.orders.watched import watch_parcels
from shared.workflow.shipping.papers import has_papers, keep_papers


def places_of(head: Head, created: CreatedShipment) -> dict[int, str]:
    """Where each image of an answer will lie, by package; the name follows from the order, so it is known before."""
    images = by_package(created.tracking_numbers, created.labels)
    return {number: place_of(head, number, label.format) for number, label in images.items()}


def place_of(head: Head, number: int, image_format: str) -> str:
    """The name of one image: order, generation, package, format."""
    return f"{head.key}/{head.generation}/{number}.{image_format.lower()}"


def finish_labels(
    ports: Ports, head: Head, labels: Sequence[Label] = (), papers: Document | None = None
) -> Head | None:
    """Makes sure that every package has its image and is watched, then asks for the write-back.

    `labels` are the images of the answer just read; without them those in the store are looked for, and what is
    missing is recovered from the carrier. `papers` are those of the answer; an order that needs some and has none is
    held when its labels are here.
    """
    keep_papers(ports, head, papers)
    packages = ports.orders.packages(head.key, head.generation)
    images = by_package([package.tracking_number for package in packages], labels)
    live = [package for package in packages if not package.voided]
    new = [package for package in live if package.label and package.number in images]
    if new:
        keep = ports.connections.revision(head.connection, head.revision).retention
        for package in new:
            ports.labels.put(package.label, images[package.number].image, keep)
    watch_parcels(ports, head)
    missing = [p for p in live if not p.label or (p.number not in images and not ports.labels.has(p.label))]
    if missing and not _by_hand(ports, head):
        recovered = _recover(ports, head, packages, missing)
        if recovered is None:
            return None
        head = recovered
    if not has_papers(ports, head):
        return None
    ports.write_back_queue.send(head.connection, [head.key], "order")
    return None


def has_images(ports: Ports, head: Head) -> bool:
    """Tell if the image of each live package is kept, or a person let the order go on without."""
    live = [package for package in ports.orders.packages(head.key, head.generation) if not package.voided]
    if _by_hand(ports, head):
        return True
    if all(package.label and ports.labels.has(package.label) for package in live):
        return True
    return was_held_for(ports, head, Reason.LABEL)


def _by_hand(ports: Ports, head: Head) -> bool:
    """Tell if a person bought the label at the carrier: who does prints it there."""
    return ports.connections.revision(head.connection, head.revision).carrier.by_hand


def _recover(
    ports: Ports, head: Head, packages: Sequence[ShippedPackage], missing: Sequence[ShippedPackage]
) -> Head | None:
    """Fetches the missing images; None when the order waits or is held for them."""
    connection = ports.connections.revision(head.connection, head.revision)
    plan = ports.orders.snapshot(head.key, head.generation).plan
    if plan is None:
        held(ports, head, Reason.LABEL, "the label images are missing and the shipment's snapshot has expired")
        return None
    try:
        with ports.carrier(connection) as carrier:
            labels = carrier.labels(head.shipment_id, plan)
    except Retry as error:
        _not_ready(ports, head, str(error), error.after)
        return None
    except Refused as error:
        held(ports, head, Reason.LABEL, str(error), field=error.field, hint=error.hint)
        return None
    images = by_package([package.tracking_number for package in packages], labels)
    stored = [_store(ports, head, package, images, connection.retention) for package in missing]
    if any(not package.label for package in stored):
        _not_ready(ports, head, "the carrier returned no image for a package", None)
        return None
    return move(ports, head, State.SHIPPED, what=Step.LABELS_RECOVERED, packages=stored, tries=0, first_try_at=None)


def _not_ready(ports: Ports, head: Head, why: str, after: float | None) -> None:
    again_later(ports, head, why, after, state=State.SHIPPED, gives_up=Reason.LABEL, what=Step.LABEL_NOT_READY)


def _store(
    ports: Ports, head: Head, package: ShippedPackage, images: Mapping[int, Label], keep: timedelta
) -> ShippedPackage:
    image = images.get(package.number)
    if image is None:
        return replace(package, label="")
    place = place_of(head, package.number, image.format)
    ports.labels.put(place, image.image, keep)
    return replace(package, label=place)
