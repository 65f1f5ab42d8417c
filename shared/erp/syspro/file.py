"""The connection file's part for SYSPRO: the company, which documents are taken, and which form fields are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from shared.connection import (
    BaseUrl,
    Code,
    Count,
    Duration,
    ErpKind,
    ErpPart,
    FieldPath,
    InWords,
    Packing,
    Part,
    Problem,
    SelectPart,
    Target,
    WriteBackPart,
    as_part,
    shaped,
)
from shared.connection.values import Country
from shared.domain.measures import WeightUnit
from shared.domain.order import Flow

Column = Annotated[str, shaped(r"[A-Za-z][A-Za-z0-9_]{0,59}", "a column of SYSPRO: letters, digits and _")]
Columns = Column | tuple[Column, ...]
FormType = Annotated[str, shaped(r"[A-Za-z0-9]{1,3}", "a type of form, such as ORD: up to 3 letters and digits")]
FieldCode = Annotated[str, shaped(r"[A-Za-z0-9-]{1,6}", "a field's code: up to 6 letters, digits and -")]
UserField = Literal["UserField1", "UserField2"]
Mode = Literal["overwrite", "if_empty", "append"]
ORDER_FORM = "ORD"
"""The form of sales orders. Any other form is one of the document itself."""
FeedUrl = Annotated[
    str, shaped(r"https://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~\-]+)+/?", "the feed's full https address")
]


class AddressMap(Part):
    """Columns of the receiver's address: the first that is filled counts. A part without any is the vendor's."""

    name: Columns | None = Field(None, description="the receiver's name", examples=["DispatchCustName"])
    line1: Columns | None = Field(None, description="first line of the street", examples=["DispatchAddress1"])
    line2: Columns | None = Field(None, description="second line of the street", examples=["DispatchAddress2"])
    line3: Columns | None = Field(None, description="third line of the street", examples=["DispatchAddress3"])
    city: Columns | None = Field(None, description="the city", examples=["DispatchAddress3"])
    state: Columns | None = Field(None, description="the state", examples=[["State", "DispatchAddress4"]])
    country: Columns | None = Field(None, description="the country, a code or a name", examples=["DispatchAddress5"])
    postcode: Columns | None = Field(None, description="the postcode", examples=["DispatchPostalCode"])

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Part of an address → its columns, for those that the file names."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: (each,) if isinstance(each, str) else each for name, each in given.items() if each is not None}


class SysproErp(ErpPart):
    """One company of a SYSPRO installation. Facts that are not sure are keys, each with a probe in the test."""

    kind: Literal["syspro"]
    url: BaseUrl = Field(description="where e.net REST answers", examples=["https://erp.acme.example:30001"])
    company: Code = Field(description="the company's code at the logon", examples=["A"])
    system_id: Code | None = Field(
        None,
        description="name of the installation in every order's identity; the url's host and port without one",
        examples=["acme-syspro"],
    )
    source: Literal["dispatch", "order", "invoice", "purchase"] = Field("dispatch", description="what is read")
    read: Literal["comfnd", "odata"] = Field("comfnd", description="how tables are read: by e.net, or by the feed")
    odata_url: FeedUrl | None = Field(
        None, description="the feed's address", examples=["https://erp.acme.example/OData/A"]
    )
    weight_unit: WeightUnit = Field(description="the company's unit of Mass, which no row says", examples=["lb"])
    default_country: Country = Field(description="country of addresses that name none", examples=["US"])
    address: AddressMap = Field(default_factory=AddressMap)
    page_rows: Annotated[int, Field(ge=2, le=5000, strict=True)] = Field(500, description="rows asked for at once")
    also_invoiced_days: Annotated[int, Field(ge=0, le=60, strict=True)] = Field(
        0, description="dispatch notes that were invoiced within so many days are taken too"
    )
    line_types: tuple[Code, ...] = Field(("1", "7"), description="types of lines that are goods")
    kits: Literal["components", "parents"] = Field("components", description="which lines of a kit are weighed")
    phone: str = Field("", description="phone of customers that have none", examples=["3125550100"])
    operator_shared: bool = Field(False, description="whether the operator may be logged on several times at once")
    detail: Literal["comfnd", "sorqdn"] = Field("comfnd", description="how lines of notes are read: table or object")
    timeout: Duration = Field(timedelta(seconds=30), description="how long one call is waited for")
    large: Literal["auto", "post", "off"] = Field(
        "auto", description="transactions by PostLD: those whose address gets too long, all, or none"
    )

    flows: ClassVar[tuple[Flow, ...]] = ("outbound", "inbound")
    documents: ClassVar[str] = "dispatch notes, sales orders and invoices outbound, purchase orders inbound"
    details_change_alone: ClassVar[bool] = True
    selects_by_others: ClassVar[bool] = True  # the carrier code is the sales order's
    listed_by: ClassVar[tuple[str, ...]] = ("also_invoiced_days",)
    names_freight_terms: ClassVar[bool] = False
    customs_places = {"commodity_code": "InvMaster TariffCode", "origin": "InvMaster CountryOfOrigin"}

    @property
    def flows_read(self) -> tuple[Flow, ...]:
        return ("inbound",) if self.source == "purchase" else ("outbound",)

    def problems(self, select: SelectPart, write_back: WriteBackPart, packing: Packing) -> Iterator[Problem]:  # noqa: ARG002
        if self.read == "odata" and not self.odata_url:
            yield Problem(("erp", "odata_url"), "is required to read the feed: https://erp.acme.example/SYSPROOData/A")
        purchase, chosen = self.source == "purchase", as_part(select, SysproSelect)
        if purchase and not chosen.status:
            yield Problem(("select", "status"), "is required: which purchase orders wait for their goods is your rule")
        if purchase and chosen.branch:
            yield Problem(("select", "branch"), "a purchase order has none: leave it out", ", ".join(chosen.branch))
        for name, target in write_back.targets().items() if purchase else ():
            if target.to.startswith(f"{ORDER_FORM}."):
                yield Problem(("write_back", name), "name the purchase order's form, such as {form: POR}", target.to)

    @property
    def company_code(self) -> str:
        return self.company

    @property
    def system_code(self) -> str:
        return self.system_id or urlsplit(self.url).netloc


class SysproSelect(SelectPart):
    """Documents by status, carrier code, warehouse and branch."""

    status: tuple[Code, ...] = Field(
        (),
        description="statuses that are ready; without any 5 and 7 of dispatch notes, 4 and 8 of sales orders",
        examples=[["5", "7"]],
    )
    ship_via: tuple[Code, ...] = Field(
        (),
        description="shipping instructions of the order that are taken; each must stand in `services`",
        examples=[["UPS"]],
    )
    warehouse: tuple[Code, ...] = Field((), description="warehouses whose goods are taken", examples=[["FG"]])
    branch: tuple[Code, ...] = Field((), description="branches whose documents are taken", examples=[["10"]])
    document_type: tuple[Code, ...] = Field((), description="types of invoices that are taken", examples=[["I"]])

    @property
    def looked_up(self) -> Mapping[str, str]:
        return {"methods": "ship_via", "warehouses": "warehouse"}

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", "ship_via", place), code) for place, code in enumerate(self.ship_via))


class FormTarget(Target):
    """A field of a custom form. `to` is the form and the field together, as messages name it."""

    to: SkipJsonSchema[str] = ""
    form: FormType = Field(ORDER_FORM, description="the form: ORD is the sales order's", examples=["ORD"])
    field: FieldCode = Field(description="the field's code in Custom Form Design", examples=["TRACK1"])
    mode: Mode = Field("if_empty", description="overwrite, only if empty or ours, or append", examples=["if_empty"])

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

    mode: Mode = Field(
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
        None, description="the note's field of the numbers", examples=["UserField1"]
    )
    service: UserField | None = Field(None, description="the note's field of the service", examples=["UserField2"])
    delivered: Literal["ActualDeliveryDate"] | None = Field(
        None, description="field of the note for the day of delivery", examples=["ActualDeliveryDate"]
    )
    max: Count = Field(30, description="characters that a user field takes")

    @model_validator(mode="after")
    def _apart(self) -> NoteTargets:
        if self.service and self.service == self.tracking_numbers:
            raise ValueError(f"{self.service} is the field of the tracking numbers already: give service the other one")
        return self


class SysproWriteBack(WriteBackPart):
    """Fields of custom forms, and of the dispatch note where that is switched on."""

    tracking_numbers: MappedNumbers = Field(None, examples=[{"form": "ORD", "field": "TRACK1", "max": 30}])
    service: Mapped = Field(None, examples=["TRKSVC"])
    milestone: Mapped = Field(None, examples=[{"form": "ORD", "field": "TRKSTS", "values": {"delivered": "D"}}])
    eta: Mapped = Field(None, examples=["TRKETA"])
    cost: Mapped = Field(None, examples=["FRTCST"])
    currency: Mapped = Field(None, examples=["FRTCUR"])
    failure: Mapped = Field(None, examples=["TRKERR"])
    tracking_url: Mapped = Field(None, examples=["TRKURL"])
    dispatch: NoteTargets = Field(default_factory=NoteTargets)

    def writes(self, name: str) -> bool:
        note = self.dispatch
        on_note = {"tracking_numbers": note.tracking_numbers, "service": note.service, "milestone": note.delivered}
        return super().writes(name) or bool(note.enabled and on_note.get(name))


KIND = ErpKind(
    name="syspro",
    title="SYSPRO",
    adapter="shared.erp.syspro.adapter",
    setup="shared.erp.syspro.setup",
    part=SysproErp,
    select=SysproSelect,
    write_back=SysproWriteBack,
)
