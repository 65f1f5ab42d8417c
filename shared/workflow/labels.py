"""Label images: stored after the shipment itself, so that a missing image never hides a bought label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.record import Head
from shared.domain.shipment import CreatedShipment, Label
from shared.domain.state import Reason, State
from shared.errors import Refused, Retry
from shared.ports import Ports, ShippedPackage
from shared.workflow.transitions import again_later, held, move


def places_of(head: Head, created: CreatedShipment) -> dict[str, str]:
    """Where each image of an answer will lie, by tracking number; the name follows from the order, so it is known
    before."""
    numbers = {tracking: number for number, tracking in enumerate(created.tracking_numbers, start=1)}
    return {
        label.tracking_number: place_of(head, numbers[label.tracking_number], label.format)
        for label in created.labels
        if label.tracking_number in numbers
    }


def place_of(head: Head, number: int, image_format: str) -> str:
    """The name of one image: order, generation, package, format."""
    return f"{head.key}/{head.generation}/{number}.{image_format.lower()}"


def finish_labels(ports: Ports, head: Head, labels: Sequence[Label] = ()) -> Head | None:
    """Makes sure that every package has its image, then asks for the write-back.

    `labels` are the images of the answer just read; without them those in the store are looked for, and what is
    missing is recovered from the carrier.
    """
    packages = [each for each in ports.orders.packages(head.key, head.generation) if not each.voided]
    by_number = {label.tracking_number: label for label in labels}
    for package in packages:
        if package.label and package.tracking_number in by_number:
            ports.labels.put(package.label, by_number[package.tracking_number].image)
    missing = [
        p for p in packages if not p.label or (p.tracking_number not in by_number and not ports.labels.has(p.label))
    ]
    if missing:
        recovered = _recover(ports, head, missing)
        if recovered is None:
            return None
        head = recovered
    ports.write_back_queue.send(head.connection, [head.key])
    return None


def _recover(ports: Ports, head: Head, missing: list[ShippedPackage]) -> Head | None:
    """Fetches the missing images; None when the order waits or is held for them."""
    connection = ports.connections.revision(head.connection, head.revision)
    plan = ports.orders.snapshot(head.key, head.generation).plan
    if plan is None:
        held(ports, head, Reason.LABEL, "the label images are missing and the shipment's snapshot has expired")
        return None
    try:
        images = {label.tracking_number: label for label in ports.carrier(connection).labels(head.shipment_id, plan)}
    except Retry as error:
        _not_ready(ports, head, str(error), error.after)
        return None
    except Refused as error:
        held(ports, head, Reason.LABEL, str(error), field=error.field, hint=error.hint)
        return None
    stored = [_store(ports, head, package, images) for package in missing]
    if any(not package.label for package in stored):
        _not_ready(ports, head, "the carrier returned no image for a package", None)
        return None
    return move(ports, head, State.SHIPPED, what="labels_recovered", packages=stored, tries=0, first_try_at=None)


def _not_ready(ports: Ports, head: Head, why: str, after: float | None) -> None:
    again_later(ports, head, why, after, state=State.SHIPPED, gives_up=Reason.LABEL, what="label_not_ready")


def _store(ports: Ports, head: Head, package: ShippedPackage, images: dict[str, Label]) -> ShippedPackage:
    image = images.get(package.tracking_number)
    if image is None:
        return replace(package, label="")
    place = place_of(head, package.number, image.format)
    ports.labels.put(place, image.image)
    return replace(package, label=place)
