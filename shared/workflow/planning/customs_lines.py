"""The lines of an order as customs want them: put together from the ERP and the connection file. Pure.

Nothing is invented: a commodity code, an origin or a value that nobody says is missing, and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.connection import Customs
from shared.connection.customs import CustomsItem
from shared.domain.countries import is_country
from shared.domain.customs import CustomsData, InvoiceLine
from shared.domain.lanes import Need
from shared.domain.measures import Weight
from shared.domain.order import OrderLine

MOST_LINES = 50
"""The schema's limit of a form's products (facts/ups-international.md 2)."""
MOST_PIECES = 9_999_999
LONGEST_TEXT, LONGEST_ITEM = 105, 35
_MILLIONTH, _HALF_A_CENT = Decimal("0.000001"), Decimal("0.005")
_UNITS = {
    "EA": "EA",
    "PC": "PCS",
    "PCE": "PCS",
    "PCS": "PCS",
    "KG": "KG",
    "LB": "LB",
    "M": "M",
    "SET": "SET",
    "PR": "PR",
}
PIECES = "PCS"


@dataclass(frozen=True, slots=True)
class Missing:
    """A thing that customs want and that nobody says, or that cannot be told as it stands.

    `field` is the place in the order or the file, `fact` its name, `of` the line that it is of, `why` the fault of what
    is there, "" where nothing is.
    """

    field: str
    fact: str
    of: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of an invoice, what is missing of them, and what was filled in on the way."""

    lines: tuple[InvoiceLine, ...]
    currency: str
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]


def gathered(lines: Iterable[OrderLine], customs: Customs, country: str, needs: frozenset[Need]) -> Gathered:
    """The order's lines for goods to `country`. Those that are alike but for the quantity are one."""
    found, missing, notes = list[InvoiceLine](), list[Missing](), list[str]()
    currencies = dict[str, str]()
    for line in lines:
        built, currency, said = _built(line, customs, country, needs)
        missing += said
        if currency:
            currencies.setdefault(currency, line.number)
        if built:
            found.append(built)
            if built.unit == PIECES and _unit_of(line, customs) is None:
                notes.append(f"line {line.number}: unit {line.unit} is {PIECES} on the invoice")
    for currency, number in list(currencies.items())[1:]:
        why = f"{currency}, other lines are in {next(iter(currencies))}"
        missing.append(Missing(f"lines.{number}.value", "value in one currency", f"line {number}", why))
    merged = _merged(found)
    if len(merged) > MOST_LINES:
        missing.append(Missing("lines", f"at most {MOST_LINES} different goods", why=f"there are {len(merged)}"))
    return Gathered(merged, next(iter(currencies), ""), tuple(missing), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Known:
    """The facts of a line by the ERP and the file together; "" and None where neither says it."""

    code: str
    origin: str
    text: str
    worth: Decimal | None
    currency: str
    weight: Weight | None
    maker_id: str
    standard_id: str


def _known(line: OrderLine, item: CustomsItem, customs: Customs, country: str) -> _Known:
    erp = line.customs or CustomsData()
    worth, currency = _worth(line, item)
    return _Known(
        code=re.sub(r"[. ]", "", item.codes.get(country) or erp.commodity_code or item.code or ""),
        origin=customs.origins.get(erp.origin, erp.origin).upper() or item.origin or "",
        text=" ".join((item.description or erp.description or line.description).split()),
        worth=worth,
        currency=currency,
        weight=erp.net_weight or item.net_weight,
        maker_id=erp.maker_id or item.maker_id or "",
        standard_id=erp.standard_id or item.standard_id or "",
    )


def _built(
    line: OrderLine, customs: Customs, country: str, needs: frozenset[Need]
) -> tuple[InvoiceLine | None, str, list[Missing]]:
    known = _known(line, customs.items.get(line.item, CustomsItem()), customs, country)
    quantity, text, fault = _quantity(line, known.text, customs)
    faults = {
        "commodity_code": _code_fault(known.code, ten=Need.CODE_10 in needs),
        "origin": _origin_fault(known.origin),
        "customs_description": _text_fault(text, customs.stop_words if Need.EXACT_TEXT in needs else ()),
        "value": None if known.worth is None else _value_fault(known.worth, quantity),
        "net_weight": None if Need.NET_WEIGHT in needs and known.weight is None else "",
        "maker_id": None if Need.PRODUCT_IDS in needs and not known.maker_id else "",
        "quantity": fault,
        "item": f"longer than {LONGEST_ITEM} characters" if len(line.item) > LONGEST_ITEM else "",
    }
    of = f"line {line.number} ({line.item})"
    missing = [Missing(f"lines.{line.number}.{fact}", fact, of, why or "") for fact, why in faults.items() if why != ""]
    if missing or known.worth is None:
        return None, known.currency, missing
    ids = Need.PRODUCT_IDS in needs
    built = InvoiceLine(
        item=line.item,
        description=text,
        quantity=quantity,
        unit=_paper_unit(line, customs, whole=line.quantity == quantity),
        unit_value=(known.worth / quantity).quantize(_MILLIONTH).normalize(),
        value=known.worth,
        commodity_code=known.code,
        origin=known.origin,
        net_weight=known.weight.times(line.quantity) if known.weight else None,
        seller_id=((line.customs.seller_id if line.customs else "") or line.item) if ids else "",
        maker_id=known.maker_id if ids else "",
        standard_id=known.standard_id if ids else "",
    )
    return built, known.currency, []


def _worth(line: OrderLine, item: CustomsItem) -> tuple[Decimal | None, str]:
    """The line's worth, by the ERP or else by the file; nothing is no worth."""
    if line.value and line.value.amount > 0:
        return line.value.amount, line.value.currency
    if item.value and item.currency:
        return item.value * line.quantity, item.currency
    return None, ""


def _quantity(line: OrderLine, text: str, customs: Customs) -> tuple[int, str, str]:
    """A whole number of pieces; of another quantity one set, whose text says how much, where the file has it so."""
    if line.quantity == line.quantity.to_integral_value() and 0 < line.quantity <= MOST_PIECES:
        return int(line.quantity), text, ""
    if customs.fractional == "as_one" and line.quantity > 0:
        return 1, f"{line.quantity.normalize():f} {line.unit} {text}", ""
    return 1, text, f"{line.quantity.normalize():f} {line.unit} is no whole number of at most {MOST_PIECES}"


def _unit_of(line: OrderLine, customs: Customs) -> str | None:
    item = customs.items.get(line.item, CustomsItem())
    known = line.customs.unit if line.customs else ""
    return item.unit or customs.units.get(line.unit) or known or _UNITS.get(line.unit.upper())


def _paper_unit(line: OrderLine, customs: Customs, *, whole: bool) -> str:
    return (_unit_of(line, customs) or PIECES) if whole else "SET"


def _code_fault(code: str, *, ten: bool) -> str | None:
    if not code:
        return None
    if not re.fullmatch(r"\d{6,15}", code):
        return f"{code} is no code of 6 to 15 digits"
    return f"{code} has {len(code)} digits, the United States want 10" if ten and len(code) != 10 else ""


def _origin_fault(origin: str) -> str | None:
    if not origin:
        return None
    return "" if len(origin) == 2 and is_country(origin) else f"{origin} is no ISO code: map it under customs.origins"


def _text_fault(text: str, stop_words: tuple[str, ...]) -> str | None:
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        return f"longer than {LONGEST_TEXT} characters"
    return f"{text} says nothing to customs" if text.casefold().strip(" .,") in stop_words else ""


def _value_fault(worth: Decimal, quantity: int) -> str:
    """The price of one with six decimals must give the line's value again, to the cent."""
    one = (worth / quantity).quantize(_MILLIONTH)
    if one <= 0:
        return f"{worth} for {quantity} is nothing for one"
    again = abs(one * quantity - worth) < _HALF_A_CENT
    return "" if again else f"{worth} cannot be told as a price of one of {quantity}"


def _merged(lines: list[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    """Lines of one item at one price are one line."""
    found = dict[InvoiceLine, InvoiceLine]()
    for line in lines:
        alike = replace(line, quantity=0, value=Decimal(0), net_weight=None)
        first = found.get(alike)
        found[alike] = _added(first, line) if first else line
    return tuple(found.values())


def _added(one: InvoiceLine, other: InvoiceLine) -> InvoiceLine:
    weight = one.net_weight + other.net_weight if one.net_weight and other.net_weight else None
    return replace(one, quantity=one.quantity + other.quantity, value=one.value + other.value, net_weight=weight)


def values_by_code(lines: Iterable[InvoiceLine]) -> Iterator[tuple[str, Decimal]]:
    """Yield each commodity code with the worth of its lines."""
    total = dict[str, Decimal]()
    for line in lines:
        total[line.commodity_code] = total.get(line.commodity_code, Decimal(0)) + line.value
    yield from total.items()
