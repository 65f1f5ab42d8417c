"""Burrow's part of the connection file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from shared.connection import Code, ErpKind, ErpPart, FieldPath, Mapped, SelectPart, Target, WriteBackPart
from shared.domain.order import Flow


class BurrowErp(ErpPart):
    """One site of a Burrow."""

    kind: Literal["burrow"]
    site: Code = Field(description="the site whose requests are read", examples=["HOLE1"])

    flows: ClassVar[tuple[Flow, ...]] = ("inbound",)
    documents: ClassVar[str] = "requests: what comes in from a supplier"

    @property
    def company_code(self) -> str:
        return self.site


class BurrowSelect(SelectPart):
    """Which requests are taken."""

    methods: tuple[Code, ...] = Field((), description="methods that are taken", examples=[["HOP"]])

    @property
    def looked_up(self) -> Mapping[str, str]:
        return {"methods": "methods"}

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", "methods", place), code) for place, code in enumerate(self.methods))


class BurrowWriteBack(WriteBackPart):
    """Paths in a request's `shipping`."""

    tracking_numbers: Mapped = Target(to="parcels")
    service: Mapped = Target(to="service")
    cost: Mapped = Target(to="price.amount")
    currency: Mapped = Target(to="price.currency")
    eta: Mapped = Target(to="expected")
    milestone: Mapped = Target(to="stage")


KIND = ErpKind(
    name="burrow",
    title="Burrow",
    adapter="tests.made_up.burrow",
    setup="tests.made_up.burrow.setup",
    hosts=("burrow.example.invalid",),
    part=BurrowErp,
    select=BurrowSelect,
    write_back=BurrowWriteBack,
)
