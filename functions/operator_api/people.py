"""The person or the machine behind a request, by the claims of a token that API Gateway has verified.

Nothing here checks a token: the JWT authorizer does. Here its claims become a name for the audit and a role.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Role(IntEnum):
    """The roles; a higher one may all that a lower one may. NOBODY is signed in and may see itself alone."""

    NOBODY = 0
    VIEWER = 1
    CLERK = 2
    OPERATOR = 3
    ENGINEER = 4

    @property
    def word(self) -> str:
        """The role as people and tokens name it."""
        return self.name.lower()


ROLES = {role.word: role for role in Role if role}
_NAME = re.compile(r"[^\x00-\x20\x7f-\x9f]{1,128}")


@dataclass(frozen=True, slots=True)
class Claims:
    """The names of an issuer's claims. `roles` gives the role of a group that is not named as the role is.

    `scope` is the one that every token needs: an ID token has none.
    """

    scope: str = "parcelbridge/api"
    role_claim: str = "cognito:groups"
    name_claim: str = "username"
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `who` as the audit names them, and the role that they have."""

    who: str
    name: str
    role: Role


def caller_of(event: Mapping[str, Any], claims: Claims) -> Caller | None:
    """The caller of an HTTP API's event (payload format 2.0); None for one without a token of ours.

    A person's role comes from groups alone, a machine's from scopes alone: so no person can ask for a role by a scope.
    """
    told = _claims_of(event)
    if claims.scope not in told.get("scope", "").split():
        return None
    name = told.get(claims.name_claim, "")
    if _NAME.fullmatch(name):
        groups = _listed(told.get(claims.role_claim, ""))
        return Caller(f"console:{name}", name, _highest(claims.roles.get(each, each) for each in groups))
    client = told.get("client_id") or told.get("azp") or ""
    if name or not _NAME.fullmatch(client):
        return None
    resource = claims.scope.rpartition("/")[0]
    scopes = (each.removeprefix(f"{resource}/") for each in told["scope"].split() if each.startswith(f"{resource}/"))
    return Caller(f"client:{client}", client, _highest(scopes))


def _claims_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The claims as texts; none where the event comes without the authorizer."""
    try:
        claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    except (KeyError, TypeError):
        return {}
    return {name: each for name, each in claims.items() if isinstance(each, str)} if isinstance(claims, dict) else {}


def _listed(text: str) -> list[str]:
    """The values of a list as API Gateway writes one, "[clerk operator]"; a claim with one value stands as it is."""
    return text[1:-1].replace(",", " ").split() if text.startswith("[") and text.endswith("]") else [text]


def _highest(words: Any) -> Role:
    """A word that is no role counts for nothing."""
    return max((ROLES[word] for word in words if word in ROLES), default=Role.NOBODY)
