"""From purchase order lines and items to order lines: what is left, in which unit, at which weight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache

from shared.domain.measures import Dimensions, LengthUnit, Weight, WeightUnit
from shared.domain.money import Money
from shared.domain.order import OrderLine
from shared.domain.state import Reason
from shared.erp.infor.bindings import Binding
from shared.erp.infor.client import Record
from shared.errors import Refused

_MILLIONTH, _TOO_LARGE, _DIGITS = Decimal("0.000001"), Decimal(10) ** 17, 80
"""Quantities have six decimals and at most seventeen digits in M3 (length 17,6)."""


@dataclass(frozen=True, slots=True)
class PoLine:
    """A purchase order line. Quantities before `basic` count purchase units; `left` is what nobody has sent yet.
    `confirmed` is the day that the supplier has confirmed, `amount` what all that is ordered costs, as M3 writes it."""

    number: str
    main: str
    item: str
    description: str
    ordered: Decimal
    left: Decimal
    unit: str
    basic: Decimal
    basic_unit: str
    warehouse: str
    status: str
    needed: date | None
    confirmed: date | None = None
    amount: str = ""


def po_line(row: Record) -> PoLine:
    """Reads one line; ordered less the greatest of advised, notified and received is left."""
    main, sub = row["line"], row.get("subline", "")
    number = main if sub.strip("0") == "" else f"{main}/{sub}"
    ordered = _number(row, "ordered_qty", number)
    under_way = max(_number(row, name, number) for name in ("advised_qty", "notified_qty", "received_qty"))
    return PoLine(
        number=number,
        main=main,
        item=row["item"],
        description=row.get("name") or row.get("item_name", ""),
        ordered=ordered,
        left=ordered - max(under_way, Decimal(0)),
        unit=row["unit"],
        basic=_number(row, "basic_qty", number),
        basic_unit=row.get("basic_unit", ""),
        warehouse=row.get("warehouse", ""),
        status=row.get("status_low", ""),
        needed=day_of(row.get("requested_delivery", "")),
        confirmed=day_of(row.get("confirmed_delivery", "")),
        amount=row.get("amount", ""),
    )


def why_skipped(line: PoLine, received_from: str) -> str:
    """Why a line is not shipped, "" when it is."""
    if line.ordered < 0:
        return f"a return or correction: ordered {line.ordered:f}"
    if line.status and line.status >= received_from:
        return f"received or closed: status {line.status}"
    if line.left <= 0:
        return f"nothing left of {tidy(line.ordered):f} {line.unit}: advised, notified or received"
    return "" if line.item else "no item: a text or a service"


def why_service(line: PoLine, item: Record | None, binding: Binding) -> str:
    """Why an item is taken for a service: its type is listed, or it is not stocked and has no weight at all."""
    if item is None:
        return ""
    if item.get("item_type") and item["item_type"] in binding.codes("service_types"):
        return f"a service: item {line.item} is of type {item['item_type']}"
    weightless = all(_is_zero(item.get(name, "")) for name in ("gross_weight", "net_weight"))
    if weightless and item.get("inventory_accounting") in binding.codes("not_stocked"):
        return f"a service: item {line.item} is not stocked and has no weight"
    return ""


def lacks_ratio(line: PoLine) -> bool:
    """Tell if the line lacks the ratio of its purchase units to basic units."""
    return line.unit != line.basic_unit != "" and not (line.basic > 0 and line.ordered > 0)


def ratio_of(units: Sequence[Record], unit: str, binding: Binding) -> Decimal | None:
    """Basic units in one `unit`, by the item's alternate units (MMS015MI); None when they do not say.

    Which code of DMCF multiplies and which divides is a setting of the entry (facts/infor.md names the field only).
    """
    found = next((record for record in units if record.get("unit") == unit), {})
    factor, form = _positive(found.get("factor", ""), f"item.units.{unit}", Reason.UNITS), found.get("form", "")
    if factor and form in binding.codes("multiply"):
        return factor
    return 1 / factor if factor and form in binding.codes("divide") else None


def order_line(
    line: PoLine, item: Record | None, weight_unit: WeightUnit, length_unit: LengthUnit, ratio: Decimal | None = None
) -> OrderLine:
    """The line in basic units, which M3's weights are for, by the line's own ratio or else by `ratio`.

    Without a ratio the quantity stays in purchase units, and no weight is right for it. Raises Refused for a weight or
    a size that is no number: a default in its place would be another one than the item has.
    """
    item, place = item or {}, f"lines.{line.number}"
    if line.unit == (line.basic_unit or line.unit):
        ratio = Decimal(1)
    elif not lacks_ratio(line):
        ratio = line.basic / line.ordered
    weight = _positive(item.get("gross_weight", ""), f"{place}.unit_weight", Reason.WEIGHT) if ratio else None
    names = ("length", "width", "height") if ratio else ()
    sizes = [_positive(item.get(name, ""), f"{place}.{name}", Reason.LINES) for name in names]
    known = [size for size in sizes if size]
    return OrderLine(
        number=line.number,
        item=line.item,
        description=line.description or item.get("name", ""),
        quantity=tidy(line.left * (ratio or 1)),
        unit=(line.basic_unit or line.unit) if ratio else line.unit,
        unit_weight=Weight(weight, weight_unit) if weight else None,
        weight_per="" if ratio else line.basic_unit,
        unit_dimensions=Dimensions(known[0], known[1], known[2], length_unit) if len(known) == 3 else None,
    )


def value_of(line: PoLine, currency: str) -> Money | None:
    """Return the price of the quantity left, by its share of the quantity ordered; None when the order does not say, or
    is not asked (no `currency`). Raises Refused for an amount that is no number."""
    amount = _positive(line.amount, f"lines.{line.number}.amount", Reason.LINES) if currency else None
    if amount is None or line.ordered <= 0:
        return None
    return Money(tidy(amount * line.left / line.ordered), currency)


def tidy(value: Decimal) -> Decimal:
    """At most six decimals, and none that say nothing. A product of two numbers of M3 has more digits than Python's
    usual 28."""
    with localcontext() as context:
        context.prec = _DIGITS
        plain = value.quantize(_MILLIONTH).normalize()
        return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


@lru_cache(maxsize=1024)
def day_of(text: str) -> date | None:
    """A date of form YMD8; None for blanks and zeros."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def _number(row: Record, name: str, line: str) -> Decimal:
    return _read(row.get(name, ""), f"lines.{line}.{name}", Reason.LINES)


def net_weight_of(item: Record, line: OrderLine, unit: WeightUnit) -> Weight | None:
    """The net weight of one unit of a line, which M3 has per basic unit; None where there is none, or no number."""
    if line.weight_per not in ("", line.unit):
        return None
    value = _positive(item.get("net_weight", ""), f"lines.{line.number}.net_weight", Reason.WEIGHT)
    return Weight(value, unit) if value else None


def _positive(text: str, field: str, reason: Reason) -> Decimal | None:
    """A weight, size, price or factor; zero is M3's way of having none."""
    value = _read(text, field, reason)
    return tidy(value) if value > 0 else None


def _is_zero(text: str) -> bool:
    """Tell if nothing is entered; a text that cannot be read counts as entered."""
    try:
        return not text or Decimal(text) <= 0
    except InvalidOperation:
        return False


def _read(text: str, field: str, reason: Reason) -> Decimal:
    """A number as M3 writes it, 0 for a blank. Raises Refused naming the text when it is none, or one that no field of
    M3 holds."""
    try:
        value = Decimal(text or "0")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= _TOO_LARGE:
        hint = "M3 sends decimal points: check the decimal format of the service account's user"
        raise Refused(reason, f"{field} is {text!r}, no number", field=field, value=text, hint=hint)
    return value
