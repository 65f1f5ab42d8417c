"""The set of public keys by which ShipStation signs its webhooks, from the one host that has it.

No credential goes there: it is another host than that of the API (facts 5).
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.carriers.shipstation.settings import ShipStationSettings
from shared.carriers.shipstation.signature import keys_of
from shared.errors import Retry
from shared.http import Lost, NotSent, Request, Transport
from shared.ports import Clock
from shared.url import rebase

JWKS = "https://api.shipengine.com/jwks"
LIFE = timedelta(hours=1)


class _Read(NamedTuple):
    keys: Mapping[str, str]
    at: datetime


class SigningKeys:
    """The key set as one connection sees it; `kept` has it for the life of the process."""

    def __init__(
        self,
        settings: ShipStationSettings,
        transport: Transport,
        clock: Clock,
        kept: MutableMapping[str, object],
    ) -> None:
        self._transport, self._clock, self._kept = transport, clock, kept
        self._url, self._timeout = rebase(JWKS, settings.base_url), settings.read_timeout

    def lately(self) -> Mapping[str, str]:
        """The keys of an hour ago at the latest. Raises Retry where they cannot be read just now: without them each
        push would be refused."""
        read = self._kept.get(self._url)
        if isinstance(read, _Read) and self._clock.now() - read.at < LIFE:
            return read.keys
        return self.now()

    def now(self) -> Mapping[str, str]:
        """The keys as they are now. Raises Retry where there is no key set to be read."""
        try:
            answer = self._transport.send(Request("GET", self._url), timeout=self._timeout)
        except (NotSent, Lost) as error:
            raise Retry(f"the key set of ShipStation cannot be read: {error}") from error
        keys = keys_of(answer.json()) if answer.status == 200 else {}
        if not keys:
            message = f"the key set of ShipStation has no key that can be used (HTTP {answer.status})"
            raise Retry(message, answer.retry_after(self._clock.now()))
        self._kept[self._url] = _Read(keys, self._clock.now())
        return keys
