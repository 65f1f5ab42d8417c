"""Where a value goes in the ERP: the field, how it meets what stands there, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as fact
from typing import Literal

from shared.connection import WriteBackPart

WriteMode = Literal["overwrite", "if_empty", "append"]


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """The field that a value goes to. `longest` is its length in characters, None for the field's own.

    `values` are the ERP's words for ours, such as delivered → D; a value without an entry is written as it is.
    `separator` stands between several tracking numbers. `mark` stands before a value in a field that several documents
    share, and says of which it is.
    """

    field: str
    mode: WriteMode = "overwrite"
    longest: int | None = None
    values: Mapping[str, str] = fact(default_factory=dict)
    separator: str = " "
    mark: str = ""

    def in_their_words(self, value: str) -> str:
        """The value as the field has it."""
        found = self.values.get(value, value)
        return f"{self.mark}{found}" if found else ""


def targets_of(part: WriteBackPart, separator: str = " ") -> dict[str, FieldTarget]:
    """Canonical name → target, as the connection file maps them; nothing when the write-back is switched off."""
    if not part.enabled:
        return {}
    return {
        name: FieldTarget(each.to, each.mode, each.max, each.values, separator) for name, each in part.targets().items()
    }
