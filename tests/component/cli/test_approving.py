"""`orders approve`: the quote that was seen is what is approved, one by one or all below an amount."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.money import Money
from shared.domain.record import Snapshot
from shared.domain.shipment import Quote
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Conflict
from tests.builders import an_order, usd
from tests.component.cli.fakes import ME, Desk


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    return desk


def asks(desk: Desk, document: str = "1000001", price: str = "151.00", currency: str = "USD") -> str:
    """An order that waits for the approval of a price."""
    later = desk.clock.now() + timedelta(seconds=int(document[-2:]))
    key = desk.takes(document, created_at=later)
    quote = Money(usd(price).amount, currency)
    snapshot = Snapshot(1, an_order(document), None, Quote("03", quote), problem="approve.mode is manual")
    desk.moves(key, State.HELD, reason="approval", quote=quote, service="03", snapshot=snapshot)
    return key


def stands(desk: Desk, key: str) -> str:
    head = desk.ports.orders.head(key)
    assert head
    return f"{head.state} {head.reason}".strip()


# --- one ---


def test_s25_without_a_quote_the_price_is_shown_and_asked_about(running: Desk) -> None:
    key = asks(running)
    result = running.run("orders", "approve", "1000001", given="y\n")
    assert result.exit_code == 0
    assert "approve 1000001 at about 151.00 USD? [y/N]" in result.stdout
    assert "Acme Warehouse 1" in result.stdout
    assert stands(running, key) == "READY"


@pytest.mark.parametrize("given", ["n\n", "\n", ""])
def test_s25_without_a_yes_nothing_is_approved(running: Desk, given: str) -> None:
    key = asks(running)
    result = running.run("orders", "approve", "1000001", given=given)
    assert result.exit_code == 1
    assert "nothing was approved" in result.stderr
    assert stands(running, key) == "HELD approval"


def test_s25_the_quote_that_was_seen_is_a_yes(running: Desk) -> None:
    for number, text in enumerate(("151.00", "151", "151.00 USD", "151.00usd"), start=1):
        key = asks(running, f"10000{number:02}")
        result = running.run("orders", "approve", f"10000{number:02}", "--quote", text)
        assert result.exit_code == 0, text
        assert stands(running, key) == "READY"
        assert running.ports.orders.snapshot(key, 1).approved_at == running.clock.now()


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ("150.00", "order 1000001 is quoted at 151.00 USD now, not 150.00 USD: it was not approved"),
        ("151.00 EUR", "order 1000001 is quoted at 151.00 USD now, not 151.00 EUR: it was not approved"),
    ],
)
def test_s25_another_quote_is_refused_with_both_prices(running: Desk, quote: str, message: str) -> None:
    key = asks(running)
    result = running.run("orders", "approve", "1000001", "--quote", quote)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "what to do: parcelbridge orders show 1000001" in result.stderr
    assert stands(running, key) == "HELD approval"


def test_s25_an_order_quoted_anew_while_the_person_reads_is_refused(
    running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = asks(running)

    def slow(_: str) -> bool:
        running.moves(key, State.RECEIVED)
        running.moves(key, State.HELD, reason="approval", quote=usd("171.00"))
        return True

    monkeypatch.setattr("typer.confirm", slow)
    result = running.run("orders", "approve", "1000001")
    assert result.exit_code == 1
    assert "is quoted at 171.00 USD now, not 151.00 USD" in result.stderr
    assert stands(running, key) == "HELD approval"


def test_approve_for_programs_names_its_quote(running: Desk) -> None:
    asks(running)
    result = running.run("orders", "approve", "1000001", "--json")
    assert result.exit_code == 2
    assert "--json asks nothing" in result.stderr
    done = running.run("orders", "approve", "1000001", "--json", "--quote", "151.00")
    assert json.loads(done.stdout)["approved_by"] == ME


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("1000001", "--all-below", "50"),
        ("1000001", "--yes"),
        ("1000001", "--quote", "a lot"),
        ("1000001", "--quote", "-5"),
        ("--all-below", "50", "--quote", "50"),
        ("--all-below", "fifty"),
        ("--all-below", "50", "--json"),
    ],
)
def test_approve_says_how_it_is_used(running: Desk, arguments: tuple[str, ...]) -> None:
    key = asks(running)
    result = running.run("orders", "approve", *arguments)
    assert result.exit_code == 2
    assert result.stderr
    assert stands(running, key) == "HELD approval"


# --- all below an amount ---


def several(desk: Desk) -> list[str]:
    prices = {"1000001": "20.00", "1000002": "50.00", "1000003": "50.01"}
    return [asks(desk, document, price) for document, price in prices.items()]


def test_s25_all_below_lists_asks_and_approves_each(running: Desk) -> None:
    keys = several(running)
    running.holds("1000009", "weight", "no weight")
    result = running.run("orders", "approve", "--all-below", "50", given="y\n")
    assert result.exit_code == 0
    assert "approve these 2, about 70.00 USD together? [y/N]" in result.stdout
    assert result.stdout.index("1000001") < result.stdout.index("1000002")
    assert f"1000002: approved at 50.00 USD by {ME}" in result.stdout
    assert "1 cost more, or in another currency, and still wait" in result.stdout
    assert [stands(running, key) for key in keys] == ["READY", "READY", "HELD approval"]
    assert all(running.ports.orders.audit(key)[-1].who == ME for key in keys[:2])


def test_s25_all_below_does_nothing_without_a_yes(running: Desk) -> None:
    keys = several(running)
    result = running.run("orders", "approve", "--all-below", "50", given="n\n")
    assert result.exit_code == 1
    assert {stands(running, key) for key in keys} == {"HELD approval"}


def test_all_below_reports_what_failed_and_goes_on(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    several(running)
    orders = running.ports.orders
    real = orders.transition

    def somebody_first(after: Any, *rest: Any, **named: Any) -> None:
        if after.document == "1000001":
            raise Conflict(after.key)
        real(after, *rest, **named)

    monkeypatch.setattr(orders, "transition", somebody_first)
    result = running.run("orders", "approve", "--all-below", "100", "--yes", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [head["document"] for head in found["approved"]] == ["1000002", "1000003"]
    assert found["failed"] == ["1000001: not approved: somebody else changed it at the same moment"]
    assert found["left"] == 0


def test_all_below_says_why_one_was_refused(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    several(running)

    def expired(*_: object) -> Snapshot:
        raise Refused("expired", "nothing is kept any more")

    monkeypatch.setattr(running.ports.orders, "snapshot", expired)
    result = running.run("orders", "approve", "--all-below", "30", "--yes")
    assert result.exit_code == 1
    assert "1000001: not approved: nothing is kept any more" in result.stderr


def test_s25_amounts_of_several_currencies_are_never_compared(running: Desk) -> None:
    dollars, euros = asks(running, "1000001", "20.00"), asks(running, "1000002", "20.00", "EUR")
    result = running.run("orders", "approve", "--all-below", "50", "--yes")
    assert result.exit_code == 2
    assert "orders are quoted in EUR, USD: an amount without a currency is none of them" in result.stderr
    assert running.run("orders", "approve", "--all-below", "50 EUR", "--yes").exit_code == 0
    assert (stands(running, dollars), stands(running, euros)) == ("HELD approval", "READY")


def test_all_below_of_nothing_is_no_error(running: Desk) -> None:
    result = running.run("orders", "approve", "--all-below", "50", "--yes")
    assert (result.exit_code, result.stdout) == (0, "no order waits for approval at 50.00 or less\n")
    assert running.run("orders", "approve", "--all-below", "50", "--connection", "acme-infor-upz").exit_code == 1


def test_s25_a_price_that_is_not_billed_yet_is_shown_as_about(running: Desk) -> None:
    asks(running)
    assert "about 151.00 USD" in running.run("orders", "list", "--held").stdout
    assert "about 151.00 USD" in running.run("orders", "list").stdout
    key = running.takes("1000002")
    running.moves(
        key, State.READY, State.INTENT, State.SHIPPED, cost=usd("12.30"), cost_estimated=True, shipment_id="1Z1"
    )
    assert "about 12.30 USD" in running.run("orders", "list").stdout
