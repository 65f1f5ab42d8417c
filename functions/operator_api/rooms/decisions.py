"""Decisions on orders: fix, retry, dismiss, approve. Each names the version that the person saw."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, StringConstraints

from functions.operator_api.answers import Answer, Problem
from functions.operator_api.errors import problem_of
from functions.operator_api.fields import Asked, Key, Seen, Text, Version, Why, key_text, store_key
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.rooms.orders import existing, sheet_of
from functions.operator_api.sheets import Sheet
from shared.domain.money import Money
from shared.workflow.desk import approve as approving
from shared.workflow.desk import dismiss as dismissing
from shared.workflow.desk import fix as fixing

room = Room("decisions")
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+){0,4}$", max_length=64)]
MOST = 100
"""The most orders that one request approves."""


class Quoted(Asked):
    """The quote that the person saw."""

    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}\.[0-9]{2}$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @property
    def money(self) -> Money:
        """The quote as an amount."""
        return Money(Decimal(self.amount), self.currency)


class Fixes(Asked):
    """Values by field: ship_to.phone, ship_to.address.city, weight, service, address (candidate:1 or as-is)..."""

    version: Version
    fixes: Annotated[dict[FieldName, Text], Field(min_length=1, max_length=20)]


class AtVersion(Asked):
    """The version that the person saw."""

    version: Version


class Dismissal(Asked):
    """Why the order is not shipped: it stands in the trail."""

    version: Version
    why: Why


class Approval(Asked):
    """A yes to the quote that was seen."""

    version: Version
    quote: Quoted


class OneOfMany(Approval):
    """An order and the quote on it."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", min_length=1, max_length=700)]


class Approvals(Asked):
    """Orders to be approved, each at the quote that was seen on it."""

    orders: Annotated[list[OneOfMany], Field(min_length=1, max_length=MOST)]


class Result(Answer):
    """The result of one of many: the order's version and state, or the problem."""

    key: str
    approved: bool
    version: int | None
    state: str | None
    problem: Problem | None


class Results(Answer):
    """A result a row, in the order in which they were asked for."""

    results: list[Result]


@room.allows(Role.CLERK, "POST", "/orders/<key>/fixes", "Correct fields of an order that has no label yet.")
def fix(key: Key, asked: Fixes) -> Sheet:
    """The fixes lie over the ERP's values, and the order goes on."""
    texts = [f"{field}={value}" for field, value in asked.fixes.items()]
    head = existing(key)
    return sheet_of(fixing.fix(room.office.ports, head.key, texts, room.caller.who, version=asked.version))


@room.allows(Role.CLERK, "DELETE", "/orders/<key>/fixes/<field>", "Take a fix back.")
def undo_fix(
    key: Key, field: Annotated[str, Path(pattern=r"^[a-z_]+(\.[a-z0-9_]+){0,4}$", max_length=64)], version: Seen
) -> Sheet:
    """The ERP's value counts again, and the order goes on."""
    head = existing(key)
    return sheet_of(fixing.fix(room.office.ports, head.key, [], room.caller.who, [field], version=version))


@room.allows(Role.CLERK, "POST", "/orders/<key>/retry", "Let a held order go on.")
def retry(key: Key, asked: AtVersion) -> Sheet:
    """It goes on from where it stopped."""
    head = existing(key)
    return sheet_of(approving.retry(room.office.ports, head.key, room.caller.who, version=asked.version))


@room.allows(Role.CLERK, "POST", "/orders/<key>/dismissal", "Let a held order be.")
def dismiss(key: Key, asked: Dismissal) -> Sheet:
    """It is not shipped, unless the ERP changes it."""
    ports, head = room.office.ports, existing(key)
    return sheet_of(dismissing.dismiss(ports, head.key, asked.why, room.caller.who, version=asked.version))


@room.allows(Role.CLERK, "DELETE", "/orders/<key>/dismissal", "Take a dismissal back.")
def undo_dismissal(key: Key, version: Seen) -> Sheet:
    """The next poll reads the order and goes on with it."""
    head = existing(key)
    return sheet_of(dismissing.take_back(room.office.ports, head.key, room.caller.who, version=version))


@room.allows(Role.CLERK, "POST", "/orders/<key>/approval", "Approve the quote that was seen.")
def approve(key: Key, asked: Approval) -> Sheet:
    """The order is bought next, for at most 5 % more."""
    ports, head = room.office.ports, existing(key)
    who, seen = room.caller.who, asked.quote.money
    return sheet_of(approving.approve(ports, head.key, who, seen=seen, version=asked.version))


@room.allows(Role.CLERK, "POST", "/approvals", "Approve many orders, each at the quote that was seen on it.")
def approve_many(asked: Approvals) -> Results:
    """One that is refused does not keep the others waiting."""
    seen = [approving.Seen(store_key(each.key), each.version, each.quote.money) for each in asked.orders]
    done = approving.approve_each(room.office.ports, seen, room.caller.who)
    return Results(results=[_result(each) for each in done])


def _result(each: approving.Approved) -> Result:
    problem = problem_of(each.error, room.office.ports, each.seen.key)[1] if each.error else None
    return Result(
        key=key_text(each.seen.key),
        approved=each.head is not None,
        version=each.head.version if each.head else None,
        state=each.head.state if each.head else None,
        problem=problem,
    )
