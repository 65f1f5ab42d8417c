"""UPS error codes and what follows from them: a table of transient codes, one of hard codes, the verdict on a create.

Sources are sections of the facts file. Marks there: [S] official document, [R] recorded traffic, [I] issue, [G] the old
printed guide, whose codes may differ on REST; a code that stands in no table is a hard one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from shared.domain.state import Reason
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry


@dataclass(frozen=True, slots=True)
class UpsError:
    """One error as UPS words it."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"UPS {self.code}: {self.message}" if self.code else self.message


TRANSIENT: dict[str, str] = {
    "10004": "facts 1 [R]: the service is temporarily unavailable",
    "10429": "facts 1 [I 123, 8]: too many requests",
    "VSS100": "facts 8 [S]: subscription service failed",
    "20001": "facts 11: system error",
    "120001": "facts 11 [G]: shipping, transient",
    "190001": "facts 4 [G]: void, transient",
    "300000": "facts 4 [G]: label recovery, transient",
}

TOKEN_EXPIRED = "251004"  # noqa: S105 - an error code; facts 2: the only 401 that a new token heals
OUT_OF_TEST_COVERAGE = "9264030"  # facts 6 [R]: the test environment validates New York and California only
ALREADY_VOIDED = "190117"  # facts 4 [G]


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an order waits after a hard code, the field of the plan at fault, and what to do where that is special."""

    reason: Reason
    field: str
    source: str
    hint: str = ""


HARD: dict[str, Hold] = {
    "111285": Hold(Reason.ADDRESS, "ship_to.address.postcode", "facts 11 [R]: postal code invalid for state"),
    "120202": Hold(Reason.ADDRESS, "ship_to.address.lines", "facts 4 [R]: ship-to address line 1"),
    "120206": Hold(Reason.ADDRESS, "ship_to.address.state", "facts 11 [G]"),
    "120207": Hold(Reason.ADDRESS, "ship_to.address.postcode", "facts 11 [G]"),
    "111210": Hold(Reason.SERVICE, "service", "facts 11 [I]: service unavailable between the locations"),
    "111212": Hold(Reason.SERVICE, "packages", "facts 11 [I]: package type unavailable"),
    "111215": Hold(Reason.SERVICE, "ship_to.residential", "facts 11 [I]: service and residential address"),
    "120601": Hold(Reason.WEIGHT, "packages.weight", "facts 11 [G]"),
    "120020": Hold(Reason.FREIGHT, "packages", "facts 11 [G]: too many packages"),
    "111549": Hold(Reason.INTERNATIONAL, "value", "facts 11 [I]: contents value"),
    "9590018": Hold(Reason.INTERNATIONAL, "account", "facts 11: no paperless account"),
    "112111": Hold(Reason.CONNECTION, "account", "facts 11 [R]: missing or invalid shipper number"),
    "120100": Hold(Reason.CONNECTION, "account", "facts 11 [G]: shipper number"),
    "120413": Hold(Reason.CONNECTION, "billing.account", "facts 11 [G]: account can not be billed"),
    "120541": Hold(Reason.REFUSED, "reference", "facts 4 [G]: reference number at the wrong level"),
    "120542": Hold(Reason.REFUSED, "reference", "facts 4 [G]: reference number at the wrong level"),
    "120544": Hold(Reason.REFUSED, "reference", "facts 4 [G]: too many reference numbers"),
    "120081": Hold(
        Reason.REFUSED,
        "",
        "facts 1 [I 241]: came back for valid requests for about a day in June 2026",
        "UPS has given this code for valid requests: when the order looks right, parcelbridge orders retry ORDER",
    ),
    "190101": Hold(Reason.REFUSED, "shipment_id", "facts 4 [G]: time for void has expired"),
    "190102": Hold(
        Reason.REFUSED,
        "shipment_id",
        "facts 4 [R, I 108]: ambiguous",
        "too late, not known, or not yet processed: look the shipment up at UPS before trying again",
    ),
    "190104": Hold(Reason.REFUSED, "shipment_id", "facts 4 [G]: a return"),
    "190112": Hold(Reason.REFUSED, "shipment_id", "facts 4 [G]: a return"),
    "190113": Hold(Reason.REFUSED, "shipment_id", "facts 4 [G]: international, not at package level"),
    "TV1002": Hold(Reason.REFUSED, "tracking_number", "facts 7: invalid inquiry number"),
}

RECOVERY_NOT_FOUND = frozenset({"300007"})  # facts 4 [G]: check the data, or wait until the shipment is processed
RECOVERY_VOIDED = frozenset({"300033"})  # facts 4 [G]: it was there, and is no live shipment any more
RECOVERY_UNNAMED = {"300001": 2, "300035": 2, "300003": 1, "300006": 1, "300034": 1}
"""Facts 4 [G]: several shipments, too many for the reference, over 100 packages, label too old, not processed. At least
so many shipments are there, and recovery does not say which."""
LABEL_NOT_YET = frozenset({"300007", "300034"})  # facts 4 [G]
TRACK_NOT_FOUND = frozenset({"TW0001"})  # facts 7 [I 102, 166, 198]


class Verdict(Enum):
    """What a create answer proves (facts 5 and 11, design step 3)."""

    CREATED = "created"
    REFUSED = "refused"
    NOT_MADE = "not made, try again"
    NOT_ALLOWED = "not made, the credential is refused"
    UNKNOWN = "unknown"


_PROVES_NOTHING = frozenset({408, 409})


def create_verdict(status: int, envelope: Sequence[UpsError], *, numbered: bool) -> Verdict:
    """What an answer proves: its `status`, UPS's own error `envelope` (or none), and whether a shipment is `numbered`.

    Only a 401, a 429 and UPS's own 4xx prove that nothing was made. A 408, a 409, every 5xx (10004 included), a 4xx
    that somebody else wrote and a 200 without a shipment number prove nothing.
    """
    if 200 <= status < 300:
        return Verdict.CREATED if numbered and not envelope else Verdict.UNKNOWN
    if credential_refused(status, envelope):
        return Verdict.NOT_ALLOWED
    if status in {401, 429}:
        return Verdict.NOT_MADE
    if 400 <= status < 500 and status not in _PROVES_NOTHING and envelope:
        return Verdict.NOT_MADE if _transient(envelope) else Verdict.REFUSED
    return Verdict.UNKNOWN


def _transient(errors: Sequence[UpsError]) -> bool:
    return bool(errors) and all(error.code in TRANSIENT for error in errors)


def credential_refused(status: int, errors: Sequence[UpsError]) -> bool:
    """Whether UPS itself says no to the credential, which closes the connection. An expired token is no such thing, and
    a 403 that a proxy wrote is none either."""
    expired = any(error.code == TOKEN_EXPIRED for error in errors)
    return status in {401, 403} and bool(errors) and not expired and not _transient(errors)


_UNLISTED = Hold(Reason.REFUSED, "", "a code in no table is a hard one")


def refusal(errors: Sequence[UpsError]) -> Refused:
    """The refusal of a hard code: the first one that is known decides reason and field."""
    known = next((HARD[error.code] for error in errors if error.code in HARD), _UNLISTED)
    return Refused(known.reason, worded(errors), field=known.field, hint=known.hint)


def not_allowed(errors: Sequence[UpsError], status: int) -> Misconfigured:
    """The credential is refused: nobody but a person can mend that."""
    said = worded(errors) or f"UPS answered {status}"
    hint = "check the client id, its secret and the account in UPS's developer portal, then set the secret again"
    return Misconfigured(f"UPS refuses the credential: {said}", field="carrier secret", hint=hint)


def read_error(status: int, errors: Sequence[UpsError], after: float | None) -> ParcelbridgeError:
    """The kind of error behind an answer to a call that may be repeated: anything but a create."""
    said = worded(errors) or f"UPS answered {status} without a word"
    if status == 429 or status >= 500 or any(error.code in TRANSIENT for error in errors):
        return Retry(said, after)
    if credential_refused(status, errors):
        return not_allowed(errors, status)
    if not errors or status == 408:  # a proxy, a cut body: not UPS's own no
        return Retry(said, after)
    return refusal(errors)


def worded(errors: Sequence[UpsError]) -> str:
    return "; ".join(map(str, errors))
