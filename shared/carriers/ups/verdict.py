"""Judge an answer that is not the expected one: the verdict on a create, the kind of error of a read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from shared.carriers.ups.codes import CODES, UNLISTED, Kind, UpsError, kind_of
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry


class Verdict(Enum):
    """The conclusion that an answer to a create allows (facts 5 and 11, design step 3)."""

    CREATED = "created"
    REFUSED = "refused"
    NOT_MADE = "not made, try again"
    NOT_ALLOWED = "not made, the credential is refused"
    UNKNOWN = "unknown"


_PROVES_NOTHING = frozenset({408, 409})


def create_verdict(status: int, envelope: Sequence[UpsError], *, numbered: bool) -> Verdict:
    """Judge an answer: its `status`, UPS's own error `envelope` (or none), and whether a shipment is `numbered`.

    Only a 401, a 429 and UPS's own 4xx prove that nothing was made. A 408, a 409, every 5xx (10004 included), a 4xx
    that somebody else wrote, a code that may speak of a shipment made before (120021) and a 2xx without a shipment
    number prove nothing.
    """
    if 200 <= status < 300:
        return Verdict.CREATED if numbered and not envelope else Verdict.UNKNOWN
    if credential_refused(status, envelope):
        return Verdict.NOT_ALLOWED
    if status in {401, 429}:
        return Verdict.NOT_MADE
    if 400 <= status < 500 and status not in _PROVES_NOTHING and envelope:
        if any(kind_of(error.code) is Kind.PROVES_NOTHING for error in envelope):
            return Verdict.UNKNOWN
        return Verdict.NOT_MADE if _transient(envelope) else Verdict.REFUSED
    return Verdict.UNKNOWN


def _transient(errors: Sequence[UpsError]) -> bool:
    return bool(errors) and all(kind_of(error.code) is Kind.TRANSIENT for error in errors)


def token_expired(status: int, errors: Sequence[UpsError]) -> bool:
    """Tell if UPS calls the token expired: the only 401 that a new token heals (facts 2)."""
    return status == 401 and any(kind_of(error.code) is Kind.EXPIRED for error in errors)


def credential_refused(status: int, errors: Sequence[UpsError]) -> bool:
    """Tell if UPS itself refuses the credential, which closes the connection. An expired token does not count, and
    neither does a 403 that a proxy wrote."""
    return status in {401, 403} and bool(errors) and not token_expired(401, errors) and not _transient(errors)


def refusal(errors: Sequence[UpsError]) -> Refused:
    """The refusal of a hard code: the first one that is known decides reason and field."""
    known = next((CODES[error.code] for error in errors if error.code in CODES), UNLISTED)
    return Refused(known.reason, worded(errors), field=known.field, hint=known.hint)


def not_allowed(errors: Sequence[UpsError], status: int, product: str = "") -> Misconfigured:
    """The credential is refused: nobody but a person can correct that.

    `product` names what was called with a token that UPS had given for this very credential; "" is the token itself.
    Then the secret is right, and the app lacks the product or the account (facts 2: 250002 is said of both).
    """
    said = worded(errors) or f"UPS answered {status}"
    if product:
        hint = (
            f"UPS gave a token and refuses {product}: add the product {product} to the app in UPS's developer portal, "
            "and see that the account belongs to it; set the secret again only when both are right"
        )
        return Misconfigured(f"UPS refuses {product} to the app: {said}", field="carrier secret", hint=hint)
    hint = "check the client id, its secret and the account in UPS's developer portal, then set the secret again"
    return Misconfigured(f"UPS refuses the credential: {said}", field="carrier secret", hint=hint)


def read_error(status: int, errors: Sequence[UpsError], after: float | None, product: str = "") -> ParcelbridgeError:
    """The kind of error behind an answer to a call that may be repeated: anything but a create. `product` is that of
    the call, "" for the token's."""
    said = worded(errors) or f"UPS answered {status} without a word"
    transient = any(kind_of(error.code) is Kind.TRANSIENT for error in errors)
    if status == 429 or status >= 500 or transient or token_expired(status, errors):
        return Retry(said, after)
    if credential_refused(status, errors):
        return not_allowed(errors, status, product)
    if not errors or status == 408:  # a proxy, a cut body: not UPS's own no
        return Retry(said, after)
    return refusal(errors)


def worded(errors: Sequence[UpsError]) -> str:
    return "; ".join(map(str, errors))
