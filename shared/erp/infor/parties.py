"""From M3's address and contact records to parties. Pure; what is missing stays blank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from shared.domain.address import Address, Party
from shared.domain.countries import of_three_letters
from shared.domain.repeats import without_repeats
from shared.erp.infor.client import Record

NOBODY = Party("", Address((), "", "", "", ""))

_EXTENSION = re.compile(r"(?i)\s*(?:ext\.?|extn\.?|x|#)\s*\d+\s*$")
_SEPARATORS = re.compile(r"[/;,|]")
_NORTH_AMERICA = frozenset({"US", "CA", "PR"})


def has_address(record: Record | None) -> bool:
    """Tell if an address record names a place at all: M3 answers with blanks where nothing was entered."""
    return bool(record and any(record.get(name) for name in ("line1", "line2", "line3", "line4", "city")))


def party_of(record: Record, *, name: str = "", attention: str = "", phone: str = "") -> Party:
    """A party from an address record; `name` stands in where the record has none."""
    return Party(record.get("name") or name, address_of(record), attention=attention, phone=phone)


def address_of(record: Record) -> Address:
    """The address without the lines that only repeat its fields, which M3 keeps beside them. A country of three
    letters, for which M3 has room, is read as that of two."""
    lines = tuple(text for text in (record.get(f"line{n}", "") for n in range(1, 5)) if text)
    city, state, postcode = record.get("city", ""), record.get("state", ""), record.get("postal_code", "")
    return without_repeats(Address(lines, city, state, postcode, of_three_letters(record.get("country", ""))))


def phone_of(text: str, country: str = "") -> str:
    """The digits of a phone number, behind a plus where it has one; "" when the text holds none that could be dialled.

    M3 keeps 16 characters of free text (facts/infor.md, section 6, 7): a second number and an extension are dropped, in
    North America the leading 1 too.
    """
    first = _EXTENSION.sub("", _SEPARATORS.split(text)[0])
    digits = re.sub(r"\D", "", first)
    if country in _NORTH_AMERICA and len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    international = first.lstrip(" (").startswith("+") and len(digits) != 10
    return f"{'+' * international}{digits}" if 7 <= len(digits) <= 15 else ""


def choose_address(records: Sequence[Record], types: Sequence[str], ids: Sequence[str], today: date) -> Record | None:
    """The address that goods leave from: the preferred types and ids first, among equals the latest that is valid."""
    valid = [record for record in records if has_address(record) and _starts(record) <= today.strftime("%Y%m%d")]

    def rank(record: Record) -> tuple[int, int]:
        return _place(record.get("address_type", ""), types), _place(record.get("address_id", ""), ids)

    best = min(map(rank, valid), default=None)
    chosen = [record for record in valid if rank(record) == best]
    if not chosen:
        return None
    same = [r for r in chosen if _identity(r) == _identity(chosen[0])]
    return max(same, key=_starts)


def is_whole(digits: str, country: str) -> bool:
    """Tell if a number can be dialled from anywhere: it has an area code, and as many digits as numbers there."""
    try:
        read = phonenumbers.parse(digits, country or None)
    except NumberParseException:
        return bool(digits) and country not in phonenumbers.SUPPORTED_REGIONS
    return phonenumbers.is_possible_number_with_reason(read) == ValidationResult.IS_POSSIBLE


def first_phone(texts: Iterable[str], country: str) -> str:
    """The first of the numbers that is whole, else the first that there is, "" for none."""
    found = [number for number in (phone_of(text, country) for text in texts) if number]
    return next((number for number in found if is_whole(number, country)), found[0] if found else "")


def choose_contact(records: Iterable[Record], reference: str, country: str = "") -> Record | None:
    """The contact that the order names, else the first one with a whole phone number, with any, the first."""
    contacts = list(records)
    named = [record for record in contacts if reference and record.get("id") == reference]
    numbers = [(phone_of(record.get("phone", ""), country), record) for record in contacts]
    whole = [record for number, record in numbers if is_whole(number, country)]
    reachable = [record for number, record in numbers if number]
    return next(iter([*named, *whole, *reachable, *contacts]), None)


def _starts(record: Record) -> str:
    """The first day as yyyymmdd; M3 has blanks or 0 for "always"."""
    text = record.get("valid_from", "")
    return text if len(text) == 8 and text.isdigit() else "00000000"


def _identity(record: Record) -> tuple[str, str]:
    return record.get("address_type", ""), record.get("address_id", "")


def _place(value: str, preferred: Sequence[str]) -> int:
    wanted = [each.lstrip("0") for each in preferred]
    plain = value.lstrip("0")
    return wanted.index(plain) if plain in wanted else len(wanted)
