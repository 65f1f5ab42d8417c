"""Names and addresses as UPS takes them: within its lengths, nothing cut and nothing invented (facts 4)."""

from __future__ import annotations

import re
from typing import Any

from shared.domain.address import Address, Party
from shared.domain.state import Reason
from shared.errors import Refused

LINE, LINES, NAME, CITY, STATE, POSTCODE, PHONE, EXTENSION = 35, 3, 35, 30, 5, 9, 15, 4

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXTENSION = re.compile(r"(?:\bextension|\bext\.?|\s*x|#)\s*(\d{1,4})\s*$", re.IGNORECASE)
_STATE_OF_TWO = frozenset({"US", "CA"})
_POSTCODES = {
    "US": (re.compile(r"\d{5}(\d{4})?"), "5 or 9 digits"),
    "PR": (re.compile(r"\d{5}(\d{4})?"), "5 or 9 digits"),
    "CA": (re.compile(r"([A-Z]\d){3}"), "A1A1A1"),
}
_NORTH_AMERICAN = frozenset({"US", "PR", "CA", "VI"})


def cleaned(value: str) -> str:
    """One line of text. A control character makes UPS answer 200 with nothing in it (facts 1 [R] labels/malformed)."""
    return " ".join(_CONTROLS.sub(" ", value).split())


def party(who: Party, role: str, *, contact: bool = False) -> dict[str, Any]:
    """A shipper, ship-from or ship-to. `contact` asks for attention and phone, which UPS needs across borders.

    Raises Refused naming the field, as `role`.name and so on.
    """
    built: dict[str, Any] = {"Name": fitting(who.name, NAME, f"{role}.name", required=True)}
    if attention := fitting(who.attention, NAME, f"{role}.attention", required=contact):
        built["AttentionName"] = attention
    if number := phone(who, role, required=contact):
        built["Phone"] = number
    built["Address"] = address(who.address, role)
    return built


def address(where: Address, role: str) -> dict[str, Any]:
    country = country_code(where, role)
    built: dict[str, Any] = {
        "AddressLine": address_lines(where, role),
        "City": fitting(where.city, CITY, f"{role}.address.city", required=True),
        "StateProvinceCode": state(where, role),
        "PostalCode": postcode(where, role),
        "CountryCode": country,
    }
    return {name: value for name, value in built.items() if value}


def address_lines(where: Address, role: str) -> list[str]:
    """At most three lines of 35: each broken at word borders, or all of them poured together when that is too many."""
    field, lines = f"{role}.address.lines", [line for line in map(cleaned, where.lines) if line]
    if not lines:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    poured = [part for line in lines for part in _poured(line.split())]
    if len(poured) > LINES:
        poured = _poured(" ".join(lines).split())
    if len(poured) > LINES or any(len(part) > LINE for part in poured):
        raise Refused(
            Reason.ADDRESS,
            f"{field} does not fit into {LINES} lines of {LINE} characters",
            field=field,
            value=" / ".join(lines),
            hint="shorten the address in the ERP; nothing is cut here",
        )
    return poured


def _poured(words: list[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def fitting(value: str, longest: int, field: str, *, required: bool = False) -> str:
    """`value` on one line; Refused when it is longer than `longest`, or blank although required."""
    line = cleaned(value)
    if required and not line:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if len(line) > longest:
        raise Refused(
            Reason.ADDRESS, f"{field} has {len(line)} characters, UPS takes {longest}", field=field, value=line
        )
    return line


def country_code(where: Address, role: str) -> str:
    country, field = cleaned(where.country).upper(), f"{role}.address.country"
    if not country:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Refused(Reason.ADDRESS, f"{field} is no two-letter code", field=field, value=country)
    return country


def state(where: Address, role: str) -> str:
    """The state or province: two letters in the US and Canada, up to 5 characters elsewhere, "" when there is none."""
    field, code = f"{role}.address.state", cleaned(where.state)
    if country_code(where, role) not in _STATE_OF_TWO:
        return fitting(code, STATE, field)
    if not code:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if not re.fullmatch(r"[A-Za-z]{2}", code):
        raise Refused(Reason.ADDRESS, f"{field} is no two-letter code", field=field, value=code)
    return code.upper()


def postcode(where: Address, role: str) -> str:
    """The postcode without blanks and hyphens: a ZIP+4 with its hyphen is too long by one (Shipping, PostalCode)."""
    code, field = re.sub(r"[^0-9A-Za-z]", "", where.postcode).upper(), f"{role}.address.postcode"
    form, wanted = _POSTCODES.get(country_code(where, role), (None, f"at most {POSTCODE} letters and digits"))
    if not code and form:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if (form and not form.fullmatch(code)) or len(code) > POSTCODE:
        raise Refused(Reason.ADDRESS, f"{field} is not {wanted}", field=field, value=where.postcode)
    return code


def phone(who: Party, role: str, *, required: bool = False) -> dict[str, str]:
    """{Number, Extension} of digits only; {} when there is no phone, for none is ever made up."""
    field, given = f"{role}.phone", cleaned(who.phone)
    extension = _EXTENSION.search(given)
    digits = re.sub(r"\D", "", given[: extension.start()] if extension else given)
    if country_code(who.address, role) in _NORTH_AMERICAN and len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]  # area code and seven digits is the layout there (Shipping, Phone.Number)
    if required and not digits:
        raise Refused(Reason.MISSING, f"{field} is empty, and UPS needs it for this shipment", field=field)
    if len(digits) > PHONE:
        raise Refused(Reason.ADDRESS, f"{field} has {len(digits)} digits, UPS takes {PHONE}", field=field, value=given)
    if not digits:
        return {}
    return {"Number": digits, "Extension": extension[1]} if extension else {"Number": digits}
