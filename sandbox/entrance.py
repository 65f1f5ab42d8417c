"""The way into the console of a local stack: a person for each role, with a password that is made for it alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sandbox.local_server import LocalAws

CONTEXT = ("console=true",)
"""The context of a deploy that makes the console."""
PEOPLE = {"vera": "viewer", "clara": "clerk", "oscar": "operator", "edith": "engineer"}
"""The role of each person."""


@dataclass(frozen=True)
class Entrance:
    """The console's address, and the password of all PEOPLE."""

    address: str
    password: str


def open_entrance(aws: LocalAws) -> Entrance:
    """Makes the people in the pool of a stack that was deployed with CONTEXT."""
    pool, cognito = aws.outputs["ConsolePool"], aws.client("cognito-idp")
    password = new_password()
    for name, role in PEOPLE.items():
        mail = [{"Name": "email", "Value": f"{name}@sandbox.example"}]
        cognito.admin_create_user(UserPoolId=pool, Username=name, UserAttributes=mail, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role)
    return Entrance(aws.outputs["ConsoleAddress"], password)


def close_entrance(home: Path) -> None:
    """Takes the people off the state of an AWS that has ended: it saves their password with them."""
    (home / "state" / "cognito.json").unlink(missing_ok=True)


def new_password() -> str:
    """A password of 96 random bits, with each kind of character that the pool asks for."""
    return f"{secrets.token_urlsafe(12)}-Aa1"
