"""UPS error codes in one table: what follows from each, and where that is known from.

Sources are sections of the facts file, and rows of the wishes where users met a code that the facts do not have.
Marks there: [S] official document, [R] recorded traffic, [I] issue, [G] the old printed guide, whose codes may differ
on REST. A code that stands in no row is a hard one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from shared.domain.hints import Action, Advice, Hint, do
from shared.domain.state import Reason


@dataclass(frozen=True, slots=True)
class UpsError:
    """One error as UPS words it."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"UPS {self.code}: {self.message}" if self.code else self.message


class Kind(Enum):
    """The meaning of an error code for the request that was sent."""

    HARD = "it will be refused again"
    TRANSIENT = "the same request may pass later"
    EXPIRED = "the token has expired; a new one heals it"
    CREDENTIAL = "the credential is refused; no token heals it"
    NOT_COVERED = "no opinion of that place"
    NOT_FOUND = "nothing is known by that reference or number"
    UNNAMED = "there are shipments, and the answer does not say which"
    VOIDED = "it was there and is voided"
    NO_TIMES = "no times in transit for want of a value; the price alone may be had"
    PROVES_NOTHING = "it may have been made"
    NOTICE = "only a warning"


@dataclass(frozen=True, slots=True)
class Code:
    """A row. `reason` and `field` (of the plan) say why an order waits after a hard code, `hint` what to do where that
    is special; `at_least` counts the shipments behind UNNAMED; `soon` means that waiting may help a recovery."""

    kind: Kind
    source: str
    reason: Reason = Reason.REFUSED
    field: str = ""
    hint: Advice = ""
    at_least: int = 0
    soon: bool = False


def _hard(reason: Reason, field: str, source: str, hint: Advice = "") -> Code:
    return Code(Kind.HARD, source, reason, field, hint)


def _unnamed(at_least: int, source: str, *, soon: bool = False) -> Code:
    return Code(Kind.UNNAMED, source, at_least=at_least, soon=soon)


_SPURIOUS = Hint("UPS has given this code for valid requests: when the order looks right, {0}", (do(Action.RETRY),))
_UNWORDED = "UPS does not say what it refuses: compare the order's address, weights and service with one that passed"
_AMBIGUOUS = "too late, not known, or not yet processed: look the shipment up at UPS before trying again"

CODES: dict[str, Code] = {
    # every operation
    "10004": Code(Kind.TRANSIENT, "facts 1 [R]: the service is temporarily unavailable"),
    "10429": Code(Kind.TRANSIENT, "facts 1 [I 123, 8]: too many requests"),
    "20001": Code(Kind.TRANSIENT, "facts 11: system error"),
    "251004": Code(Kind.EXPIRED, "facts 2 [S]: bearer token expired"),
    "250002": Code(Kind.CREDENTIAL, "facts 2 [S]: invalid authentication information"),
    "250003": Code(Kind.CREDENTIAL, "facts 2: invalid access license number"),
    "UJ0001": Code(Kind.CREDENTIAL, "facts 2 [S]: invalid token, or none"),
    # address validation
    "9264030": Code(
        Kind.NOT_COVERED, "facts 6, 14.13 [R]: the test environment has no opinion; also of a city in New York"
    ),
    # rating
    "110920": Code(Kind.NOTICE, "facts 14.5 [F]: the ship-to's classification was changed by UPS"),
    "110971": Code(Kind.NOTICE, "facts 11 [R]: the invoice may vary"),
    "111210": _hard(Reason.SERVICE, "service", "facts 11 [I]: service unavailable between the locations"),
    "111211": _hard(Reason.SERVICE, "accessorials", "facts 14.6 [P]: accessory unavailable between the locations"),
    "111212": _hard(Reason.SERVICE, "packages", "facts 11 [I]: package type unavailable"),
    "111215": _hard(Reason.SERVICE, "ship_to.residential", "facts 11 [I]: service and residential address"),
    "111217": _hard(Reason.SERVICE, "service", "facts 11 [I]: service unavailable between the locations"),
    "111285": _hard(Reason.ADDRESS, "ship_to.address.postcode", "facts 11 [R]: postal code invalid for state"),
    "111531": Code(Kind.NOTICE, "facts 14.6 [R, F]: no user level discount"),
    "111549": Code(Kind.NO_TIMES, "facts 11, 14.1 [S, I]: contents value", Reason.INTERNATIONAL, "value"),
    "111550": _hard(Reason.INTERNATIONAL, "value.currency", "facts 14.6 [P]: currency of the contents"),
    "111562": _hard(
        Reason.SERVICE, "service", "facts 14.6 [P]: no matching rates and transit times; Saturday where there is none"
    ),
    "111580": _hard(Reason.CONNECTION, "billing.account", "facts 14.6: account number of the payment details"),
    "111701": _hard(Reason.REFUSED, "accessorials", "facts 14.2 [P]: Saturday asked for in two ways"),
    "111730": Code(Kind.NOTICE, "facts 14.6 [R, F]: a date in the past was changed to today"),
    "112053": _hard(Reason.FREIGHT, "packages", "facts 14.6 [P]: the number of pieces is missing"),
    "112111": _hard(Reason.CONNECTION, "account", "facts 11 [R]: missing or invalid shipper number"),
    "112237": Code(Kind.NOTICE, "facts 14.6 [R, F]: a rate modifier was applied"),
    "113005": Code(Kind.NOTICE, "facts 14.6 [R, F]: early arrival is not guaranteed"),
    "118400": _hard(Reason.REFUSED, "", "facts 14.6 [I 9]: its text has variables that were not replaced", _UNWORDED),
    "128400": _hard(Reason.REFUSED, "", "facts 14.6 [I 9]: its text has variables that were not replaced", _UNWORDED),
    "9110003": _hard(Reason.MISSING, "", "facts 14.6 [I 33]: missing shipment information", _UNWORDED),
    # create
    "120001": Code(Kind.TRANSIENT, "facts 11 [G]: shipping, transient"),
    "120016": Code(Kind.NOTICE, "facts 14.11 [F]: a customs invoice is required when the parcel is handed over"),
    "120020": _hard(Reason.FREIGHT, "packages", "facts 11 [G]: too many packages"),
    "120021": Code(Kind.PROVES_NOTHING, "facts 5 [G]: said of a second creation; unknown for REST", field="reference"),
    "120081": _hard(Reason.REFUSED, "", "facts 1 [I 241]: came back for valid requests for a day in 2026", _SPURIOUS),
    "120100": _hard(Reason.CONNECTION, "account", "facts 11 [G]: shipper number"),
    "120124": _hard(Reason.CONNECTION, "account", "facts 11 [G]: shipper number"),
    "120202": _hard(Reason.ADDRESS, "ship_to.address.lines", "facts 4 [R]: ship-to address line 1"),
    "120206": _hard(Reason.ADDRESS, "ship_to.address.state", "facts 11 [G]"),
    "120207": _hard(Reason.ADDRESS, "ship_to.address.postcode", "facts 11 [G]"),
    "120413": _hard(Reason.CONNECTION, "billing.account", "facts 11 [G]: account cannot be billed"),
    "120541": _hard(Reason.REFUSED, "reference", "facts 4 [G]: reference number at the wrong level"),
    "120542": _hard(Reason.REFUSED, "reference", "facts 4 [G]: reference number at the wrong level"),
    "120544": _hard(Reason.REFUSED, "reference", "facts 4 [G]: too many reference numbers"),
    "120601": _hard(Reason.WEIGHT, "packages.weight", "facts 11 [G]"),
    "120802": _hard(
        Reason.ADDRESS, "ship_to.address", "facts 14.7 [R]: address validation error on the ship-to, no field named"
    ),
    "120900": Code(Kind.NOTICE, "facts 14.11 [F]: the account does not qualify for negotiated rates"),
    "121524": Code(Kind.NOTICE, "facts 14.11 [F]: a payer of duties is not needed"),
    "123005": Code(Kind.NOTICE, "facts 14.6 [R, F]: early arrival is not guaranteed"),
    "9590018": _hard(Reason.INTERNATIONAL, "account", "facts 11: no paperless account"),
    # void
    "190001": Code(Kind.TRANSIENT, "facts 4 [G]: void, transient"),
    "190101": _hard(Reason.REFUSED, "shipment_id", "facts 4 [G]: time for void has expired"),
    "190102": _hard(Reason.REFUSED, "shipment_id", "facts 4 [R, I 108]: ambiguous", _AMBIGUOUS),
    "190104": _hard(Reason.REFUSED, "shipment_id", "facts 4 [G]: a return"),
    "190112": _hard(Reason.REFUSED, "shipment_id", "facts 4 [G]: a return"),
    "190113": _hard(Reason.REFUSED, "shipment_id", "facts 4 [G]: international, not at package level"),
    "190117": Code(Kind.VOIDED, "facts 4 [G]: already voided", field="shipment_id"),
    # label recovery
    "300000": Code(Kind.TRANSIENT, "facts 4 [G]: label recovery, transient"),
    "300001": _unnamed(2, "facts 4 [G]: several shipments"),
    "300003": _unnamed(1, "facts 4 [G]: more than 100 packages"),
    "300005": _hard(Reason.REFUSED, "reference", "facts 4 [G]: no number and no reference was given"),
    "300006": _unnamed(1, "facts 4 [G]: the label has expired"),
    "300007": Code(Kind.NOT_FOUND, "facts 4 [G]: check the data, or wait until it is processed", soon=True),
    "300033": Code(Kind.VOIDED, "facts 4 [G]: the shipment is voided", field="shipment_id"),
    "300034": _unnamed(1, "facts 4 [G]: not processed", soon=True),
    "300035": _unnamed(2, "facts 4 [G]: too many for shipper and reference"),
    "9801031": _unnamed(1, "wishes 19: a recovery right after the creation", soon=True),
    "9560131": _hard(Reason.REFUSED, "pickup", "facts 10: pickup, a sample without words"),
    # tracking
    "TW0001": Code(Kind.NOT_FOUND, "facts 7 [I 102, 166, 198]: tracking information not found"),
    "TV1002": _hard(Reason.REFUSED, "tracking_number", "facts 7: invalid inquiry number"),
    "VSS100": Code(Kind.TRANSIENT, "facts 8 [S]: subscription service failed"),
}
"""Every code that is known, by operation. `kind_of` reads it, so that an unlisted code is a hard one."""

LEFT_OUT: dict[str, str] = {
    "10007": "Track Alert: its subscriptions are not asked for",
    **dict.fromkeys(("VSS000", "VSS215", "VSS220"), "Track Alert: its subscriptions are not asked for"),
}
"""Codes of operations that this adapter does not call, each with the reason why it has no row."""

SERVICES: Mapping[str, str] = {
    "01": "Next Day Air", "02": "2nd Day Air", "03": "Ground", "07": "Express", "08": "Expedited", "11": "Standard",
    "12": "3 Day Select", "13": "Next Day Air Saver", "14": "Next Day Air Early", "17": "Worldwide Economy DDU",
    "54": "Express Plus", "59": "2nd Day Air A.M.", "65": "Saver", "70": "Access Point Economy",
    "71": "Express Freight Midday", "72": "Worldwide Economy DDP", "74": "Express 12:00", "75": "Heavy Goods",
    "82": "Today", "83": "Today", "84": "Today", "85": "Today", "86": "Today", "93": "Ground Saver",
    "96": "Express Freight", "M2": "Mail Innovations", "M3": "Mail Innovations", "M4": "Mail Innovations",
    "M5": "Mail Innovations", "M6": "Mail Innovations", "M7": "Mail Innovations", "C6": "Roadie", "C7": "Roadie",
    "C8": "Roadie", "T0": "Master", "T1": "LTL",
}  # fmt: skip
"""Service codes of a shipment (facts 3; 93 is seen in recordings, and is in no list)."""

UNLISTED = Code(Kind.HARD, "a code in no row is a hard one")


def kind_of(code: str) -> Kind:
    return CODES.get(code, UNLISTED).kind
