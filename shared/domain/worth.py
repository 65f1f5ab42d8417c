"""The value of goods: the ERP's own prices, added up, never guessed and never converted."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from shared.domain.money import Money
from shared.domain.order import OrderLine
from shared.domain.problem import Unshippable
from shared.domain.state import Reason

_CENT = Decimal("0.01")


def goods_value(shares: Iterable[tuple[OrderLine, Decimal]], reason: Reason = Reason.MISSING) -> Money:
    """The sum of lines, of each the share that is given (1 is all of it), rounded up to the cent: the parts of a line
    are never worth less than the line.

    Raises Unshippable for a line without a value, and for two currencies.
    """
    total: Money | None = None
    for line, share in shares:
        if line.value is None or line.value.amount <= 0:
            raise _unshippable(reason, line, "nothing says what it is worth")
        if total and total.currency != line.value.currency:
            raise _unshippable(reason, line, f"worth {line.value}, other lines are in {total.currency}")
        part = Money(line.value.amount * share, line.value.currency)
        total = total + part if total else part
    if total is None:
        raise Unshippable(reason, "without lines there is nothing of worth", field="lines")
    return Money(total.amount.quantize(_CENT, ROUND_CEILING), total.currency)


def _unshippable(reason: Reason, line: OrderLine, why: str) -> Unshippable:
    return Unshippable(reason, f"line {line.number}: {why}", field=f"lines.{line.number}.value")
