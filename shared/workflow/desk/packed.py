"""Refuse to ship a part of a document that the ERP packed: nothing says which of its handling units hold the part."""

from __future__ import annotations

from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.state import Reason
from shared.errors import Refused

_BY_ERP = "ship what is left by a document of its own in the ERP, or void the label and ship all of it again"


def check_packed(connection: Connection, head: Head, *, in_part: bool) -> None:
    """Raises Refused where a part of the order is to be shipped and its parcels are the ERP's handling units."""
    if in_part and connection.packing.rule == "handling_units":
        message = f"the handling units of order {head.document} hold all of it: nothing says which carry what is left"
        raise Refused(Reason.REMAINING, message, field="handling_units", hint=_BY_ERP)
