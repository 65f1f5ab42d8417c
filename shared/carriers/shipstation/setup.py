"""The parts that set a ShipStation account up: the API key, and the carrier's part of a new file."""

from __future__ import annotations

from collections.abc import Mapping

from shared.carriers.shipstation.push import simulated
from shared.connection import Asked, CredentialForm, Setup
from shared.errors import Misconfigured

SAMPLE = """\
carrier:
  kind: shipstation
  api: v2                    # v1 is the legacy API, with a key and its secret
  accounts: {ups: ""}        # how codes of services begin: the carrier account's id in ShipStation, such as se-123456
  shipper: {location: HQ}    # whose phone stands for a sender that has none: one of the locations below

label: {format: PDF, stock: 4x6, to: warehouse}

locations:
  HQ:
    name: ""
    phone: ""
    address: {lines: [""], city: "", state: "", postcode: "", country: ""}
"""


def fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """The credential's fields: V2 has one key, V1 a key and a secret, given as KEY:SECRET. Raises Misconfigured."""
    api, key = given["api"].lower(), given["api_key"]
    name, colon, secret = key.partition(":")
    if api not in ("v1", "v2"):
        raise Misconfigured("the API is v1 or v2", field="api")
    if bool(colon) != (api == "v1") or not name or (colon and not secret):
        wanted = "a key without a colon" if api == "v2" else "KEY:SECRET, both of them with a colon between"
        raise Misconfigured(f"a credential of {api} is {wanted}", field="api_key", hint="nothing was stored")
    return {"api": api, "api_key": name, **({"api_secret": secret} if colon else {})}


SETUP = Setup(
    CredentialForm(
        asked=(
            Asked("api", "API that the key is for: v2 or v1", "API"),
            Asked("api_key", "API key of v2, or KEY:SECRET of v1", how="secret"),
        ),
        shown=("API", "api"),
        fields_of=fields_of,
    ),
    SAMPLE,
    simulated,
)
