"""The credential of each call: an API key (V2), or a key with its secret (V1). There is no token to renew."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.hints import Action, Hint, do
from shared.errors import Misconfigured
from shared.ports import Secrets


@dataclass(frozen=True, slots=True)
class Credential:
    """The headers of an authorised call, and a name for the credential that shows nothing of it."""

    headers: dict[str, str]
    name: str


class ShipStationAuth:
    """Reads the credential at each call: a new one is used as soon as it is stored."""

    def __init__(self, settings: ShipStationSettings, secrets: Secrets) -> None:
        self._settings, self._secrets = settings, secrets

    def credential(self) -> Credential:
        """Raises Misconfigured when none is stored, or one of the other API: a key of V2 does not open V1 (facts 1)."""
        secret, api = self._secrets.get(self._settings.connection_id, "carrier"), self._settings.api
        key, second = secret.get("api_key", ""), secret.get("api_secret", "")
        if not key:
            raise Misconfigured("the carrier's secret has no api_key", field="carrier secret", hint=self.hint())
        given = "v1" if second else "v2"
        if given != api:
            raise Misconfigured(
                f"the stored credential is one of {given}, and carrier.api is {api}",
                field="carrier secret",
                hint=self.hint(f"set carrier.api: {given} in the connection file, or "),
            )
        name = hashlib.sha256(f"{key}\n{second}".encode()).hexdigest()[:16]
        basic = base64.b64encode(f"{key}:{second}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"} if api == "v1" else {"API-Key": key}
        return Credential(headers, f"shipstation/{name}")

    def hint(self, before: str = "") -> Hint:
        """Advice for a person about a credential that does not serve."""
        connection, api = self._settings.connection_id, self._settings.api
        act = do(Action.SET_CREDENTIAL, connection=connection, side="carrier", api=api)
        return Hint(f"{before}make a key under Settings, Account, API Settings in ShipStation, then {{0}}", (act,))
