"""The mark that a supplier of the ERP leaves: which one it is at the warehouse, so that it is made there once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SupplierMark:
    """A supplier of the ERP at the warehouse: `remote_id` there, "" while it is being made (since `called`)."""

    connection: str
    number: str
    name: str
    version: int
    remote_id: str = ""
    called: datetime | None = None
