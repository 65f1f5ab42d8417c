"""Who may call what (G24): each route has its role in a table here, and nothing is allowed that stands in none."""

from __future__ import annotations

from typing import Any

import pytest

from functions.operator_api.app import ROOMS
from functions.operator_api.people import Claims, Role, caller_of
from functions.operator_api.room import Room
from shared.errors import Misconfigured
from tests.component.operator_api.counter import Counter, event_of, machine, person

NEEDS = {
    "GET /me": "nobody",
    "GET /status": "viewer",
    "GET /orders": "viewer",
    "GET /orders/<key>": "viewer",
    "GET /orders/<key>/trail": "viewer",
    "GET /orders/<key>/parcels": "viewer",
    "GET /orders/<key>/candidates": "clerk",
    "POST /orders/<key>/fixes": "clerk",
    "DELETE /orders/<key>/fixes/<field>": "clerk",
    "POST /orders/<key>/retry": "clerk",
    "POST /orders/<key>/dismissal": "clerk",
    "DELETE /orders/<key>/dismissal": "clerk",
    "POST /orders/<key>/approval": "clerk",
    "POST /approvals": "clerk",
    "GET /labels": "clerk",
    "GET /labels/to-print": "clerk",
    "POST /labels/sheet": "clerk",
    "GET /orders/<key>/labels/<number>": "clerk",
    "POST /orders/<key>/labels/sent": "clerk",
    "GET /parcels/<number>": "viewer",
    "GET /arrivals": "viewer",
    "GET /arrivals.ics": "viewer",
    "GET /costs": "viewer",
    "GET /connections": "viewer",
    "GET /connections/<name>": "viewer",
    "GET /connections/<name>/revisions/<number>": "engineer",
    "POST /connections/<name>/pause": "operator",
    "POST /connections/<name>/resume": "operator",
    "POST /connections/<name>/poll": "operator",
    "GET /receipts": "viewer",
    "POST /receipts/<key>/retry": "operator",
    "GET /unknown": "viewer",
    "GET /orders/<key>/errands": "clerk",
    "POST /orders/<key>/void": "operator",
    "POST /orders/<key>/proposal": "operator",
    "POST /orders/<key>/shipment": "operator",
    "POST /unknown/<key>/look": "operator",
    "POST /unknown/<key>/adoption": "operator",
    "POST /unknown/<key>/absent": "operator",
    "GET /connections/<name>/errands": "engineer",
    "POST /connections/<name>/dry-run": "engineer",
    "POST /connections/<name>/test": "engineer",
}
CALLERS: dict[str, tuple[dict[str, Any] | None, Role | None]] = {
    "nothing": (None, None),
    "an ID token": ({"cognito:username": "clara", "cognito:groups": "[engineer]", "token_use": "id"}, None),
    "a token of another API": (person("engineer", scope="openid other/api"), None),
    "no group": (person(), Role.NOBODY),
    "a group that is no role": (person("clerkx"), Role.NOBODY),
    "a person who asks for a role by a scope": (person(scope="parcelbridge/api parcelbridge/engineer"), Role.NOBODY),
    "a viewer": (person("viewer"), Role.VIEWER),
    "a clerk": (person("clerk"), Role.CLERK),
    "an operator": (person("operator"), Role.OPERATOR),
    "an engineer": (person("engineer"), Role.ENGINEER),
    "a machine without a role": (machine(), Role.NOBODY),
    "a machine that reads": (machine("parcelbridge/viewer"), Role.VIEWER),
}


def test_g24_each_route_needs_the_role_of_the_table() -> None:
    found = {f"{each.method} {each.rule}": each.role.word for room in ROOMS for each in room.entries()}
    assert found == NEEDS


@pytest.mark.parametrize("caller", CALLERS)
def test_g24_every_caller_is_let_in_where_the_role_says_so_and_nowhere_else(caller: str) -> None:
    counter = Counter()
    claims, role = CALLERS[caller]
    for route, needed in NEEDS.items():
        method, rule = route.split()
        path = rule.replace("<key>", "abc").replace("<field>", "weight").replace("<number>", "1").replace("<name>", "x")
        answer = counter.ask(method, path, claims, {} if method == "POST" else None)
        allowed = role is not None and role >= Role[needed.upper()]
        assert (answer.status == 403) == (not allowed), (route, answer)
        assert answer.status < 500, (route, answer)
        if not allowed:
            assert answer.problem
    assert counter.ask("GET", "/nothing", claims).status == (404 if role else 403)


def test_a_route_that_does_not_say_who_may_call_it_does_not_start() -> None:
    room = Room("new")

    @room.get("/secrets")
    def show() -> dict[str, str]:
        return {}

    with pytest.raises(Misconfigured, match="GET /secrets does not say who may call it"):
        list(room.entries())
    assert show() == {}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("[clerk operator]", Role.OPERATOR),
        ("[clerk, viewer]", Role.CLERK),
        ("clerk", Role.CLERK),
        ("[clerkx]", Role.NOBODY),
        ("[[clerk]]", Role.NOBODY),
        ("clerk operator", Role.NOBODY),
        ("[nobody]", Role.NOBODY),
        ("[CLERK]", Role.NOBODY),
        ("[]", Role.NOBODY),
        ("", Role.NOBODY),
    ],
)
def test_groups_are_read_as_api_gateway_writes_them(groups: str, role: Role) -> None:
    event = event_of("GET", "/me", person(**{"cognito:groups": groups}), None, {}, {})
    caller = caller_of(event, Claims())
    assert caller
    assert caller.role == role


def test_an_issuer_of_the_customer_names_its_own_claims_and_groups() -> None:
    claims = Claims("api://parcelbridge/api", "groups", "preferred_username", {"Logistics": "clerk"})
    told = {"scope": "api://parcelbridge/api", "groups": "[Sales Logistics]", "preferred_username": "bob@acme.example"}
    caller = caller_of(event_of("GET", "/me", told, None, {}, {}), claims)
    assert caller
    assert (caller.who, caller.role) == ("console:bob@acme.example", Role.CLERK)


@pytest.mark.parametrize("name", ["", " ", "clara jones", "a\nb", "x" * 129])
def test_a_name_that_an_audit_cannot_hold_is_nobody_s(name: str) -> None:
    event = event_of("GET", "/me", {**person("clerk", name=name), "client_id": ""}, None, {}, {})
    assert caller_of(event, Claims()) is None


def test_a_signed_in_person_sees_name_and_roles_and_without_a_group_no_role() -> None:
    counter = Counter()
    assert counter.ask("GET", "/me", person("operator")).body == {
        "name": "clara.jones",
        "roles": ["viewer", "clerk", "operator"],
    }
    assert counter.ask("GET", "/me", person()).body == {"name": "clara.jones", "roles": []}
