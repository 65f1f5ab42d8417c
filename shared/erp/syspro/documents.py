"""The XML documents that e.net takes (facts/syspro.md, sections 2, 3 and 6). Pure.

Every value from a file or a row goes through `text`: what it writes is data, whatever it holds. Documents are declared
Windows-1252, so what that does not have is refused rather than lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from shared.errors import Refused

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>'
LARGE = "http://SYSPROWcfService"


@dataclass(frozen=True, slots=True)
class Where:
    """One comparison. SYSPRO compares as stored: a number's key has its zeros."""

    column: str
    condition: str
    value: str


Group = Sequence[Where]
"""Comparisons of which one must hold."""


def equal(column: str, values: Iterable[str]) -> Group:
    """The column has one of these values."""
    return [Where(column, "EQ", value) for value in values]


def find(table: str, columns: Sequence[str], groups: Sequence[Group], key: str, rows: int) -> str:
    """A COMFND query: rows of a table of which one comparison of each group holds, ascending by the key."""
    filled = [group for group in groups if group]
    where = "".join(_expressions(group, first=not place) for place, group in enumerate(filled))
    listed = "".join(f"<Column>{text(each)}</Column>" for each in columns)
    return (
        f"{HEAD}<Query><TableName>{text(table)}</TableName><ReturnRows>{rows}</ReturnRows><Columns>{listed}</Columns>"
        + (f"<Where>{where}</Where>" if where else "")
        + f"<OrderBy><Column>{text(key)}</Column></OrderBy></Query>"
    )


def _expressions(group: Group, *, first: bool) -> str:
    """The group in brackets of its own. And or Or stand in every expression but the very first."""
    written = []
    for place, each in enumerate(group):
        opening = "((" if not place else "("
        closing = "))" if place == len(group) - 1 else ")"
        joint = "Or" if place else "And"
        said = "" if first and not place else f"<AndOr>{joint}</AndOr>"
        written.append(
            f"<Expression><OpenBracket>{opening}</OpenBracket>{said}<Column>{text(each.column)}</Column>"
            f"<Condition>{each.condition}</Condition><Value>{text(each.value)}</Value>"
            f"<CloseBracket>{closing}</CloseBracket></Expression>"
        )
    return "".join(written)


def fetch(table: str, key: str) -> str:
    """A COMFCH query: one row with all its columns."""
    return f"{HEAD}<Fetch><TableName>{text(table)}</TableName><Key>{text(key)}</Key></Fetch>"


def note(key: str) -> str:
    """A SORQDN query: one dispatch note with its lines of goods."""
    wanted = {"Stocked": True, "NonStocked": True, "Freight": False, "Miscellaneous": False, "Comment": False}
    options = "".join(f"<Include{name}Lines>{_yes(value)}</Include{name}Lines>" for name, value in wanted.items())
    return f"{HEAD}<Query><Key><DispatchNote>{text(key)}</DispatchNote></Key><Option>{options}</Option></Query>"


def purchase(key: str) -> str:
    """A PORQRY query: one purchase order with its lines of goods."""
    wanted = {"Stocked": True, "NonStocked": True, "Freight": False, "Miscellaneous": False, "Comment": False}
    options = "".join(f"<Include{name}Lines>{_yes(value)}</Include{name}Lines>" for name, value in wanted.items())
    return f"{HEAD}<Query><Key><PurchaseOrder>{text(key)}</PurchaseOrder></Key><Option>{options}</Option></Query>"


def form(form_type: str, key: str) -> str:
    """A COMQFM query: the definition of a custom form, with the values of one key."""
    return f"{HEAD}<Query><Key><FormType>{text(form_type)}</FormType><KeyField>{text(key)}</KeyField></Key></Query>"


def form_item(form_type: str, key: str, field: str, element: str, value: str) -> str:
    """One value of a form; `element` is AlphaValue, NumericValue or DateValue."""
    named = (
        f"<FormType>{text(form_type)}</FormType><KeyField>{text(key)}</KeyField><FieldName>{text(field)}</FieldName>"
    )
    return f"<Item><Key>{named}</Key><{element}>{text(value)}</{element}></Item>"


def form_items(items: Iterable[str]) -> str:
    """A COMSFM document of such values."""
    return f"{HEAD}<SetupCustomForm>{''.join(items)}</SetupCustomForm>"


def form_parameters(*, only: bool) -> str:
    """The parameters of COMSFM. ValidateOnly always stands there: left out, it can mean that nothing is done."""
    return (
        f"{HEAD}<SetupCustomForm><Parameters><ValidateOnly>{_yes(only)}</ValidateOnly></Parameters></SetupCustomForm>"
    )


def note_header(note: str, values: Mapping[str, str]) -> str:
    """A SORTDH document: all four fields of a dispatch note's head that can be changed."""
    fields = "".join(f"<{name}>{text(value)}</{name}>" for name, value in values.items())
    return (
        f"{HEAD}<PostDispNoteHeader><Item><DispatchNote>{text(note)}</DispatchNote>{fields}</Item></PostDispNoteHeader>"
    )


def note_parameters(*, only: bool) -> str:
    """The parameters of SORTDH."""
    return (
        f"{HEAD}<PostDispNoteHeader><Parameters><IgnoreWarnings>N</IgnoreWarnings>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        f"<ValidateOnly>{_yes(only)}</ValidateOnly></Parameters></PostDispNoteHeader>"
    )


def large(session: str, business_object: str, parameters: str, document: str) -> bytes:
    """The body of Transaction/PostLD: both documents as text inside the body."""
    parts = {"UserId": session, "BusinessObject": business_object, "XmlParameters": parameters, "XmlIn": document}
    inside = "".join(f"<{name}>{_cdata(value)}</{name}>" for name, value in parts.items())
    return f'<TransactionPostLD xmlns="{LARGE}">{inside}</TransactionPostLD>'.encode()


def _cdata(value: str) -> str:
    return escape(value) if "]]>" in value or "<" not in value else f"<![CDATA[{value}]]>"


def _yes(value: bool) -> str:
    return "Y" if value else "N"


def text(value: str) -> str:
    """The value as an element has it. Raises Refused for a character that Windows-1252 does not have."""
    wrong = sorted({each for each in value if not _fits(each)})
    if wrong:
        raise Refused(
            "missing",
            f"SYSPRO's documents cannot hold {''.join(wrong[:8])!a}",
            field="document or write_back",
            value=value,
            hint="SYSPRO keeps texts in Windows-1252: use its letters only",
        )
    return escape(value)


def _fits(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return character >= " " and not "\x7f" <= character <= "\x9f"
