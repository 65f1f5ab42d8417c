"""ShipStation: prices, labels, look-ups, voids and tracking by V2; the legacy V1 stands in legacy.py.

Facts and their sources stand in the project's ShipStation facts file; "facts 5" in a comment means its fifth section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import cast
from urllib.parse import parse_qsl

from shared.carriers.shipstation import build, parse, ping, send, track, webhooks
from shared.carriers.shipstation.auth import ShipStationAuth
from shared.carriers.shipstation.calls import Answer, ShipStationCalls
from shared.carriers.shipstation.legacy import LegacyShipStation
from shared.carriers.shipstation.pointers import checked
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.pictures import is_picture
from shared.domain.shipment import AddressCheck, CreatedShipment, Found, Label, Quote, ShipmentPlan
from shared.domain.state import Reason
from shared.domain.tracking import Pointed, TrackedParcel
from shared.errors import Refused, Retry, Unknown
from shared.http import Transport
from shared.ports import Budgets, Carrier, Check, Clock, PushTarget, Secrets, Subscribed

_ANY_REFERENCE = "X" * 35
_NO_OPINION = "ShipStation is asked for no address: the carrier behind it checks one when the label is bought"
_SUBSCRIBED = timedelta(days=14)
"""How long a webhook is taken to be there before it is looked at again; no answer names an end."""


def open_carrier(
    connection: Connection,
    *,
    secrets: Secrets,
    budgets: Budgets,
    transport: Transport,
    clock: Clock,
    kept: MutableMapping[str, object] | None = None,
    **others: object,
) -> Carrier:
    """ShipStation as one connection sees it. Nothing is called yet, no secret is read yet. There is no token."""
    settings = ShipStationSettings.of(connection)
    auth = ShipStationAuth(settings, secrets)
    calls = ShipStationCalls(settings, auth=auth, budgets=budgets, transport=transport, clock=clock, kept=kept)
    if settings.inbound_as:
        receiving = import_module("shared.carriers.shipstation.receiving")
        return cast("Carrier", receiving.open_receiving(settings, calls, clock=clock, **others))
    kind = LegacyShipStation if settings.api == "v1" else ShipStation
    return kind(settings, calls, clock=clock)


class ShipStation:
    """The Carrier port on V2, with the side that tells of parcels. A create is one request."""

    most_numbers = 100

    def __init__(self, settings: ShipStationSettings, calls: ShipStationCalls, *, clock: Clock) -> None:
        self._settings, self._calls, self._clock = settings, calls, clock

    def check_plan(self, plan: ShipmentPlan) -> None:
        """By building the create itself, so that nothing is refused after an INTENT that could have been seen before.
        A plan whose service is still to be chosen has no account yet."""
        build.label(plan, _ANY_REFERENCE, self._settings)

    def check_address(self, party: Party) -> AddressCheck:  # noqa: ARG002 - nobody is asked, whatever the party
        return AddressCheck("not_covered", note=_NO_OPINION)

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        """All services in one call; those that are not offered are left out. Where none is offered and ShipStation says
        why, that is Refused, or Retry where the carrier behind it is at fault."""
        if not services:
            raise Refused(Reason.SERVICE, "no service to price", field="service")
        accounts = {service: build.account_of(service, self._settings) for service in services}
        answer = self._calls.ask("POST", build.RATES, build.rate(plan, services, self._settings))
        quotes = parse.quotes(answer.body, accounts, self._settings.package_code)
        if quotes is None:
            raise Retry("ShipStation answered without prices", answer.after)
        if not quotes and (said := parse.rate_errors(answer.body)):
            raise self._calls.unpriced(said)
        return quotes

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        """Buys. Refused, Retry and Misconfigured prove that nothing was bought; everything else is Unknown, a label
        that has no number yet as well: the look-up finds it once it has (facts 2)."""
        answer = self._calls.buy(build.LABELS, build.label(plan, reference, self._settings))
        made = parse.label(answer.body)
        if made is None:
            raise Unknown("ShipStation answered the create without a label")
        if made.status == "error":
            raise Refused(Reason.REFUSED, f"ShipStation made no label: {made.label_id} is in error", field="shipment")
        if made.voided or not made.numbers:
            raise Unknown(f"label {made.label_id} is {made.status or 'made'} and has no tracking number yet")
        alerts = () if made.reference in ("", reference) else (f"ShipStation keeps it as {made.reference}",)
        return made.shipment(answer.request_id, alerts)

    def send_order(self, plan: ShipmentPlan, reference: str) -> str:
        """Makes the order, unless one has our reference: an external_shipment_id is unique in its account (facts 1)."""
        return send.order(self._calls, plan, reference, self._settings)

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:  # noqa: ARG002 - no window is needed
        """Live labels under exactly `reference`: of all that are listed, not the one that a path by this id would give,
        and compared once more (facts 1). A return label is none. One that goes to another address is for a person; one
        that has no number yet tells nothing yet."""
        ours = [row for row in self._listed(external_shipment_id=reference) if row.reference == reference]
        ours = [row for row in ours if not row.is_return]
        live = [row for row in ours if not row.voided and row.status != "error"]
        for row in live:
            if not parse.goes_to(row, plan):
                where = " ".join(row.destination)
                message = f"label {row.label_id} has our reference {reference}, and goes to {where}"
                raise Refused(Reason.UNKNOWN, message, field="reference", value=row.label_id)
            if not row.numbers:
                raise Retry(f"label {row.label_id} under our reference has no tracking number yet")
        voided = frozenset(number for row in ours if row.voided for number in row.numbers)
        return Found(tuple(map(self._found, live)), (parse.LABELS,), voided)

    def _found(self, row: parse.LabelRow) -> CreatedShipment:
        """With whether the carrier has it: only what surely lies untouched may be voided as a stray."""
        answer = self._calls.ask("GET", build.label_path(row.label_id, "track"))
        if not isinstance(answer.body, dict):
            raise Retry("ShipStation answered without a parcel", answer.after)
        cost = row.cost if self._settings.by_hand else None
        return row.found(answer.request_id, moved=track.moved(answer.body), cost=cost)

    def _listed(self, **filters: str) -> Iterator[parse.LabelRow]:
        """Every label of the list, over all of its pages. Raises Retry where it does not end."""
        for page in range(1, self._settings.most_pages + 1):
            answer = self._calls.ask("GET", build.labels_path(page, **filters))
            listed = parse.labels(answer.body)
            if listed is None:
                raise Retry("ShipStation answered without a list of labels", answer.after)
            yield from listed.labels
            if page >= listed.pages:
                return
        raise Retry(f"ShipStation lists more than {self._settings.most_pages} pages of labels for one number")

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:
        """The images, in the plan's format where there is one. A file for all packages is parted where it is ZPL, and
        stands with each package where it is not."""
        answer = self._calls.ask("GET", build.label_path(shipment_id))
        row = self._label_of(answer)
        if row.voided or row.status == "error":
            message = f"label {shipment_id} is {row.status}: it has no image any more"
            raise Refused(Reason.LABEL, message, field="shipment_id", value=shipment_id)
        files = row.files(plan.label.format)
        if not row.numbers or not files:
            raise Retry(f"ShipStation has no label image of {shipment_id} yet", answer.after)
        images = {path: self._image(path, kind) for kind, path in dict.fromkeys(files)}
        whole = len(files) != len(set(files))
        return tuple(
            Label(number, kind, parse.part_of(images[path], kind, place, len(files)) if whole else images[path], place)
            for place, (number, (kind, path)) in enumerate(zip(row.numbers, files, strict=False), 1)
        )

    def _label_of(self, answer: Answer) -> parse.LabelRow:
        row = parse.label(answer.body)
        if row is None:
            raise Retry("ShipStation answered without a label", answer.after)
        return row

    def _image(self, path: str, kind: str) -> bytes:
        image = self._calls.fetch(path)
        if not is_picture(kind, image):
            raise Retry(f"the file of a label is no {kind}")
        return image

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        """A whole label: ShipStation parts none. A second void counts as voided."""
        if packages:
            message = "ShipStation voids whole labels, with all of their packages"
            raise Refused(Reason.REFUSED, message, field="packages", value=", ".join(packages))
        answer = self._calls.ask("PUT", build.label_path(shipment_id, "void"))
        result = parse.voided(answer.body)
        if result is None:
            raise Retry("ShipStation answered the void without a word that can be read", answer.after)
        if not result.done:
            message = f"ShipStation did not void {shipment_id}: {result.words}"
            raise Refused(Reason.REFUSED, message, field="shipment_id", hint=parse.void_hint(result.code))
        return result.words

    def tracking_url(self, tracking_number: str) -> str:
        return self._settings.tracking_url(tracking_number)

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        """By the label that has the number, since only its carrier knows the parcel. A number of no label of this
        account tells nothing."""
        rows = [row for row in self._listed(tracking_number=number) if number in row.numbers]
        row = next((each for each in rows if not each.voided), rows[0] if rows else None)
        if row is None:
            return ()
        if row.voided:
            return (track.voided(number, row.voided_at),)
        alone = len(row.numbers) == 1
        path = build.label_path(row.label_id, "track") if alone else build.tracking_path(row.carrier_code, number)
        answer = self._calls.ask("GET", path)
        found = track.parcel(answer.body)
        if found is None:
            raise Retry("ShipStation answered without a parcel", answer.after)
        return (found,) if found.tracking_number == number else ()

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        """One webhook serves all parcels of the account whose labels it has: it is made unless it is there, and made
        anew for another credential. Events of every label come then; those that nobody watches expire."""
        webhooks.ensure(self._calls, self._settings, target)
        return Subscribed(tuple(numbers), self._clock.now() + _SUBSCRIBED, keys=self._calls.keys.lately())

    def signing_keys(self) -> Mapping[str, str]:
        return self._calls.keys.now()

    def follow(self, resource: str) -> Pointed:
        """Of a list of labels, over all of its pages. One webhook may mean several labels (facts 5)."""
        path, _, query = checked(resource).partition("?")
        if path != build.LABELS:
            return Pointed()
        rows = [row for row in self._listed(**dict(parse_qsl(query))) if not row.is_return and not row.voided]
        numbers = [number for row in rows for number in row.numbers]
        return Pointed(tuple(numbers), tuple(dict.fromkeys(row.reference for row in rows if row.reference)))

    def ping(self) -> tuple[Check, ...]:
        """The credential, the accounts and services of the file, and a probe for each fact that is not sure."""
        return tuple(ping.checks(self._calls, self._settings))
