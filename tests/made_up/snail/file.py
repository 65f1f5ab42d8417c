"""Snail's part of the connection file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.connection import CarrierKind, CarrierPart, LabelSetting, TrackingPart, shaped


class SnailCarrier(CarrierPart):
    """One customer of Snail: the key says which, there is no account to name."""

    kind: Literal["snail"]


class SnailLabel(LabelSetting):
    """Snail draws its labels."""

    format: Literal["PNG"] = Field("PNG", description="format of the label's image")  # type: ignore[assignment]


KIND = CarrierKind(
    name="snail",
    title="Snail",
    adapter="tests.made_up.snail",
    setup="tests.made_up.snail.setup",
    hosts=("snail.example.invalid",),
    part=SnailCarrier,
    service=Annotated[
        str,
        shaped(r"snail_[a-z_]{1,30}", "a service of Snail, such as snail_ground"),
        Field(examples=["snail_ground", "snail_sprint"]),
    ],
    tracking=TrackingPart,
    label=SnailLabel,
)
