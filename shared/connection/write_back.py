"""The `write_back` part of the file: where each fact of a shipment goes in the ERP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from shared.connection.part import Part
from shared.connection.values import Code, Count, InWords
from shared.domain.milestones import Milestone
from shared.domain.state import Reason

WORDS: Mapping[str, frozenset[str]] = {"milestone": frozenset(Milestone), "failure": frozenset(Reason)}
"""Canonical name → the words that its value may be, for those that have a fixed list of them."""


class Target(Part):
    """The ERP's field for a canonical name. `max` is its length in characters, None for the field's own; `values` are
    the ERP's words for ours, such as {delivered: D}: what it does not name is written as it is."""

    to: Code = Field(description="the field, where mode, max or values are given too", examples=["tracking"])
    mode: Literal["overwrite", "if_empty", "append"] = Field(
        "overwrite", description="overwrite, only if empty, or behind what stands there", examples=["append"]
    )
    max: Count | None = Field(
        None, description="its length in characters, where it is shorter than the field's own", examples=[120]
    )
    values: dict[str, str] = Field(
        {},
        description="the ERP's words for ours; what is not named is written as it is",
        examples=[{"delivered": "D"}],
    )


def target(value: object) -> object:
    """A target as the file writes it: a field's name, `off`, or a mapping."""
    if value == "off":
        return None
    return {"to": value} if isinstance(value, str) else value


Mapped = Annotated[
    Target | None,
    BeforeValidator(
        target, json_schema_input_type=Target | Annotated[str, InWords("a field of the ERP, or off")] | None
    ),
]


FACTS: Mapping[str, str] = {
    "tracking_numbers": "field for the tracking numbers",
    "service": "field for the carrier service",
    "cost": "field for the cost; empty when another account pays",
    "currency": "field for the cost's currency",
    "eta": "field for the day of arrival",
    "milestone": "field for the last milestone",
    "failure": "field for the reason why an order is held before it has a label",
    "tracking_url": "field for a link to the tracking page",
}
"""Canonical name → what is written there, unless the kind's own part describes it."""


def _as_written(schema: dict[str, Any]) -> None:
    """Defaults as the file has them: a field's name, or off."""
    for name, key in schema["properties"].items():
        if name in FACTS:
            key.setdefault("description", FACTS[name])
        if name in FACTS and "default" in key:
            default = key["default"] or {"to": "off"}
            if "to" not in default:  # a part of the kind's own, with keys of its own
                continue
            more = {key: value for key, value in default.items() if value and value != "overwrite"}
            key["default"] = more if more.keys() > {"to"} else default["to"]


class WriteBackPart(Part):
    """The `write_back` part: canonical name → field, None for off."""

    model_config = ConfigDict(json_schema_extra=_as_written)

    enabled: bool = Field(True, description="false writes nothing at all to the ERP")

    def unknown_words(self) -> Iterator[tuple[str, str]]:
        """Words of ours that a target translates and that are none: a canonical name and the word."""
        for name, each in self.targets().items():
            yield from ((name, word) for word in each.values if name in WORDS and word not in WORDS[name])

    def targets(self) -> Mapping[str, Target]:
        """The canonical names that have a field, with it."""
        found = {name: getattr(self, name) for name in type(self).model_fields if name != "enabled"}
        return {name: each for name, each in found.items() if isinstance(each, Target)}

    def writes(self, name: str) -> bool:
        """Tell if the canonical name has a field."""
        return name in self.targets()
