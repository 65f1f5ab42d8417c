"""Names and addresses as UPS takes them: within its lengths, nothing cut and nothing invented (facts 4)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from shared.carriers.ups.phones import phone
from shared.carriers.ups.texts import cleaned, country_code, fitting
from shared.domain.address import Address, Party
from shared.domain.state import Reason
from shared.errors import Refused

LINE, LINES, NAME, CITY, STATE, POSTCODE = 35, 3, 35, 30, 5, 9

_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")
_NO_LETTER_OR_DIGIT = re.compile(r"[^0-9A-Za-z]")
_ATTENTION = re.compile(
    r"(?:^|[\s,;(/-])(?:attn\b[\s.:-]*|attention\s*:\s*)(?P<who>[^,;()/]*\w[^,;()/]*)\)?(?P<rest>[,;/)].*)?$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\d")
"""A text behind a name that holds a digit is a suite, a dock or a street, not a person."""
_STATE_OF_TWO = frozenset({"US", "CA"})
_POSTCODES = {
    "US": (re.compile(r"\d{5}(\d{4})?"), "5 or 9 digits"),
    "PR": (re.compile(r"\d{5}(\d{4})?"), "5 or 9 digits"),
    "CA": (re.compile(r"([A-Z]\d){3}"), "A1A1A1"),
}
_WRITTEN_BEFORE = re.compile(r"(?:[A-Z]{1,2})(?=\d{4,6}$)")
"""A country's letters before a postcode of digits, as in D-10115, A-1010, SE-111 47: no part of the code itself."""
_WITH_LETTERS = frozenset({"AD", "AZ", "BB", "BM", "LV", "MD", "VG", "WS"})
"""Countries of which such letters belong to the code (Universal Postal Union country pages)."""


def party(who: Party, role: str, *, contact: bool = False) -> dict[str, Any]:
    """A shipper, ship-from or ship-to. `contact` asks for attention and phone, which UPS needs across borders.

    Raises Refused naming the field, as `role`.name and so on. The caller may change what it gets, but for the lines.
    """
    built = _party(who, role, contact)
    return {**built, "Address": {**built["Address"]}}


@lru_cache(maxsize=256)
def _party(who: Party, role: str, contact: bool) -> dict[str, Any]:
    """Kept by value: the shipper is the same in every request of a connection, suppliers and warehouses come again with
    nearly every order, and an order's own parties are rated and then shipped."""
    who = addressed(who)
    built: dict[str, Any] = {"Name": fitting(who.name, NAME, f"{role}.name", required=True)}
    if attention := fitting(who.attention, NAME, f"{role}.attention", required=contact):
        built["AttentionName"] = attention
    if number := phone(who, role, required=contact):
        built["Phone"] = number
    built["Address"] = address(who.address, role)
    return built


def addressed(who: Party) -> Party:
    """The party with each "Attn: somebody" taken out of its lines and put where UPS prints it: in a line it eats the
    street (wishes 12). Who stands there beside the attention of the ERP follows it."""
    given = tuple(filter(None, map(cleaned, who.address.lines)))
    if not any(map(_ATTENTION.search, given)):
        return who if given == who.address.lines else replace(who, address=replace(who.address, lines=given))
    lines, named = list[str](), [cleaned(who.attention)]
    for line in given:
        found = _ATTENTION.search(line)
        person, left = _taken_apart(line, found) if found else ("", line)
        lines.append(left)
        if person and person not in named:
            named.append(person)
    attention = ", ".join(filter(None, named))
    return replace(who, attention=attention, address=replace(who.address, lines=tuple(filter(None, lines))))


def _taken_apart(line: str, found: re.Match[str]) -> tuple[str, str]:
    """The person of a line, and what stays of it: parts behind the name that hold a digit are of the address, others
    belong to the person ("Ann Lee, Receiving"). A name that holds a digit itself is left where it stands, whole."""
    before, who = line[: found.start()].rstrip(" ,;/(-"), found["who"].strip()
    if _PLACE.search(who) and before:
        return "", line
    parts = [part.strip() for part in re.split(r"[,;/()]", found["rest"] or "") if part.strip()]
    places = [part for part in parts if _PLACE.search(part)]
    person = ", ".join([who, *(part for part in parts if part not in places)])
    return person, ", ".join(filter(None, [before, *places]))


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
    poured = [part for line in lines for part in ([line] if len(line) <= LINE else _poured(line.split()))]
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


def state(where: Address, role: str) -> str:
    """The state or province: two letters in the US and Canada, up to 5 characters elsewhere, "" when there is none."""
    field, code = f"{role}.address.state", cleaned(where.state)
    if country_code(where, role) not in _STATE_OF_TWO:
        return fitting(code, STATE, field)
    if not code:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field)
    if not _TWO_LETTERS.fullmatch(code):
        raise Refused(Reason.ADDRESS, f"{field} is no two-letter code", field=field, value=code)
    return code.upper()


def postcode(where: Address, role: str) -> str:
    """The postcode without blanks and hyphens: a ZIP+4 with its hyphen is too long by one (Shipping, PostalCode)."""
    country = country_code(where, role)
    return postcode_of(where.postcode, country, f"{role}.address.postcode", Reason.ADDRESS)


def postcode_of(given: str, country: str, field: str, malformed: Reason, *, hint: str = "") -> str:
    """Letters and digits of `given`; Refused where the country's form is not met, or missing where it has one."""
    code = given.upper() if given.isascii() and given.isalnum() else _NO_LETTER_OR_DIGIT.sub("", given).upper()
    if country.upper() not in _WITH_LETTERS:
        code = _WRITTEN_BEFORE.sub("", code)
    form, wanted = _POSTCODES.get(country.upper(), (None, f"at most {POSTCODE} letters and digits"))
    if not code and form:
        raise Refused(Reason.MISSING, f"{field} is empty", field=field, hint=hint)
    if (form and not form.fullmatch(code)) or len(code) > POSTCODE:
        raise Refused(malformed, f"{field} is not {wanted}", field=field, value=given, hint=hint)
    return code
