"""The webhook of a connection: where its carrier sends events, and what proves that they come from there. Pure.

The webhook knows digests and verifying keys only: whoever reads it can neither send an event nor issue a token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

VALID_AT_ONCE = 2
"""Credentials that are valid beside each other, so that a rotation loses no event."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential as the public side knows it: its SHA-256, and the key by which its tokens are verified (Ed25519,
    raw, in hex)."""

    digest: str
    key: str = ""


class Signed(Enum):
    """How a call is signed by its carrier: only WELL is good."""

    WELL = auto()
    NOT = auto()
    LONG_AGO = auto()
    BY_UNKNOWN_KEY = auto()
    WRONGLY = auto()


@dataclass(frozen=True, slots=True)
class Webhook:
    """`id` is the random part of its address, `carrier` the kind whose events it takes for `connection`.

    `credentials` are those that are valid, the newest first. `keys` are the public keys by which the carrier signs, id
    and modulus, where it does.
    """

    id: str
    connection: str
    carrier: str
    credentials: tuple[Credential, ...]
    version: int = 1
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """Its path below the deployment's base address."""
        return f"/webhooks/{self.carrier}/{self.id}"

    @property
    def client_id(self) -> str:
        """The client id with which the carrier asks for a token."""
        return self.connection

    def admits(self, presented: bytes) -> bool:
        """Tell if it is one of the valid credentials; takes the same time for all that are not."""
        digest = digest_of(presented).encode()
        return sum(hmac.compare_digest(digest, each.digest.encode()) for each in self.credentials) > 0

    def is_client(self, presented: bytes) -> bool:
        """Tell if it is the client id; takes the same time for any other."""
        return hmac.compare_digest(presented, self.client_id.encode())

    def rotated(self, new: Credential, former: str) -> Webhook:
        """With a new credential, beside the one of digest `former`, which is in use."""
        kept = [each for each in self.credentials if each.digest == former][: VALID_AT_ONCE - 1]
        return replace(self, credentials=(new, *kept), version=self.version + 1)

    def signed_by(self, keys: Mapping[str, str]) -> Webhook:
        """With these keys of its carrier; itself where it has them already."""
        known = tuple(sorted(keys.items()))
        return self if known == self.keys else replace(self, keys=known, version=self.version + 1)

    def ended(self, current: str) -> Webhook:
        """With nothing but the credential of digest `current`."""
        kept = tuple(each for each in self.credentials if each.digest == current)
        return self if kept == self.credentials else replace(self, credentials=kept, version=self.version + 1)


def digest_of(credential: bytes) -> str:
    """Return the digest under which a credential is kept. The credential is random and long, so that its plain SHA-256
    reveals nothing of it."""
    return hashlib.sha256(credential).hexdigest()


def new_id() -> str:
    """A webhook's id that nobody can guess."""
    return secrets.token_urlsafe(16)


def new_credential() -> str:
    """A credential: 256 random bits, in letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(32)


def is_id(text: str) -> bool:
    """Tell if the text can be a webhook's id, so that no store is asked for an impossible one."""
    return _ID.fullmatch(text) is not None
