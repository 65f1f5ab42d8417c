"""The fields that are written: those of custom forms, and those of the dispatch note itself, as the file names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from shared.connection import Count, InWords, Part, Target, shaped

FormType = Annotated[str, shaped(r"[A-Za-z0-9]{1,3}", "a type of form, such as ORD: up to 3 letters and digits")]
FieldCode = Annotated[str, shaped(r"[A-Za-z0-9-]{1,6}", "a field's code: up to 6 letters, digits and -")]
UserField = Literal["UserField1", "UserField2"]
ORDER_FORM = "ORD"
"""The form of sales orders. Any other form is one of the document itself."""


class FormTarget(Target):
    """A field of a custom form. `to` is the form and the field together, as messages name it."""

    to: SkipJsonSchema[str] = ""
    form: FormType = Field(ORDER_FORM, description="the form: ORD is the sales order's", examples=["ORD"])
    field: FieldCode = Field(description="the field's code in Custom Form Design", examples=["TRACK1"])
    mode: Literal["overwrite", "if_empty", "append"] = Field(
        "if_empty", description="overwrite, only if empty or ours, or behind what stands there", examples=["if_empty"]
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """The name of both together. A file gives form and field; what was stored has the name too."""
        if not isinstance(value, Mapping):
            return value
        name = f"{value.get('form', ORDER_FORM)}.{value.get('field', '')}"
        if value.get("to", name) != name:
            raise ValueError("allowed: form and field, such as {form: ORD, field: TRACK1}")
        return {**value, "to": name}


class NumbersTarget(FormTarget):
    """The field of the tracking numbers: those of an order's other dispatch notes stay in it."""

    mode: Literal["overwrite", "if_empty", "append"] = Field(
        "append", description="overwrite, only if empty, or behind what stands there", examples=["append"]
    )


def _form_field(value: object) -> object:
    """A form field as the file writes it: its code, `off`, or a mapping."""
    if value == "off":
        return None
    return {"field": value} if isinstance(value, str) else value


_IN_WORDS = InWords("a field's code, {form, field, mode, max, values}, or off")
Mapped = Annotated[
    FormTarget | None,
    BeforeValidator(_form_field, json_schema_input_type=FormTarget | Annotated[str, _IN_WORDS] | None),
]
MappedNumbers = Annotated[
    NumbersTarget | None,
    BeforeValidator(_form_field, json_schema_input_type=NumbersTarget | Annotated[str, _IN_WORDS] | None),
]


class NoteTargets(Part):
    """Fields of the dispatch note itself (SORTDH). The client must be of 2022 or later."""

    enabled: bool = Field(False, description="true writes to the dispatch note itself")
    tracking_numbers: UserField | None = Field(
        None, description="field of the note for the tracking numbers", examples=["UserField1"]
    )
    service: UserField | None = Field(
        None, description="field of the note for the carrier service", examples=["UserField2"]
    )
    delivered: Literal["ActualDeliveryDate"] | None = Field(
        None, description="field of the note for the day of delivery", examples=["ActualDeliveryDate"]
    )
    max: Count = Field(30, description="characters that a user field takes")

    @model_validator(mode="after")
    def _apart(self) -> NoteTargets:
        if self.service and self.service == self.tracking_numbers:
            raise ValueError(f"{self.service} is the field of the tracking numbers already: give service the other one")
        return self
