"""The binding table: which MI program and transaction does each job, with which inputs and outputs.

The defaults are in bindings.json. A connection may replace an entry, always as a whole (facts/infor.md, section 3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from shared.domain.receiving import ADVISE
from shared.errors import Misconfigured
from shared.ports import LookupKind

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(\?)?\}")
_MI_FIELD = r"^[A-Z0-9&#@$_]{4,10}$"

_SEPARATORS = "^|~;!"
"""Characters that stand in no code, date or number. EXPORTMI has meanings of its own for a blank, * and #."""

RECORD_MISSING = ("XRE0103",)
RECORD_EXISTS = ("XRE0104",)


@lru_cache(maxsize=1024)
def _named_in(text: str) -> tuple[tuple[str, str], ...]:
    """The values that an input's text names, each with its question mark or ""."""
    return tuple(_PLACEHOLDER.findall(text))


class Decode(BaseModel):
    """How an answer packs columns into one field (EXPORTMI): joined by `separator`, under a heading as first record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(pattern=_MI_FIELD)
    separator: str = Field(pattern=f"^[{re.escape(_SEPARATORS)}]$")


class Binding(BaseModel):
    """One job's entry.

    `input` maps MI fields to a literal or {value} (trailing ?: left out when empty), `output` our names to MI fields.
    `not_found` and `exists` are the error codes with those meanings, `length` the longest value a written field takes,
    `settings` what the job's reader needs to know of the tenant's codes, `decode` how packed columns are read, `cursor`
    whether `changed` is a timestamp or a day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    program: str = Field(pattern=r"^[A-Z0-9]{4,10}$")
    transaction: str = Field(pattern=r"^\w{2,15}$")
    kind: Literal["get", "list", "write"]
    context: dict[str, str] = {}
    input: dict[str, str] = {}
    output: dict[str, str] = {}
    change: str = Field("", pattern=r"^\w{0,15}$")
    not_found: tuple[str, ...] = RECORD_MISSING
    exists: tuple[str, ...] = RECORD_EXISTS
    length: dict[str, int] = {}
    settings: dict[str, str] = {}
    decode: Decode | None = None
    cursor: Literal["timestamp", "date"] = "timestamp"

    @field_validator("input", "output")
    @classmethod
    def _fields(cls, table: dict[str, str], info: Any) -> dict[str, str]:
        for name in table if info.field_name == "input" else table.values():
            if not re.match(_MI_FIELD, name):
                raise ValueError(f"{name!r} is no MI field (capitals and digits, such as PUNO)")
        return table

    @model_validator(mode="after")
    def _one_separator(self) -> Binding:
        if self.decode and (self.input.get("SEPC"), self.input.get("HDRS")) != (self.decode.separator, "1"):
            raise ValueError("decode wants the same separator as input SEPC, and input HDRS 1 for the heading")
        return self

    def placeholders(self) -> set[str]:
        return {name for text in self.input.values() for name, _ in _named_in(text)}

    def render(self, values: Mapping[str, str]) -> dict[str, str]:
        """The MI fields of one call; a field with an empty {value?} is left out."""
        fields = {}
        for name, text in self.input.items():
            named = _named_in(text)
            optional_empty = any(mark and not values.get(key) for key, mark in named)
            if not optional_empty:
                fields[name] = _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text) if named else text
        return fields

    def codes(self, name: str) -> tuple[str, ...]:
        """A setting that lists codes, separated by blanks."""
        return tuple(self.settings.get(name, "").split())


Bindings = Mapping[str, Binding]

_OF_RECEIPT = frozenset(
    {"po_number", "line", "subline", "quantity", "delivery_note", "receipt_date", "responsible", "warehouse"}
    | {"supplier", "item", "tracking_number"}
)

_CONTRACT: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "po.list_changed": (
        frozenset({"since", "since_date", "status_from", "status_to"}),
        frozenset({"po_number", "changed"}),
    ),
    "po.head": (frozenset({"po_number"}), frozenset({"supplier"})),
    "po.lines": (frozenset({"po_number"}), frozenset({"line", "item", "ordered_qty", "unit"})),
    "po.delivery_address": (frozenset({"po_number", "line"}), frozenset({"name", "line1", "city", "country"})),
    "po.bill_to": (frozenset({"po_number"}), frozenset({"name", "line1", "city", "country"})),
    "warehouse.address": (frozenset({"warehouse"}), frozenset({"name", "line1", "city", "country"})),
    "supplier.basic": (frozenset({"supplier"}), frozenset({"name"})),
    "supplier.contact": (frozenset({"supplier"}), frozenset({"phone"})),
    "supplier.address": (frozenset({"supplier"}), frozenset({"name", "line1", "city", "country"})),
    "item.basic": (frozenset({"item"}), frozenset({"gross_weight", "hazardous"})),
    "item.units": (frozenset({"item"}), frozenset({"unit", "factor", "form"})),
    "shipment.write_back": (frozenset({"po_number"}), frozenset()),
    "shipment.read_back": (frozenset({"po_number"}), frozenset()),
    **{job: (_OF_RECEIPT, frozenset()) for job in ("receipt.post", "receipt.inventory", ADVISE)},
    "receipt.list": (frozenset({"po_number", "line", "subline"}), frozenset({"receiving_number", "delivery_note"})),
    "item.list": (frozenset({"after"}), frozenset({"item", "name"})),
    "warehouse.facility": (frozenset({"warehouse"}), frozenset({"facility"})),
    "item.customs": (frozenset({"facility", "item"}), frozenset({"commodity_code", "origin"})),
    "stock.balance": (frozenset({"warehouse", "item"}), frozenset({"on_hand"})),
    "stock.location": (
        frozenset({"warehouse", "location", "item"}),
        frozenset({"warehouse", "location", "on_hand"}),
    ),
    "stock.count": (frozenset({"warehouse", "location", "item", "pieces", "remark"}), frozenset()),
    **{f"lookup.{kind}": (frozenset({"after"}), frozenset({"code"})) for kind in get_args(LookupKind)},
    "health.transactions": (frozenset({"program"}), frozenset({"transaction"})),
    "health.fields": (
        frozenset({"program", "transaction", "direction"}),
        frozenset({"field", "length", "mandatory"}),
    ),
}
"""Per job: the values that its inputs may name, and the outputs that its reader cannot do without."""


def bindings_of(
    replacements: Mapping[str, Any], *, receives: bool = False, more: frozenset[str] = frozenset()
) -> Bindings:
    """The defaults with a connection's entries in their places. Raises Misconfigured naming the entry and the field.

    Entries for receipts are there for a connection that `receives`, those for stock, items and advices for one that
    wants `more` jobs: no other one is asked whether its tenant has them.
    """
    shipped = {**default_bindings(), **receipt_bindings()} if receives else dict(default_bindings())
    shipped |= {job: entry for job, entry in optional_bindings().items() if job in more}
    return {**shipped, **{job: _entry(job, entry) for job, entry in replacements.items()}}


@cache
def default_bindings() -> Bindings:
    """The shipped table: fields checked against the public metadata of the programs."""
    return {job: _entry(job, entry) for job, entry in _shipped("bindings.json").items()}


@cache
def receipt_bindings() -> Bindings:
    """The shipped entries for receipts of purchase orders."""
    return {job: _entry(job, entry) for job, entry in _shipped("receipts.json").items()}


@cache
def optional_bindings() -> Bindings:
    """The shipped entries for stock, items, advices and customs, of which a file asks for some."""
    return {job: _entry(job, entry) for job, entry in _shipped("optional.json").items()}


AT_A_BORDER = frozenset({"warehouse.facility", "item.customs"})
"""The optional entries that orders across a border need."""


@cache
def alternatives() -> Mapping[str, Bindings]:
    """Job → shipped entries that a connection may take instead, by their names: {use: EXPORTMI.Select}."""
    shipped = _shipped("alternatives.json").items()
    return {job: {name: _entry(job, entry) for name, entry in entries.items()} for job, entries in shipped}


def _shipped(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return loaded


def _alternative(job: str, name: str, place: str) -> Binding:
    known = alternatives().get(job, {})
    if name not in known:
        hint = "shipped for this job: " + (", ".join(sorted(known)) or "none; give the whole entry")
        raise Misconfigured(f"{place}.use: there is no {name!r}", field=f"{place}.use", hint=hint)
    return known[name]


def _entry(job: str, entry: Any) -> Binding:
    place = f"erp.bindings.{job}"
    if job not in _CONTRACT:
        raise Misconfigured(f"there is no job {job!r}", field=place, hint="jobs: " + ", ".join(sorted(_CONTRACT)))
    if isinstance(entry, Mapping) and set(entry) == {"use"}:
        return _alternative(job, str(entry["use"]), place)
    try:
        binding = Binding.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([place, *map(str, first["loc"])])
        hint = "an entry replaces the default whole: program, transaction, kind, input, output"
        raise Misconfigured(f"{where}: {first['msg']}", field=where, hint=hint) from None
    values, outputs = _CONTRACT[job]
    for name in sorted(binding.placeholders() - values):
        hint = "values here: " + ", ".join(sorted(values))
        raise Misconfigured(
            f"{place}.input names {{{name}}}, which this job has not", field=f"{place}.input", hint=hint
        )
    for name in sorted(outputs - binding.output.keys()):
        hint = "it is read by name: map it to the field of your transaction"
        raise Misconfigured(f"{place}.output lacks {name!r}", field=f"{place}.output.{name}", hint=hint)
    return binding
