"""The meaning of an answer of e.net (facts/syspro.md, section 2). Pure.

A failure has status 200: it is text that begins with ERROR, or a document with errors in it. Names are compared without
regard to capitals, and without their prefix.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

Row = Mapping[str, str]
"""A row by its columns in lower case, as the answer has them."""

NOT_FOUND, DUPLICATE, DENIED = "240004", "120001", "240096"
COUNTERS = frozenset({"recordsinvalid", "itemsinvalid", "itemsrejectedwithwarnings"})
DONE = frozenset({"recordsread", "itemsread", "itemsprocessed", "itemsprocessedwithwarnings"})
_WRAPPED = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<string\b[^>]*>(.*)</string>\s*", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_NOT_LICENSED = re.compile(r"exception\D{0,20}100000", re.IGNORECASE)
_SYSTEM = re.compile(r"memory leak|\bSQL\b|key not found on table", re.IGNORECASE)
_FULL = re.compile(r"already|licen[cs]e|maximum|in use|number of", re.IGNORECASE)
_CREDENTIAL = re.compile(r"password|operator|company", re.IGNORECASE)
_LONGEST = 300
_ADDRESS = re.compile(r"\S*(?:://|[?&]\w+=)")


class Unreadable(Exception):
    """The answer is no document of the kind that was asked for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error inside a document: the field at fault, "" where it names none, its number and what it says."""

    field: str
    number: str
    said: str

    @property
    def of_the_system(self) -> bool:
        """True where the system itself failed: what was asked may have been done all the same."""
        return bool(_SYSTEM.search(self.said))

    def __str__(self) -> str:
        return " ".join(each for each in (self.field, self.number, self.said) if each)


def peeled(body: bytes) -> str:
    """The text of an answer: without the quotes of JSON, or a <string> around it. Blanks stay, a session has some."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    if text.strip()[:1] == '"':
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, str) else text
    wrapped = _WRAPPED.fullmatch(text)
    return html.unescape(wrapped[1]) if wrapped else text


def error_in(text: str) -> str:
    """The words of an answer that is an error as a whole, "" for any other. An address in them is cut off with all that
    follows: ours has the password and the session."""
    found = " ".join(text.split())[:_LONGEST]
    if not (found.upper().startswith("ERROR") or _is_bare_exception(found)):
        return ""
    before = _ADDRESS.split(found, maxsplit=1)[0]
    return found if before == found else f"{before}...{' exception 100000' if is_not_licensed(found) else ''}"


def _is_bare_exception(text: str) -> bool:
    return bool(_NOT_LICENSED.search(text)) and not text.startswith("<")


def is_not_licensed(error: str) -> bool:
    """True where the object is not installed, or its functional area not licensed for the operator."""
    return bool(_NOT_LICENSED.search(error))


def is_of_the_credential(error: str) -> bool:
    """True where a refused logon is the credential's fault, and not that of seats that are taken."""
    if "password" in error.lower():
        return True  # also where a maximum number of tries locked the account
    return bool(_CREDENTIAL.search(error)) and not _FULL.search(error)


def document_in(text: str) -> Any:
    """The root of the document. Raises Unreadable for what is none."""
    try:
        return fromstring(_DECLARED.sub("", text, count=1).strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        raise Unreadable("no XML document") from None


def name_of(element: Any) -> str:
    """The element's name in lower case, without its prefix."""
    return str(element.tag).rpartition("}")[2].lower()


def child(element: Any, name: str) -> str:
    """The text of the first child of that name, "" for none."""
    return next((plain(each.text) for each in element if name_of(each) == name.lower()), "")


def each_in(root: Any, name: str) -> Iterator[Any]:
    """All elements of that name, at any depth."""
    return (each for each in root.iter() if name_of(each) == name.lower())


def row_in(element: Any) -> dict[str, str]:
    """The element's children as a row. Of a name that comes twice the first that is filled counts; an edited number
    gives way to its unedited twin."""
    found: dict[str, str] = {}
    for each in element:
        name, value = name_of(each), plain(each.text)
        if value or name not in found:
            found[name] = found.get(name) or value
    unedited = {name.removeprefix("unedited_"): value for name, value in found.items() if name.startswith("unedited_")}
    return {**found, **{name: value for name, value in unedited.items() if value}}


def faults_in(root: Any) -> list[Fault]:
    """The errors of a document, at any depth."""
    found = []
    for each in root.iter():
        number, said = child(each, "ErrorNumber"), child(each, "ErrorDescription")
        if number or said:
            field = "" if each is root or name_of(each) in ("item", "row") else name_of(each)
            found.append(Fault(field, number, " ".join(said.split())[:_LONGEST]))
    return found


def counted(root: Any, names: frozenset[str]) -> int:
    """The sum of these counters; they are zero padded."""
    texts = (plain(each.text) for each in root.iter() if name_of(each) in names)
    return sum(int(each) for each in texts if each.isascii() and each.isdigit())


def plain(value: str | None) -> str:
    """A value without the blanks around it; a date that is none is blank."""
    found = (value or "").strip()
    return "" if found == "0000-00-00" else found


def said(row: Row, column: str) -> str:
    """A column of a row, "" for none."""
    return row.get(column.lower(), "")


def shown(key: str) -> str:
    """A key as people know it: a number without its zeros, anything else as it is."""
    found = key.strip()
    return (found.lstrip("0") or found[-1:]) if found.isascii() and found.isdigit() else found


def stored(key: str) -> tuple[str, ...]:
    """Return the forms in which a key may be stored: a number with zeros to 15, or as it is."""
    found = key.strip()
    padded = found.zfill(15) if found.isascii() and found.isdigit() else found
    return tuple(dict.fromkeys((padded, found)))
