"""The signature of V2's webhooks: RSASSA-PKCS1-v1_5 with SHA-256 over the timestamp and the body's bytes (facts 5).

The library is loaded by whoever verifies a signature, not by who imports this module: the function behind the webhooks
starts without it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.track import instant
from shared.domain.webhook import Signed

KEY_ID, SIGNATURE, TIMESTAMP = (
    "x-shipengine-rsa-sha256-key-id",
    "x-shipengine-rsa-sha256-signature",
    "x-shipengine-timestamp",
)
TOLERANCE = timedelta(minutes=5)
"""How far the timestamp may be from our clock, to either side."""
MOST_KEYS = 10
_EXPONENT, _LEAST_BITS, _MOST_BITS = 65537, 2048, 8192
_LONGEST_ID = 200


def keys_of(body: Any) -> dict[str, str]:
    """The keys of a key set (JWKS), id → modulus as it is written; those that are no RSA key for signatures of 2,048
    bits and the usual exponent are left out."""
    found = {}
    for row in rows(inside(body, "keys"))[:MOST_KEYS]:
        key_id, modulus = text(row.get("kid")), text(row.get("n"))
        use, exponent = text(row.get("use")) or "sig", _number(row.get("e"))
        usual = (text(row.get("kty")), use, exponent) == ("RSA", "sig", _EXPONENT)
        if usual and 0 < len(key_id) <= _LONGEST_ID and _LEAST_BITS <= _number(modulus).bit_length() <= _MOST_BITS:
            found[key_id] = modulus
    return found


def verified(headers: Mapping[str, str], body: bytes, keys: Mapping[str, str], now: datetime) -> Signed:
    """Tell how one of `keys` signed these bytes about now. Header names are lower case."""
    key_id, written, stamp = (headers.get(name, "") for name in (KEY_ID, SIGNATURE, TIMESTAMP))
    if not (key_id and written and stamp):
        return Signed.NOT
    at = instant(stamp)
    if at is None or abs(now - at) > TOLERANCE:
        return Signed.LONG_AGO
    if key_id not in keys:
        return Signed.BY_UNKNOWN_KEY
    try:
        signature = base64.b64decode(written, validate=True)
        signed = f"{stamp}.".encode("ascii") + body
    except (binascii.Error, ValueError):
        return Signed.WRONGLY
    return Signed.WELL if _fits(signature, signed, _number(keys[key_id])) else Signed.WRONGLY


def _fits(signature: bytes, signed: bytes, modulus: int) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    try:
        RSAPublicNumbers(_EXPONENT, modulus).public_key().verify(signature, signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _number(value: Any) -> int:
    """A number in a key set: base64url of its bytes; 0 for what is none."""
    written = text(value)
    try:
        return int.from_bytes(base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return 0
