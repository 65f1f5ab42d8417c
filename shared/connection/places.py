"""Parts of the file about places: who prints the label, and where parties are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.connection.part import Part
from shared.connection.values import Country, Zone
from shared.domain.address import Address, Party
from shared.domain.shipment import LabelFormat, LabelSpec


class LabelSetting(Part):
    """The label's image, its paper and who prints it. A carrier narrows the formats to those that it makes."""

    format: LabelFormat = Field("GIF", description="format of the label's image", examples=["ZPL"])
    stock: Literal["4x6", "4x8"] = Field("4x6", description="size of the label, in inches")
    to: Literal["warehouse", "supplier"] = Field(
        "warehouse",
        description="who prints it; left out, the supplier where flow is inbound or drop-ship",
        examples=["supplier"],
    )

    def spec(self) -> LabelSpec:
        return LabelSpec(self.format, self.stock)


class AddressSetting(Part):
    lines: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        min_length=1, max_length=3, description="one to three lines, without city and postcode", examples=[["1 A St"]]
    )
    city: str = Field(min_length=1, description="city", examples=["Atlanta"])
    state: str = Field("", description="state or province, where the country has them", examples=["GA"])
    postcode: str = Field("", description="postcode", examples=["30301"])
    country: Country = Field(description="country", examples=["US"])


class Location(Part):
    """A warehouse (named by its code), a supplier (by its number) or the holder of the account.

    Where the ERP has no attention or phone for that supplier or warehouse, those of the location are taken.
    """

    name: str = Field(min_length=1, description="company name", examples=["Acme"])
    attention: str = Field("", description="person or department", examples=["Receiving"])
    phone: str = Field("", description="phone; in the US, Canada and Puerto Rico 10 digits", examples=["4045550100"])
    address: AddressSetting
    timezone: Zone | None = Field(
        None, description="its zone, where it is not the connection's", examples=["America/New_York"]
    )

    def party(self) -> Party:
        at = self.address
        address = Address(at.lines, at.city, at.state, at.postcode, at.country)
        return Party(self.name, address, self.attention, self.phone)
