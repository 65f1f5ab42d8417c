"""The connection file's part for UPS: the account, its holder, and how tracking arrives."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from shared.connection import CarrierKind, CarrierPart, Code, LabelSetting, NotBuilt, Part, shaped

_ACCOUNT = r"[A-Z0-9]{6}"
_ACCOUNT_WORDS = "the carrier's account number: 6 capital letters and digits"


class Shipper(Part):
    """Who holds the carrier's account: one of the locations."""

    location: Code


class UpsCarrier(CarrierPart):
    """One UPS account."""

    kind: Literal["ups"]
    account: Annotated[str, shaped(_ACCOUNT, _ACCOUNT_WORDS)]
    environment: Literal["test", "production"] = "test"
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

    def account_fault(self, account: str) -> str:
        return "" if re.fullmatch(_ACCOUNT, account) else f"allowed: {_ACCOUNT_WORDS}"


class UpsLabel(LabelSetting):
    """UPS makes GIF, ZPL, EPL and SPL; a PDF comes from Label Recovery."""

    format: Literal["GIF", "ZPL", "EPL", "SPL", "PDF"] = "GIF"


class UpsTracking(Part):
    """How UPS tells about parcels."""

    push: Literal["off", "v1", "v2"] = "v1"
    quantum_view: Code | None = None
    detail: Literal["standard"] = "standard"


KIND = CarrierKind(
    name="ups",
    title="UPS",
    adapter="shared.carriers.ups.adapter",
    setup="shared.carriers.ups.setup",
    part=UpsCarrier,
    service=Annotated[str, shaped(r"[A-Z0-9]{2,3}", 'a carrier service code in quotes, such as "03" (UPS Ground)')],
    tracking=UpsTracking,
    label=UpsLabel,
    not_built=(NotBuilt("tracking.push", "v1, off", words=("v2",)), NotBuilt("tracking.quantum_view", "null")),
)
