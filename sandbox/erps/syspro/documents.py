"""The XML that e.net takes and gives, and how it says no (facts/syspro.md, section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from html import escape
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException, ElementTree

from sandbox.erps.syspro.tables import Value

GENERAL, BAD_DATE, BLANK, DUPLICATE, NOT_FOUND, DENIED = 100000, 100028, 100030, 120001, 240004, 240096
"""Error numbers of a document. 100000 in a document is only "general"; 240096 is access denied, or not numeric."""
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
DECLARATION = '<?xml version="1.0" encoding="Windows-1252"?>\n'


class SaysError(Exception):
    """The whole answer is this text, with status 200."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotThere(Exception):
    """The HTTP stack answers: nothing of SYSPRO has seen the request."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Fault(Exception):
    """An error in a document, at the element that it is about."""

    def __init__(self, name: str, value: str, number: int, text: str) -> None:
        super().__init__(text)
        self.name, self.value, self.number, self.text = name, value, number, text

    def xml(self, *, lower: bool = False) -> str:
        inner = tag("Value", self.value) + tag("ErrorNumber", str(self.number)) + tag("ErrorDescription", self.text)
        return wrap(self.name.lower() if lower else self.name, inner)


def read(text: str) -> Element:
    """A document that was sent. Raises SaysError for what is none, and for one with a document type."""
    try:
        found: Element = ElementTree.fromstring(re.sub(r"^\s*<\?xml.*?\?>", "", text, flags=re.DOTALL), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise SaysError(f"ERROR: The XML is not valid: {type(error).__name__}") from None
    return found


def given(node: Element, path: str) -> str:
    """The text at a path, "" where it is not. Only what Windows-1252 has arrives; the rest is question marks."""
    text = (node.findtext(path) or "").strip()
    return text.encode("cp1252", "replace").decode("cp1252")


def needed(node: Element, path: str) -> str:
    """As `given`. Raises Fault where it is blank."""
    if not (text := given(node, path)):
        raise blank(path.rpartition("/")[2])
    return text


def tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else f"<{name}/>"


def wrap(name: str, inner: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{inner}</{name}>"


def blank(name: str) -> Fault:
    return Fault(name, "", BLANK, f"{name} cannot be spaces")


def not_found(name: str, what: str, value: str) -> Fault:
    return Fault(name, value, NOT_FOUND, f"{what} '{value}' not found")


def day(name: str, text: str) -> str:
    """A date of a document: CCYY-MM-DD, or none. Raises Fault."""
    if text in ("", "0000-00-00"):
        return ""
    if not DAY.fullmatch(text):
        raise Fault(name, text, BAD_DATE, f"{name} is an invalid date, must be CCYY-MM-DD")
    return text


def number(name: str, text: str) -> Decimal:
    """A plain decimal of at most 12 and 6 digits. Raises Fault."""
    if not NUMBER.fullmatch(text):
        raise Fault(name, text, DENIED, f"{name} is not numeric")
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover - the pattern has seen to it
        raise Fault(name, text, DENIED, f"{name} is not numeric") from None


def shown(value: Value, kind: str, no_date: str = "") -> str:
    """A value as an answer has it: numbers are padded with blanks, a rowversion is hexadecimal."""
    if kind == "b8":
        return f"0x{int(str(value or 0)):016X}"
    if kind.startswith("n"):
        whole, _, decimals = kind[1:].partition(".")
        places = int(decimals) if decimals else 6
        width = int(whole or 15) + (places + 1 if places else 0)
        return f"{Decimal(str(value or 0)):>{width}.{places}f}"
    if kind == "d":
        return str(value or "") or no_date
    return str(value or "")


def edited(value: Value, places: int = 3) -> str:
    """A number as it is edited for people: blanks before, commas between thousands."""
    return f"{Decimal(str(value or 0)):>18,.{places}f}"


def paths(node: Element, before: str = "") -> Iterator[str]:
    """Every element below a node, by its path."""
    for child in node:
        path = f"{before}{child.tag}"
        yield path
        yield from paths(child, f"{path}/")


def overlooked(root: Element, known: Iterable[str]) -> list[str]:
    """The elements that SYSPRO reads without a word and ignores. A known path that ends in /* has all below it."""
    whole = {each for each in known if not each.endswith("/*")}
    open_ended = tuple(each.removesuffix("*") for each in known if each.endswith("/*"))
    whole |= {each.removesuffix("/") for each in open_ended}
    whole |= {path[:at] for path in whole for at, sign in enumerate(path) if sign == "/"}
    return [path for path in dict.fromkeys(paths(root)) if path not in whole and not path.startswith(open_ended)]
