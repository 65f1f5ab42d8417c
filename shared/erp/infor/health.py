"""Holds a binding against what the tenant's own repository (MRS001MI) says of its transaction. Pure.

Lengths, fields and mandatory inputs differ by release, so the tenant always wins over any table of ours
(facts/infor.md, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.erp.fields.checks import too_short
from shared.erp.fields.target import FieldTarget
from shared.erp.infor.bindings import Binding
from shared.erp.infor.client import Record

_NOT_MANDATORY = frozenset({"", "0", "N"})
_BY_CONTEXT = "CONO"
"""Given with every call as context, never by an entry."""
_SAMPLES = {
    "since": "1762092000000", "since_date": "20261102", "status_from": "20", "status_to": "35", "direction": "I",
}  # fmt: skip
"""Values of a known length; any other stands for at least nothing."""

PAGE_NAMES: Mapping[str, str] = {
    "PPS100MI": "in M3 it is the interface of purchase agreements: no orders, no date of change. "
    "Orders are the jobs po.list_changed, po.head and po.lines",
    "PPS300MI": "public lists of MI programs do not have it: PPS300 is the interactive receipt. "
    "A receipt of a purchase order is PPS001MI.Receipt",
    "MMS471MI": "it was found in no list of MI programs; MMS470MI is packages, MMS472MI sublots. "
    "A receipt of other stock is MHS850MI.AddDOReceipt",
}
"""Names that are in use for these jobs outside M3, and what they are there (facts/infor.md, section 3)."""


@dataclass(frozen=True, slots=True)
class MiField:
    """A field as the repository has it; `length` is None when it says none, `type` "" (A text, N number, D date)."""

    length: int | None
    mandatory: bool
    type: str = ""


Fields = Mapping[str, MiField]


def read_fields(rows: Iterable[Record]) -> dict[str, MiField]:
    """MRS001MI.LstFields by field name."""
    return {
        row["field"]: MiField(_length(row["length"]), row["mandatory"] not in _NOT_MANDATORY, row.get("type", ""))
        for row in rows
    }


def problems_of(
    job: str,
    binding: Binding,
    transaction: str,
    inputs: Fields,
    outputs: Fields,
    targets: Mapping[str, int | None],
) -> Iterator[str]:
    """Yield the problems of an entry with the tenant's transaction. `targets` are the free fields that the connection
    uses, with the length it counts on: written by a write, read by the read-back."""
    name = f"{binding.program}.{transaction}"
    written = targets if job == "shipment.write_back" else {}
    yield from _inputs(job, name, [*binding.input, *written], inputs)
    yield from _lengths(job, name, binding, written, inputs)
    read = [*binding.output.values(), *(targets if job == "shipment.read_back" else ())]
    if binding.decode:
        read = [binding.decode.field]
    for field in dict.fromkeys(read):
        if field not in outputs:
            yield f"{job}: {name} returns no field {field}"


def unfit(write_back: Mapping[str, FieldTarget], inputs: Fields) -> Iterator[str]:
    """The fields of write_back that cannot hold what they are for: each write to them would be refused."""
    numeric = {name for name, target in write_back.items() if _is_number(target, inputs) and name != "cost"}
    for name in sorted(numeric):
        yield f"write_back.{name}: {write_back[name].field} is a number: map it to a text field"
    texts = {name: target for name, target in write_back.items() if name not in numeric}
    for name, why in too_short(texts, {name: field.length for name, field in inputs.items()}):
        yield f"write_back.{name}: {why}: name a field that holds it, such as A121, or off"


def _is_number(target: FieldTarget, inputs: Fields) -> bool:
    field = inputs.get(target.field)
    return field is not None and field.type == "N"


def explanation(program: str) -> str:
    """Explain in brackets a program that is often named wrongly; "" for any other."""
    return f" ({PAGE_NAMES[program]})" if program in PAGE_NAMES else ""


def _inputs(job: str, name: str, given: Iterable[str], inputs: Fields) -> Iterator[str]:
    fields = list(given)
    for field in fields:
        if field not in inputs:
            yield f"{job}: {name} takes no field {field}"
    for field, known in inputs.items():
        if known.mandatory and field not in fields and field != _BY_CONTEXT:
            yield f"{job}: {name} wants {field}, which the entry does not give"


def _lengths(job: str, name: str, binding: Binding, written: Mapping[str, int | None], inputs: Fields) -> Iterator[str]:
    """Texts that are longer than their field: literals, samples of known length, and what write_back counts on."""
    wanted: dict[str, int] = {field: len(text) for field, text in binding.render(_SAMPLES).items()}
    for field, length in written.items():
        wanted[field] = length or binding.length.get(field, 0)
    for field, length in wanted.items():
        longest = inputs[field].length if field in inputs else None
        if longest is not None and length > longest:
            yield f"{job}: {name} takes {longest} characters in {field}, {length} are wanted"


def _length(text: str) -> int | None:
    return int(text) if text.isdigit() else None
