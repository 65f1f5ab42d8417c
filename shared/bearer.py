"""Tokens of our own: a carrier asks for one with its credential, and carries it to the webhook (OAuth 2, client
credentials).

They are JWTs, signed with Ed25519: whoever verifies them cannot issue any. The library is loaded by whoever meets a
token, not by who imports this module: most webhooks never see one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.webhook import Webhook

LIFE = timedelta(hours=1)
"""How long a token is valid."""
_ALGORITHM, _ISSUER = "EdDSA", "parcelbridge"
_LONGEST = 4096


def new_signing_key() -> str:
    """A private key (raw, in hex)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - see above

    return Ed25519PrivateKey.generate().private_bytes_raw().hex()


def verifying_key(signing_key: str) -> str:
    """The public key of a private one (both raw, in hex)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - see above

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing_key)).public_key().public_bytes_raw().hex()


def issue(signing_key: str, webhook: Webhook, now: datetime) -> str:
    """A token that is good for this webhook alone."""
    import jwt  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    claims = {"iss": _ISSUER, "aud": webhook.id, "sub": webhook.client_id, "iat": now, "exp": now + LIFE}
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing_key))
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def is_valid(token: str, webhook: Webhook, now: datetime) -> bool:
    """Tell if the token was issued for this webhook, by a key that is still valid, and has not expired."""
    return len(token) <= _LONGEST and any(_verified(token, each.key, webhook, now) for each in webhook.credentials)


def _verified(token: str, key: str, webhook: Webhook, now: datetime) -> bool:
    import jwt  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    if not key:
        return False
    try:
        claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)),
            algorithms=[_ALGORITHM],
            audience=webhook.id,
            issuer=_ISSUER,
            subject=webhook.client_id,
            # Its times are compared with our clock, which a test can set.
            options={"require": ["exp", "sub", "aud", "iss"], "verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, ValueError):
        return False
    expires = claims["exp"]
    return isinstance(expires, int) and now.timestamp() < expires
