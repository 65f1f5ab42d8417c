"""The Carrier port on UPS: what is asked, and what the answer means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from shared.carriers.ups import build, findings, inquiries, parse
from shared.carriers.ups.addresses import judged
from shared.carriers.ups.calls import Answer
from shared.carriers.ups.codes import SERVICES, Kind, kind_of
from shared.carriers.ups.elements import COVERED
from shared.carriers.ups.inquiries import MOST_VOIDED
from shared.carriers.ups.lookup import Lookup, sources
from shared.carriers.ups.packages import REFERENCE
from shared.carriers.ups.parties import addressed
from shared.carriers.ups.pickups import UpsPickups
from shared.carriers.ups.verdict import Verdict, create_verdict, not_allowed, refusal, worded
from shared.domain.address import Party
from shared.domain.shipment import AddressCheck, CreatedShipment, Found, Label, Quote, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import ParcelbridgeError, Refused, Retry, Unknown, hint_of
from shared.http import Lost, NotSent
from shared.ports import Check

_CITY = ": the create validates city, state and postcode there"
_ANY_REFERENCE = "X" * REFERENCE
_UNSEEN = "whether the app has the product Shipping is seen at the first label, since a test buys nothing"
TEST_NUMBER = "1Z12345E0291980793"  # the number of UPS's own examples: known to nobody, well formed


class UpsCarrier(UpsPickups):
    """UPS for one connection. One call is one request, save a repetition after an expired token."""

    def check_plan(self, plan: ShipmentPlan) -> None:
        """By building the create itself, so that nothing is refused after an INTENT that could have been seen before.
        The other requests say less."""
        build.ship(plan, _ANY_REFERENCE, character_sets=self._settings.character_sets)

    def check_address(self, party: Party) -> AddressCheck:
        """Asks for the United States and Puerto Rico; elsewhere nobody is asked, and the create checks the city."""
        country = party.address.country.upper()
        if country not in COVERED:
            return AddressCheck("not_covered", note=f"UPS validates no streets in {country}{_CITY}")
        answer = self._calls.read("POST", build.ADDRESS_VALIDATION, build.address_validation(party))
        if any(kind_of(error.code) is Kind.NOT_COVERED for error in answer.envelope):
            place = f"{party.address.city}, {party.address.state}"
            note = f"UPS's test environment validates New York and California only, and not {place}{_CITY}"
            return AddressCheck("not_covered", note=note)
        opinion = parse.address_opinion(answer.body) if answer.readable else None
        if opinion is None:
            raise self._calls.failed(answer)
        return judged(opinion, addressed(party).address)

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        """One service is rated, several are shopped in one call; services that UPS does not offer are left out. Where
        UPS asks for a value of the goods that does not please it, the price is asked once more without the days."""
        if not services:
            raise Refused(Reason.SERVICE, "no service to price", field="service")
        times, valued = self._settings.times_in_transit, self._settings.rated_value
        answer = self._asked_price(plan, services, times=times, valued=valued)
        if times and any(kind_of(error.code) is Kind.NO_TIMES for error in answer.envelope):
            answer = self._asked_price(plan, services, times=False, valued=valued)
        quotes = (
            parse.quotes(answer.body, services, saturday="saturday" in plan.accessorials) if answer.readable else None
        )
        if quotes is None:
            raise self._calls.failed(answer)
        return quotes

    def _asked_price(self, plan: ShipmentPlan, services: Sequence[str], *, times: bool, valued: bool) -> Answer:
        request = build.rate(plan, services, times=times, valued=valued)
        return self._calls.read("POST", build.rate_path(services, times=times), request)

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        """Buys. Refused, Retry and Misconfigured prove that nothing was made; the unproven is Unknown (facts 5).

        A plan that asks for a PDF comes back without images, since UPS has only made GIFs: `labels` recovers it."""
        request = build.ship(plan, reference, character_sets=self._settings.character_sets)
        try:
            answer = self._calls.buy(build.ship_path(plan), request)
        except NotSent as error:
            raise Retry(f"the create did not reach UPS: {error}") from error
        except Lost as error:
            raise Unknown(f"no answer to the create: {error}") from error
        made = _bought(answer, plan.service)
        return replace(made, labels=()) if plan.label.format == "PDF" else made

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:
        return Lookup(self._calls, self._settings, plan).find(reference, since, self._clock.now())

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:
        """By recovery, in the plan's format; UPS serves it for 30 days (facts 4)."""
        return Lookup(self._calls, self._settings, plan).labels(shipment_id)

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        """The whole shipment, or those packages. A second void is answered like the first one: voided or already
        voided."""
        parts = [packages[at : at + MOST_VOIDED] for at in range(0, len(packages), MOST_VOIDED)] or [()]
        return "; ".join(dict.fromkeys(self._void(shipment_id, part) for part in parts))

    def _void(self, shipment_id: str, packages: Sequence[str]) -> str:
        answer = self._calls.read("DELETE", inquiries.void_path(shipment_id, packages))
        already = next((error for error in answer.envelope if kind_of(error.code) is Kind.VOIDED), None)
        if already:
            return already.message
        result = findings.voided(answer.body) if answer.readable else None
        if result is None:
            raise self._calls.failed(answer)
        if not result.done:
            which = ", ".join(result.left) or shipment_id
            raise Refused(Reason.REFUSED, f"UPS did not void {which}: {result.words}", field="shipment_id")
        return result.words

    def tracking_url(self, tracking_number: str) -> str:
        return self._settings.tracking_page.format(number=quote(tracking_number, safe=""))

    def ping(self) -> tuple[Check, ...]:
        """A token, one read that costs nothing (the shipper's address, or a test number where there is none), and both
        sources of a look-up."""
        try:
            self._calls.token()
        except ParcelbridgeError as error:
            return (Check("UPS token", ok=False, detail=str(error), hint=hint_of(error)),)
        token = Check("UPS token", ok=True, detail=f"{self._settings.environment} environment; {_UNSEEN}")
        try:
            read = self._cheap_read()
            return (
                token,
                read,
                *sources(self._calls, self._settings, self._clock.now()),
                *self._quantum_view(),
                *_services(self._settings.services),
            )
        except ParcelbridgeError as error:
            return token, Check("UPS call", ok=False, detail=str(error), hint=hint_of(error))

    def _quantum_view(self) -> Iterator[Check]:
        """The file's subscription is read as the hourly reading does it, from now on."""
        if self._settings.quantum_view:
            try:
                self.account_events(self._clock.now())
            except ParcelbridgeError as error:
                yield Check("UPS Quantum View", ok=False, detail=str(error), hint=hint_of(error))
            else:
                yield Check("UPS Quantum View", ok=True, detail=f"the subscription {self._settings.quantum_view} runs")

    def _cheap_read(self) -> Check:
        shipper = self._settings.shipper
        if shipper and shipper.address.country.upper() in COVERED:
            check = self.check_address(shipper)
            return Check("UPS address validation", ok=check.outcome != "none", detail=_seen(check))
        answer = self._calls.read("GET", inquiries.track_path(TEST_NUMBER))
        if findings.tracked(answer.body) is None:
            raise self._calls.failed(answer)
        return Check("UPS tracking", ok=True, detail="answers")


def _services(mapped: Sequence[str]) -> Iterator[Check]:
    """Codes that the file maps to and that UPS does not have."""
    unknown = [code for code in mapped if code not in SERVICES]
    if unknown:
        known = ", ".join(f"{code} {name}" for code, name in SERVICES.items())
        yield Check("UPS services", ok=False, detail=f"services: {', '.join(unknown)} is no service of UPS; {known}")


def _seen(check: AddressCheck) -> str:
    return f"the shipper's address is {check.outcome}" + (f": {check.note}" if check.note else "")


def _bought(answer: Answer, service: str) -> CreatedShipment:
    """Return the shipment that the answer to a create proves. Raises Unknown where it proves nothing, and Refused,
    Misconfigured or Retry where nothing was made."""
    made = parse.created(answer.body, service=service, request_id=answer.request_id)
    said = worded(answer.errors) or f"UPS answered {answer.response.status} without a shipment number"
    said = f"{said} (request {answer.request_id})"
    match create_verdict(answer.response.status, answer.envelope, numbered=made is not None):
        case Verdict.CREATED if made:
            return made
        case Verdict.REFUSED:
            raise refusal(answer.envelope)
        case Verdict.NOT_ALLOWED:
            raise not_allowed(answer.envelope, answer.response.status, answer.product)
        case Verdict.NOT_MADE:
            raise Retry(said, answer.retry_after)
    raise Unknown(said)
