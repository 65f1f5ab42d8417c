"""The connection file's part for UPS: the account, its holder, and how tracking arrives."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.connection import (
    BillingRule,
    BillingSetting,
    CarrierKind,
    CarrierPart,
    Code,
    LabelSetting,
    Part,
    TrackingPart,
    shaped,
)

_ACCOUNT = r"[A-Z0-9]{6}"
_NUMBER = r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26}"
_NUMBER_WORDS = "1Z and 16 capital letters and digits, or 1R and 14 or 26 of them"
_ACCOUNT_WORDS = "the carrier's account number: 6 capital letters and digits"

_SUBSCRIPTION = r"\S(.{0,19}\S)?"
_SUBSCRIPTION_WORDS = "1 to 21 characters without blanks around them"


class Shipper(Part):
    """Who holds the carrier's account: one of the locations."""

    location: Code = Field(
        description="who holds the account, at its registered address: one of `locations`", examples=["HQ"]
    )


class UpsCarrier(CarrierPart):
    """One UPS account."""

    makes_papers: ClassVar[bool] = True
    kind: Literal["ups"]
    account: Annotated[str, shaped(_ACCOUNT, _ACCOUNT_WORDS)] = Field(
        description="shipper number; everything is billed to it unless `billing` says otherwise", examples=["A1B2C3"]
    )
    environment: Literal["test", "production"] = Field(
        "test",
        description="test: labels are samples, and `erp.test_system` must be true. production: labels cost money",
        examples=["production"],
    )
    shipper: Shipper

    @property
    def payer(self) -> str:
        return self.account

    @property
    def holder(self) -> str:
        return self.shipper.location

    @property
    def samples_by(self) -> str:
        return "carrier.environment test" if self.environment == "test" else ""

    @property
    def real_by(self) -> str:
        return "carrier.environment: production"

    @property
    def host(self) -> tuple[str, ...]:
        return (*super().host, self.environment)

    @property
    def words(self) -> str:
        return f"{self.kind} {self.account} ({self.environment})"

    def number_fault(self, number: str) -> str:
        return "" if re.fullmatch(_NUMBER, number) else f"allowed: {_NUMBER_WORDS}"

    def account_fault(self, account: str) -> str:
        return "" if re.fullmatch(_ACCOUNT, account) else f"allowed: {_ACCOUNT_WORDS}"


class UpsLabel(LabelSetting):
    """UPS makes GIF, ZPL, EPL and SPL; a PDF comes from Label Recovery."""

    format: Literal["GIF", "ZPL", "EPL", "SPL", "PDF"] = Field(
        "GIF", description="format of the label's image", examples=["ZPL"]
    )


class UpsTracking(TrackingPart):
    """How UPS tells about parcels."""

    push: Literal["off", "v1", "v2"] = Field("v1", description="how UPS tells about parcels", examples=["off"])
    quantum_view: Annotated[str, shaped(_SUBSCRIPTION, _SUBSCRIPTION_WORDS)] | None = Field(
        None, description="name of a Quantum View subscription, which is read every hour", examples=["OutboundXML"]
    )
    detail: Literal["standard"] = Field("standard", description="how much is kept of each event")

    @property
    def pushes(self) -> bool:
        return self.push != "off"

    @property
    def tells_of_account(self) -> bool:
        return self.quantum_view is not None

    @property
    def portal(self) -> str:
        return "developer.ups.com, Manage Webhook Credentials" if self.push == "v2" else ""

    @property
    def words(self) -> str:
        told = f"push {self.push}" if self.pushes else super().words
        return f"{told}, Quantum View {self.quantum_view}" if self.quantum_view else told


class UpsBillingRule(BillingRule):
    """Who pays, in which UPS checks the postcode."""

    postcode: str = Field(
        "",
        description="the paying account's postcode, which UPS asks for in the US, Puerto Rico and Canada",
        examples=["10001"],
    )


class UpsBilling(BillingSetting):
    """Who pays."""

    rules: tuple[UpsBillingRule, ...] = ()


KIND = CarrierKind(
    name="ups",
    title="UPS",
    adapter="shared.carriers.ups.adapter",
    setup="shared.carriers.ups.setup",
    bills="shared.carriers.ups.billing",
    hosts=("onlinetools.ups.com", "wwwcie.ups.com"),
    part=UpsCarrier,
    service=Annotated[
        str,
        shaped(r"[A-Z0-9]{2,3}", 'a carrier service code in quotes, such as "03" (UPS Ground)'),
        Field(description="03 is UPS Ground, 02 is 2nd Day Air", examples=["03", "02"]),
    ],
    tracking=UpsTracking,
    label=UpsLabel,
    extras={"billing": (UpsBilling, UpsBilling())},
)
