"""The .ionapi file: the credentials of an Infor ION API backend service (facts/infor.md, section 1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.domain.hints import Action, Hint, do
from shared.errors import Misconfigured
from shared.url import rebase

WHAT_IT_IS = (
    "the credentials file of an Infor ION API backend service; an administrator makes it in ION API, Authorized Apps, "
    'type Backend Service, Download Credentials with "Create Service Account" ticked'
)
_REQUIRED = ("ti", "ci", "cs", "iu", "pu", "ot")


@dataclass(frozen=True, slots=True)
class IonApi:
    """The credentials file, validated. `access_key` is "" for an application with client credentials only."""

    tenant: str
    gateway: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


def read_ionapi(text: str) -> dict[str, str]:
    """The fields of an .ionapi file, for storing. Raises Misconfigured naming the key that is missing or wrong."""
    try:
        loaded = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise _wrong("(file)", f"it is not JSON: {error}") from None
    if not isinstance(loaded, dict):
        raise _wrong("(file)", "it holds no object of keys and values")
    fields = {str(key): "" if value is None else str(value).strip() for key, value in loaded.items()}
    ionapi_of(fields)
    return fields


def ionapi_of(fields: Mapping[str, str], base_url: str | None = None) -> IonApi:
    """The validated credentials, on the host of `base_url` where one is set. Raises Misconfigured naming the key."""
    for key in _REQUIRED:
        if not fields.get(key, "").strip():
            raise _wrong(key, f"the key {key!r} is missing")
    for key in ("iu", "pu"):
        parts = urlsplit(fields[key])
        if parts.scheme != "https" or not parts.hostname:
            raise _wrong(key, f"the key {key!r} is {fields[key]!r}, an address that begins with https:// is expected")
    for one, other in (("saak", "sask"), ("sask", "saak")):
        if fields.get(one) and not fields.get(other):
            raise _wrong(other, f"the key {other!r} is missing beside {one!r}")
    return IonApi(
        tenant=fields["ti"],
        gateway=rebase(fields["iu"].rstrip("/"), base_url),
        token_url=rebase(fields["pu"].rstrip("/") + "/" + fields["ot"].lstrip("/"), base_url),
        client_id=fields["ci"],
        client_secret=fields["cs"],
        access_key=fields.get("saak", ""),
        secret_key=fields.get("sask", ""),
    )


def _wrong(key: str, what: str) -> Misconfigured:
    return Misconfigured(
        f"the .ionapi file cannot be used: {what}. It is {WHAT_IT_IS}.",
        field=key,
        hint=Hint("{0}", (do(Action.SET_CREDENTIAL, side="erp", ionapi="FILE"),)),
    )
