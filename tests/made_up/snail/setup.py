"""The set-up of a Snail connection for a person."""

from __future__ import annotations

from collections.abc import Mapping

from shared.connection import Asked, CredentialForm, Setup
from shared.errors import Misconfigured

SAMPLE = """\
carrier:
  kind: snail
  # no account: the key says whose it is

label: {format: PNG, stock: 4x6, to: warehouse}
"""


def _fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """Raises Misconfigured for what is no key of Snail."""
    if not given["key"].startswith("slime-"):
        raise Misconfigured("a key of Snail begins with slime-", field="key")
    return dict(given)


SETUP = Setup(
    CredentialForm(
        asked=(Asked("name", "name of the key", "NAME"), Asked("key", "key", how="secret")),
        shown=("key", "name"),
        fields_of=_fields_of,
    ),
    SAMPLE,
)
