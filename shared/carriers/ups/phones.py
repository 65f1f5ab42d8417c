"""Phones as UPS takes them: digits only, in the layout of their country, and never made up."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

from shared.carriers.ups.texts import cleaned, country_code
from shared.domain.address import Party
from shared.domain.state import Reason
from shared.errors import Refused

PHONE = 15
_NO_DIGIT = re.compile(r"\D")
_NORTH_AMERICAN = frozenset({"US", "PR", "CA", "VI"})
_HINT = "correct the phone in the ERP, or leave it empty where UPS does not ask for one"


def phone(who: Party, role: str, *, required: bool = False) -> dict[str, str]:
    """{Number, Extension} of digits only; {} when there is no phone, for none is ever made up.

    In North America area code and seven digits (Shipping, Phone.Number); elsewhere with the country's code, since a
    number in local form is said to be refused (facts 14.33). Raises Refused for one that cannot be dialled.
    """
    field, given = f"{role}.phone", cleaned(who.phone)
    if not _NO_DIGIT.sub("", given):
        if required:
            raise Refused(Reason.MISSING, f"{field} is empty, and UPS needs it for this shipment", field=field)
        return {}
    country = country_code(who.address, role)
    read = _read(given, country)
    if country in _NORTH_AMERICAN:
        return _american(read, given, field)
    why = _why_not(read)
    if read is None or why:
        raise Refused(
            Reason.ADDRESS, f"{field} cannot be dialled in {country}: {why}", field=field, value=given, hint=_HINT
        )
    return _with_extension(f"{read.country_code}{phonenumbers.national_significant_number(read)}", read)


def _american(read: PhoneNumber | None, given: str, field: str) -> dict[str, str]:
    """Area code and seven digits, with or without an extension of four among them (Shipping, Phone.Number)."""
    ours = read is not None and read.country_code == 1
    digits = phonenumbers.national_significant_number(read) if read and ours else _NO_DIGIT.sub("", given)
    if len(digits) not in {10, 14}:
        message = f"{field} has {len(digits)} digits, UPS takes 10 there"
        raise Refused(Reason.ADDRESS, message, field=field, value=given, hint=_HINT)
    return _with_extension(digits, read)


def _with_extension(digits: str, read: PhoneNumber | None) -> dict[str, str]:
    extension = (read.extension or "") if read else ""
    return {"Number": digits, "Extension": extension} if 0 < len(extension) <= 4 else {"Number": digits}


def _why_not(read: PhoneNumber | None) -> str:
    if read is None:
        return "it is no number"
    return {
        ValidationResult.IS_POSSIBLE: "",
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "it has no area code",
        ValidationResult.TOO_SHORT: "it has too few digits",
        ValidationResult.TOO_LONG: "it has too many digits",
    }.get(phonenumbers.is_possible_number_with_reason(read), "it has not as many digits as numbers there")


@lru_cache(maxsize=256)
def _read(given: str, country: str) -> PhoneNumber | None:
    """Kept, for the same phones come again and again. A country that the library does not know reads "+" only."""
    try:
        return phonenumbers.parse(given.replace("#", " ext. ", 1), country)
    except NumberParseException:
        return None
