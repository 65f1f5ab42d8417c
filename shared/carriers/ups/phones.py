"""Phones as UPS takes them: digits only, in the layout of their country, and never made up."""

from __future__ import annotations

import re
from collections.abc import Collection

from shared.carriers.ups.texts import cleaned, country_code
from shared.domain.address import Address, Party
from shared.domain.state import Reason
from shared.errors import Refused

PHONE = 15
_NO_DIGIT = re.compile(r"\D")
_EXTENSION = re.compile(r"(?:\bextension|\bext\.?|\s*x|#)\s*(\d{1,4})\s*$", re.IGNORECASE)
_NORTH_AMERICAN = frozenset({"US", "PR", "CA", "VI"})


def phone(who: Party, role: str, *, required: bool = False) -> dict[str, str]:
    """{Number, Extension} of digits only; {} when there is no phone, for none is ever made up."""
    field, given = f"{role}.phone", cleaned(who.phone)
    extension = None if given.isdecimal() else _EXTENSION.search(given)
    digits = _NO_DIGIT.sub("", given[: extension.start()] if extension else given)
    if len(digits) == 11 and digits.startswith("1") and country_code(who.address, role) in _NORTH_AMERICAN:
        digits = digits[1:]  # area code and seven digits is the layout there (Shipping, Phone.Number)
    if not digits:
        if required:
            raise Refused(Reason.MISSING, f"{field} is empty, and UPS needs it for this shipment", field=field)
        return {}
    if len(digits) not in _digits_taken(who.address, role):
        message = f"{field} has {len(digits)} digits, UPS takes {_phone_layout(who.address, role)}"
        hint = "correct the phone in the ERP, or leave it empty where UPS does not ask for one"
        raise Refused(Reason.ADDRESS, message, field=field, value=given, hint=hint)
    return {"Number": digits, "Extension": extension[1]} if extension else {"Number": digits}


def _digits_taken(where: Address, role: str) -> Collection[int]:
    """Area code and seven digits, with or without an extension of four, in North America (Shipping, Phone.Number)."""
    return (10, 14) if country_code(where, role) in _NORTH_AMERICAN else range(1, PHONE + 1)


def _phone_layout(where: Address, role: str) -> str:
    return "10 there" if country_code(where, role) in _NORTH_AMERICAN else f"at most {PHONE}"
