"""The connection file's part for Infor M3: the company, the selection, and the fields that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from shared.connection import (
    BaseUrl,
    Code,
    ErpKind,
    ErpPart,
    FieldPath,
    Hazard,
    OrderFact,
    Part,
    Problem,
    SelectPart,
    Target,
    WriteBackPart,
    shaped,
    target,
)
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.order import Flow


def _plain_number(digits: str) -> str:
    """M3's company is a number: "001" and "1" are one company, and orders are claimed by it."""
    return str(int(digits))


class InforErp(ErpPart):
    """Infor CloudSuite M3 through the ION API gateway; units are settings, since M3's records carry none."""

    kind: Literal["infor-m3"]
    base_url: BaseUrl | None = Field(
        None,
        description="another host for the ION API gateway; replaces scheme and authority only",
        examples=["https://gateway.acme.example"],
    )
    cono: Annotated[
        str, shaped(r"\d{1,3}", 'the company number in quotes, such as "100"'), AfterValidator(_plain_number)
    ] = Field(description="company number", examples=["100"])
    divi: Annotated[str, shaped(r"[A-Z0-9]{0,3}", 'the division in quotes, or "" for all')] = Field(
        "", description="division", examples=["AAA"]
    )
    weight_unit: WeightUnit = Field("kg", description="unit of the item file's weights, which M3's records do not say")
    length_unit: LengthUnit = Field("cm", description="unit of the item file's lengths")
    cursor_unit: Literal["ms", "s", "us"] = Field("ms", description="unit of the change stamp LMTS")
    overlap_count: Annotated[int, Field(strict=True, ge=0, le=1_000)] = Field(
        0, description="the least number of orders behind the cursor that are listed again"
    )
    bindings: dict[str, dict[str, Any]] = Field(
        {},
        description="job → the program and transaction of your tenant, each entry whole; {use: NAME} takes a shipped "
        "one",
        examples=[{"po.list_changed": {"use": "EXPORTMI.Select"}}],
    )

    flows: ClassVar[tuple[Flow, ...]] = ("inbound", "drop-ship")
    customs_places: ClassVar[Mapping[str, str]] = {
        "commodity_code": "MMS003, customs statistical number of the item in its facility",
        "origin": "MMS003, country of origin of the item in its facility",
        "net_weight": "MMS001, net weight",
        "value": "the purchase order line's price",
    }
    documents: ClassVar[str] = "purchase orders: what comes in, or goes from a supplier to a customer"

    @property
    def company_code(self) -> str:
        return self.cono

    def gives(self, fact: OrderFact) -> bool:
        """A purchase order's head has no such field of its own: only where a po.head binding reads one."""
        output = self.bindings.get("po.head", {}).get("output")
        return isinstance(output, dict) and fact in output

    def how_to_give(self, fact: OrderFact) -> str:
        return f"name the field of your transaction under erp.bindings, as {fact} in the output of po.head"


class StatusRange(Part):
    """From the one order status to the other, both included."""

    from_: Annotated[str, shaped(r"\d{2}", 'two digits in quotes, such as "20"')] = Field(
        alias="from", description="lowest order status that is taken", examples=["20"]
    )
    to: Annotated[str, shaped(r"\d{2}", 'two digits in quotes, such as "35"')] = Field(
        description="highest order status that is taken, included", examples=["35"]
    )


class InforSelect(SelectPart):
    """Which purchase orders are taken."""

    status: StatusRange | None = None
    delivery_method: tuple[Code, ...] = Field(
        (), description="delivery methods that are taken; each must stand in `services`", examples=[["UPS"]]
    )
    suppliers: tuple[Code, ...] = Field((), description="suppliers whose orders are taken", examples=[["V100", "V200"]])
    warehouses: tuple[Code, ...] = Field((), description="warehouses whose orders are taken", examples=[["W01"]])

    @property
    def looked_up(self) -> Mapping[str, str]:
        return {"methods": "delivery_method", "suppliers": "suppliers", "warehouses": "warehouses"}

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", "delivery_method", place), code) for place, code in enumerate(self.delivery_method))

    def problems(self) -> Iterator[Problem]:
        if self.status and self.status.from_ > self.status.to:
            path = ("select", "status")
            yield Problem(path, "allowed: from not above to", f"{self.status.from_}-{self.status.to}")

    def meets(self, other: SelectPart) -> bool:
        theirs = other.status if isinstance(other, InforSelect) else None
        apart = self.status and theirs and not (self.status.from_ <= theirs.to and theirs.from_ <= self.status.to)
        return not apart and super().meets(other)


_FIELD = "[A-Z0-9]{4}"


class FreeField(Target):
    """A field of CUSEXTMI. `max` is its length where it is shorter than M3's own."""

    to: Annotated[str, shaped(_FIELD, "an M3 field of 4 characters, such as A121 or N096, or off")] = Field(
        description="the field, where mode, max or values are given too", examples=["A121"]
    )


_Mapped = Annotated[
    FreeField | None,
    BeforeValidator(
        target,
        json_schema_input_type=FreeField
        | Annotated[str, shaped(f"{_FIELD}|off", "an M3 field of 4 characters, or off")]
        | None,
    ),
]


class InforWriteBack(WriteBackPart):
    """The defaults are free fields of CUSEXTMI on the purchase order's head.

    A121 has 120 characters, A230 to A630 have 30, N096 is a number (facts: specs/infor, CUSEXTMI.AddFieldValue).
    """

    tracking_numbers: _Mapped = Field(
        FreeField(to="A121"),
        description="field for the tracking numbers, separated by blanks; +n where more do not fit",
    )
    service: _Mapped = FreeField(to="A230")
    cost: _Mapped = FreeField(to="N096")
    currency: _Mapped = FreeField(to="A430")
    eta: _Mapped = FreeField(to="A530")
    milestone: _Mapped = FreeField(to="A630")
    failure: _Mapped = Field(None, examples=["A730"])
    tracking_url: _Mapped = Field(
        None, description="field for a link to the tracking page; it takes 60 characters", examples=["off"]
    )


class InforHazard(Hazard):
    """M3's item file has HAZI; another field of it may be named."""

    field: Code | None = Field(
        None, description="field of the item file that says what is hazardous; HAZI otherwise", examples=["HAZI"]
    )


KIND = ErpKind(
    name="infor-m3",
    title="Infor CloudSuite M3",
    adapter="shared.erp.infor.adapter",
    setup="shared.erp.infor.setup",
    part=InforErp,
    select=InforSelect,
    write_back=InforWriteBack,
    hazard=InforHazard,
)
