"""The parts of a file that say how goods are received at a carrier's warehouse, and what the workflow needs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from shared.connection.part import Part
from shared.connection.values import Code

if TYPE_CHECKING:
    from shared.connection.model import Connection

POST, OFF = "receipt.post", "off"
"""The job that posts a receipt where nothing else is named, and the word for none."""


class Receipts(Part):
    """When a receipt is posted, and by which job."""

    moment: Literal["in_transit", "quantity_received", "delivered"] = Field(
        "quantity_received", description="what a receipt is posted for"
    )
    in_transit: Literal["off", "advise"] = Field("off", description="whether the ERP hears that goods are on their way")
    by_order_type: dict[str, Code] = Field(
        {},
        description="order type → the job that posts its receipt, or off; default is for all others",
        examples=[{"default": "receipt.post"}],
    )


@dataclass(frozen=True, slots=True)
class ReceivingRules:
    """The rules that the workflow needs: if drafts are opened once all lines are confirmed, the jobs by order type."""

    opens: bool
    jobs: Mapping[str, str]

    def job_of(self, order_type: str) -> str:
        """The job that posts a receipt of this order type; "off" for none."""
        return self.jobs.get(order_type) or self.jobs.get("default") or POST


def receiving_rules(connection: Connection) -> ReceivingRules:
    """The rules of a connection that receives; its kind of carrier brings the keys."""
    receipts = getattr(connection, "receipts", None) or Receipts()
    return ReceivingRules(getattr(connection, "send_to_open", "never") == "on_confirmation", receipts.by_order_type)
