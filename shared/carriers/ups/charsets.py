"""The character set of a label: UPS prints what the set does not hold as question marks, without a word.

The codes and their sets are those of the Shipping document (LabelSpecification.CharacterSet); Latin-1 is the default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from shared.carriers.ups.texts import cleaned
from shared.domain.address import Party
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

DEFAULT = "latin-1"
CHARACTER_SETS: Mapping[str, str] = MappingProxyType(
    {
        "pol": "iso8859-2", "ces": "iso8859-2", "hun": "iso8859-2", "slk": "iso8859-2", "ron": "iso8859-2",
        "est": "iso8859-2", "tur": "iso8859-9", "rus": "iso8859-5",
    }
)  # fmt: skip
"""Code and codec, those that are tried first before the others. Left out are bul, ell, lav and lit: the document says
Latin-2 of them, which holds none of these scripts."""

_OF_COUNTRY = {"PL": "pol", "CZ": "ces", "HU": "hun", "SK": "slk", "RO": "ron", "EE": "est", "TR": "tur"}


def character_set(plan: ShipmentPlan, sets: Mapping[str, str] = CHARACTER_SETS) -> str:
    """The code to ask for, "" for the default. Raises Refused when no set holds all that is printed: what is sent in
    another one comes out as question marks on the label."""
    if _is_plain(plan):  # as nearly every one is; a tenth of the time below
        return ""
    printed = [(field, text) for field, text in _printed(plan) if not text.isascii()]
    if all(_holds(DEFAULT, text) for _, text in printed):
        return ""
    own = _OF_COUNTRY.get(plan.ship_to.address.country.upper(), "")
    for code in sorted(sets, key=lambda each: each != own):
        if all(_holds(sets[code], text) for _, text in printed):
            return code
    raise _unprintable(printed, sets)


def _is_plain(plan: ShipmentPlan) -> bool:
    if not (plan.description.isascii() and plan.erp_reference.isascii()):
        return False
    return _plain(plan.shipper) and _plain(plan.ship_from) and _plain(plan.ship_to)


@lru_cache(maxsize=256)
def _plain(who: Party) -> bool:
    """Kept by value, as what is built of a party is."""
    return all(text.isascii() for _, text in _texts(who))


def _unprintable(printed: list[tuple[str, str]], sets: Mapping[str, str]) -> Refused:
    """Names the first text that no set holds; where each is held by some set, the first that the default does not."""
    held_by_none = [each for each in printed if not any(_holds(codec, each[1]) for codec in (DEFAULT, *sets.values()))]
    field, text = (held_by_none or [each for each in printed if not _holds(DEFAULT, each[1])])[0]
    odd = "".join(dict.fromkeys(each for each in text if not _holds(DEFAULT, each)))
    why = (
        "no character set of a label holds"
        if held_by_none
        else "no single character set of a label holds, with others,"
    )
    hint = "write it in Latin letters: UPS would print question marks in their place"
    return Refused(Reason.ADDRESS, f"{field}: {why} {odd}", field=field, value=text, hint=hint)


def _holds(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _printed(plan: ShipmentPlan) -> Iterator[tuple[str, str]]:
    """Every text of the plan that stands on the label, as it is sent, by its field."""
    for role, who in (("shipper", plan.shipper), ("ship_from", plan.ship_from), ("ship_to", plan.ship_to)):
        yield from ((f"{role}.{name}", cleaned(text)) for name, text in _texts(who))
    yield "description", cleaned(plan.description)
    yield "erp_reference", plan.erp_reference


def _texts(who: Party) -> Iterator[tuple[str, str]]:
    yield "name", who.name
    yield "attention", who.attention
    yield "address.lines", " ".join(who.address.lines)
    yield "address.city", who.address.city
