"""The MI programs of the emulated tenant: their transactions and fields, and what a request must look like.

The facts are in programs.json (source: NOTICE.md). The checks are at least as strict as those of a real API server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


class MiFault(Exception):
    """An MI error, as the API server words it: errorType, errorCode, errorMessage, errorField."""

    def __init__(self, kind: str, message: str, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.kind, self.message, self.code, self.field = kind, message, code, field


def nok(code: str, message: str, field: str = "") -> MiFault:
    """A refusal by the MI program itself, under one of M3's message ids."""
    return MiFault("ServerReturnedNOK", message, code=code, field=field)


@dataclass(frozen=True)
class Field:
    """A (text), N (number with a decimal point) or D (date); `length` in characters."""

    type: str
    length: int
    mandatory: bool = False


@dataclass(frozen=True)
class Transaction:
    """One MI transaction; `many` says that it lists."""

    many: bool
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]


Programs = dict[str, dict[str, Transaction]]
"""Program → transaction → its fields."""

CONTEXT = frozenset(
    {"cono", "divi", "maxrecs", "dateformat", "returncols", "righttrim", "excludeempty", "extendedresult"}
)
_ALLOWED = {
    "maxrecs": re.compile(r"\d{1,9}"),
    "dateformat": re.compile(r"YMD8|YMD6|MDY6|DMY6|YWD5|YMD8-"),
    "righttrim": re.compile("true|false"),
    "excludeempty": re.compile("true|false"),
    "extendedresult": re.compile("true|false"),
    "divi": re.compile(r"[A-Z0-9]{0,3}"),
}


@cache
def programs() -> Programs:
    """The programs that every tenant has unless it is said otherwise."""
    loaded = json.loads(Path(__file__).with_name("programs.json").read_text(encoding="utf-8"))
    return {
        program: {
            name: Transaction(entry["list"], _fields(entry["in"]), _fields(entry["out"]))
            for name, entry in transactions.items()
        }
        for program, transactions in loaded.items()
    }


def find(known: Programs, program: str, transaction: str) -> Transaction:
    """Raises MiFault TransactionNotFound, which is what an unknown program gets too."""
    found = known.get(program, {}).get(transaction)
    if found is None:
        raise MiFault("TransactionNotFound", f"Transaction {transaction} not found in program {program}")
    return found


def check(transaction: Transaction, record: Mapping[str, str], context: Mapping[str, str]) -> None:
    """Raises MiFault for the first thing wrong with a request."""
    for name, value in context.items():
        if name in _ALLOWED and not _ALLOWED[name].fullmatch(value):
            raise MiFault("MalformedRequest", f"Invalid value of {name}: {value}", field=name)
    for column in filter(None, context.get("returncols", "").split(",")):
        if transaction.outputs and column not in transaction.outputs:
            raise MiFault("MalformedRequest", f"Unknown output field {column}", field=column)
    for name, value in record.items():
        _check_field(transaction, name, value)
    for name, field in transaction.inputs.items():
        if field.mandatory and not record.get(name, "").strip():
            raise MiFault("MandatoryInputFieldNotFound", f"Mandatory input field {name} not found", field=name)


def _check_field(transaction: Transaction, name: str, value: str) -> None:
    field = transaction.inputs.get(name)
    if field is None:
        raise MiFault("MalformedRequest", f"Unknown input field {name}", field=name)
    if len(value) > field.length:
        raise MiFault("InputFieldTooLong", f"Input field {name} is longer than {field.length}", field=name)
    plain = value.strip()
    if field.type == "N" and plain and not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise nok("XNU0000", "Numeric error", name)
    if field.type == "D" and plain and not re.fullmatch(r"\d{8}", plain):
        raise nok("XDT0001", "Incorrect date", name)


def _fields(table: Mapping[str, str]) -> dict[str, Field]:
    return {name: Field(text[0], int(text[1:].rstrip("!")), text.endswith("!")) for name, text in table.items()}
