"""The token desk: who gets a token, how long it lives, how many a day (facts 2)."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Issued:
    """One token that was given out."""

    client_id: str
    ends: datetime


@dataclass
class TokenDesk:
    """Gives out tokens and knows them again. `clients` maps client id to secret; `daily` is the quota of one client."""

    clients: dict[str, str]
    lifetime: timedelta = timedelta(seconds=14399)
    daily: int = 250
    tokens: dict[str, Issued] = field(default_factory=dict)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    _serial: int = 0

    def client_of(self, authorization: str) -> str | None:
        """The client of a Basic header, None when id or secret are wrong."""
        kind, _, encoded = authorization.partition(" ")
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = kind == "Basic" and client_id in self.clients and self.clients[client_id] == secret
        return client_id if known else None

    def over_quota(self, client_id: str, now: datetime) -> bool:
        """Counts the request."""
        self.asked[client_id, f"{now:%Y%m%d}"] += 1
        return self.asked[client_id, f"{now:%Y%m%d}"] > self.daily

    def issue(self, client_id: str, now: datetime) -> str:
        self._serial += 1
        value = f"sandbox-{client_id}-{self._serial:06d}"
        self.tokens[value] = Issued(client_id, now + self.lifetime)
        return value

    def refusal(self, authorization: str, now: datetime) -> tuple[str, str] | None:
        """Why a Bearer header is not accepted, as UPS's code and message; None when it is."""
        kind, _, value = authorization.partition(" ")
        issued = self.tokens.get(value)
        if kind != "Bearer" or issued is None:
            return "UJ0001", "Invalid token or token is not present."
        return ("251004", "Bearer Token expired.") if now >= issued.ends else None

    def holder_of(self, authorization: str) -> str:
        """The client of a Bearer header that is accepted."""
        return self.tokens[authorization.partition(" ")[2]].client_id

    def expire(self) -> None:
        """Every token that is out has expired now: 251004, which a new one heals."""
        for issued in self.tokens.values():
            issued.ends = datetime.min.replace(tzinfo=issued.ends.tzinfo)

    def revoke(self) -> None:
        """No token that is out is known any more: UJ0001."""
        self.tokens.clear()
