"""The parts of Oracle Fusion, as the design's example has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from shared.connection import (
    Code,
    ErpKind,
    ErpPart,
    FieldPath,
    Packing,
    SelectPart,
    WriteBackPart,
)
from shared.domain.order import Flow


class _Coded(SelectPart):
    """A selection of which one list needs a service for each of its codes."""

    by: ClassVar[str] = ""

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", self.by, place), code) for place, code in enumerate(getattr(self, self.by)))


class OracleErp(ErpPart):
    """Oracle Fusion Cloud."""

    kind: Literal["oracle-fusion"]
    url: Code | str
    login: Literal["oauth", "basic"] = "oauth"
    token_url: str | None = None
    scope: str = ""
    framework: int = 4
    source: Literal["purchase_orders", "shipments"] = "purchase_orders"
    cursor: Literal["LastUpdateDate", "CreationDate", "key"] = "LastUpdateDate"
    address: tuple[Literal["hcm", "one_time", "file", "text"], ...] = ("hcm", "one_time", "text")
    billing_address: Code | None = None

    flows: ClassVar[tuple[Flow, ...]] = ("inbound", "outbound", "drop-ship")
    names_freight_terms: ClassVar[bool] = False

    @property
    def company_code(self) -> str:
        return "fusion"


class OracleSelect(_Coded):
    """Orders by shipping method, buyer-managed transport, supplier or a field."""

    by: ClassVar[str] = "shipping_method"
    shipping_method: tuple[Code, ...] = ()
    buyer_managed: bool | None = None
    supplier_codes: tuple[Code, ...] = ()
    field: dict[str, str] | None = None


class OraclePacking(Packing):
    """Weights come from the items, or from rules."""

    unit_weight_from: Literal["items", "rules"] = "rules"


class OracleWriteBack(WriteBackPart):
    """Two doors, both off until switched on."""

    advice: dict[str, Any] = {}
    order: dict[str, Any] = {}


ORACLE = ErpKind("oracle-fusion", "Oracle Fusion", "", OracleErp, OracleSelect, OracleWriteBack, packing=OraclePacking)
