"""The web console of the deployed stack in a real Chromium: the sign-in at the stack's pool, and the held orders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.entrance import PEOPLE, Entrance
from sandbox.local_process import wait_until
from sandbox.stack import CONNECTION, LocalStack
from tests.e2e.test_console_in_a_browser import Clerk
from tests.e2e.test_page_in_a_browser import driver

__all__ = ["driver"]
pytestmark = pytest.mark.e2e

PATIENCE = 300.0


class Guest(Clerk):
    """A person at the deployed console: its functions start when they are called first."""

    patience = 120.0


Visit = Callable[[str], Guest]


@pytest.fixture(scope="module")
def entrance(stack: LocalStack) -> Entrance:
    assert stack.entrance
    return stack.entrance


@pytest.fixture(scope="module")
def held(stack: LocalStack) -> list[dict[str, Any]]:
    """The orders that wait for a person."""
    found: list[dict[str, Any]] = []

    def listed() -> bool:
        found[:] = json.loads(stack.cli("orders", "list", "--held", "--json"))
        return len(found) >= 2

    stack.cli("connections", "start", CONNECTION, "--yes")
    assert wait_until(listed, PATIENCE)
    return found


@pytest.fixture
def visit(driver: str, entrance: Entrance) -> Iterator[Visit]:
    """Has a person open the console at its address and sign in at the pool's form."""
    opened: list[Guest] = []

    def sign_in(name: str) -> Guest:
        clerk = Guest(driver, "en", (1280, 900), trusting=True)
        opened.append(clerk)
        clerk.call("POST", "/url", url=entrance.address)
        clerk.until("!!document.querySelector('input[name=password]')")
        fill = """
            document.querySelector('input[name=username]').value = arguments[0];
            document.querySelector('input[name=password]').value = arguments[1];
            document.querySelector('form button').click();
        """
        clerk.run(fill, name, entrance.password)
        return clerk

    yield sign_in
    for each in opened:
        each.call("DELETE", "")


def test_a_clerk_signs_in_at_the_stack_s_pool_and_sees_the_held_orders(
    visit: Visit, entrance: Entrance, held: list[dict[str, Any]]
) -> None:
    clerk = visit("clara")
    clerk.sees(f"{len(held)} orders wait for a person")
    clerk.sees("clara")
    for order in held:
        clerk.sees(order["document"])
    clerk.clicks(f"Fix {held[0]['document']}")
    clerk.looks_well("on-the-stack")
    assert [each for each in clerk.complaints() if entrance.address in each["message"]] == []


def test_each_person_has_the_role_that_is_told(visit: Visit) -> None:
    for name, role in PEOPLE.items():
        clerk = visit(name)
        asked = """
            const done = arguments[0], kept = Object.keys(sessionStorage).find(each => each.startsWith('oidc.user:'));
            const user = JSON.parse(sessionStorage.getItem(kept));
            fetch('/api/v1/me', {headers: {authorization: `Bearer ${user.access_token}`}})
              .then(async (answer) => done(await answer.json()));
        """
        clerk.sees("Sign out")
        told = clerk.run(asked, later=True)
        assert (told["name"], told["roles"][-1]) == (name, role)


@pytest.fixture(scope="module")
def shipped(stack: LocalStack, held: list[dict[str, Any]]) -> str:
    """The document of an order that is bought and written to the ERP."""
    done: list[dict[str, Any]] = []

    def there() -> bool:
        done[:] = json.loads(stack.cli("orders", "list", "--state", "DONE", "--connection", CONNECTION, "--json"))
        return bool(done)

    assert wait_until(there, PATIENCE)
    return str(done[0]["document"])


def test_an_operator_has_a_label_voided_at_the_carrier_once(visit: Visit, stack: LocalStack, shipped: str) -> None:
    def order() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(stack.cli("orders", "show", shipped, "--json"))["head"]
        return found

    number = order()["tracking_number"]
    oscar = visit("oscar")
    oscar.sees("Sign out")
    oscar.run("location.hash = '#/orders?q=' + arguments[0]", shipped)
    oscar.clicks(shipped)
    oscar.clicks("Void…")
    oscar.types("Why", "a test of the void")
    oscar.types(f"Type the tracking number {number}", number)
    oscar.clicks("Void it")
    oscar.sees("void: done")
    assert order()["tracking_number"] == "", "no number counts any more; the ERP is corrected after the lease"
    trail = json.loads(stack.cli("audit", "show", shipped, "--json"))
    assert [each["who"] for each in trail if each["what"] == "void_asked"] == ["console:oscar"]
    oscar.looks_well("voided-on-the-stack")


def test_an_engineer_sees_what_a_dry_run_of_the_deployed_connection_finds(visit: Visit) -> None:
    edith = visit("edith")
    edith.sees("Sign out")
    edith.run("location.hash = '#/connections'")
    edith.clicks(f"Dry-run {CONNECTION}")
    edith.sees("dry run: done")
    edith.sees("documents looked at")


def test_a_wrong_password_opens_nothing(driver: str, entrance: Entrance) -> None:
    clerk = Guest(driver, "en", (1280, 900), trusting=True)
    try:
        clerk.call("POST", "/url", url=entrance.address)
        clerk.until("!!document.querySelector('input[name=password]')")
        clerk.run("document.querySelector('input[name=username]').value = 'clara'")
        clerk.run("document.querySelector('input[name=password]').value = 'Another-0ne-Aa1'")
        clerk.run("document.querySelector('form button').click()")
        clerk.sees("Incorrect")
    finally:
        clerk.call("DELETE", "")
