"""The parts of the file that each kind of ERP and carrier shapes: what the checks and the workflow ask of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field

from shared.connection.part import Part
from shared.connection.policies import Packing
from shared.connection.problem import Problem
from shared.connection.select_part import SelectPart
from shared.connection.values import BaseUrl, Certificates, Count, Duration
from shared.connection.write_back import WriteBackPart
from shared.domain.order import Flow

OrderFact = Literal["customer", "cost_centre", "accessorials"]
"""Facts of an order that only some ERPs have, and that rules of the file may ask for."""


class ErpPart(Part):
    """The `erp` part. A kind adds its own keys and answers what the checks and the workflow ask."""

    kind: str = Field(description="which ERP")
    test_system: bool = Field(
        False, description="whether writing to it harms nobody; must be true where labels are samples"
    )
    base_url: BaseUrl | None = Field(
        None,
        description="another host for the ERP; replaces scheme and authority only",
        examples=["https://gateway.acme.example"],
    )
    ca_certificate: Certificates = Field(
        None,
        description="certificates by which the ERP's host is trusted beside the usual ones: of its own authority, or "
        "the link that it leaves out of its chain",
        examples=["off"],
    )
    network: Literal["public", "vpc"] = Field(
        "public", description="how the ERP is reached; vpc needs a stack in your network", examples=["vpc"]
    )
    overlap: Duration = Field(timedelta(minutes=15), description="what is read again behind the cursor at each poll")

    flows: ClassVar[tuple[Flow, ...]] = ()
    documents: ClassVar[str] = "documents"
    """The documents to read, in words: "purchase orders: what comes in, or goes from a supplier to a customer"."""
    handling_units: ClassVar[bool] = False
    """True where documents are packed in handling units."""
    details_change_alone: ClassVar[bool] = False
    """True where lines or parcels change without the document's change. What was read a while ago is then read once
    more before a label is bought."""
    selects_by_others: ClassVar[bool] = False
    """True where the selection asks for what stands on another record than the document. That one changes without the
    document, so what was not wanted is read again with each day's re-scan."""
    customs_places: ClassVar[Mapping[str, str]] = {}
    """Fact of an item for customs that is read from the ERP (commodity_code, origin ...) → where a person enters it."""
    listed_by: ClassVar[tuple[str, ...]] = ()
    """Keys of this part that say which documents are taken, beside the selection."""
    names_freight_terms: ClassVar[bool] = True
    """True where inbound orders name the payer of the carrier by a code: then the file must map these codes."""

    def problems(
        self,
        select: SelectPart,  # noqa: ARG002 - a kind looks at what it must
        write_back: WriteBackPart,  # noqa: ARG002
        packing: Packing,  # noqa: ARG002
    ) -> Iterator[Problem]:
        """Yield the problems of this part's keys with those of other parts."""
        return iter(())

    @property
    def flows_read(self) -> tuple[Flow, ...]:
        """The ways that the documents go which this connection reads: those of the kind, or of its source alone."""
        return self.flows

    @property
    def company_code(self) -> str:
        """The company inside the ERP: part of every order's identity."""
        raise NotImplementedError

    @property
    def system_code(self) -> str:
        """The installation that the file names, part of every order's identity; "" where the credential names it."""
        return ""

    def meets(self, other: ErpPart, mine: SelectPart, theirs: SelectPart) -> bool:  # noqa: ARG002 - a kind may ask
        """Tell if both could select the same document, or the same goods, by their selections."""
        return mine.meets(theirs)

    def gives(self, fact: OrderFact) -> bool:  # noqa: ARG002 - a kind decides by the fact
        """Tell if this ERP's orders have the fact."""
        return True

    def how_to_give(self, fact: OrderFact) -> str:  # noqa: ARG002
        """Tell a person how to make orders have the fact, for the error that says that they lack it."""
        return "leave it out"


class TrackingPart(Part):
    """The `tracking` part: how a carrier tells of parcels. A kind adds its own keys."""

    silent_days: Count = Field(
        5, description="days without an event after which a person is shown the parcel", examples=[3]
    )
    silent_hours: Count = Field(
        72, description="hours without an event of any parcel after which an alarm says so", examples=[48]
    )
    page: Literal["carrier", "ours"] = Field(
        "carrier",
        description="the address that write_back.tracking_url gives: the carrier's page of the first parcel, or ours "
        "of the order",
        examples=["ours"],
    )
    page_days: Annotated[int, Field(strict=True, ge=1, le=400)] = Field(
        180, description="days for which the address of our page works", examples=[90]
    )

    @property
    def pushes(self) -> bool:
        """Tell if the carrier pushes events to a webhook of ours."""
        return False

    @property
    def tells_of_account(self) -> bool:
        """Tell if the carrier is asked for the events of the whole account."""
        return False

    @property
    def portal(self) -> str:
        """Where a person enters the webhook's address and credential, "" where each subscription names them."""
        return ""

    @property
    def words(self) -> str:
        """How the carrier tells, in a few words: "push v1"."""
        return "push" if self.pushes else "polls only"


class CarrierPart(Part):
    """The `carrier` part."""

    kind: str = Field(description="which carrier")
    base_url: BaseUrl | None = Field(
        None,
        description="another host for the carrier; replaces scheme and authority only",
        examples=["https://proxy.acme.example"],
    )
    makes_papers: ClassVar[bool] = False
    """True where the carrier makes an invoice for customs with the label."""

    @property
    def payer(self) -> str:
        """The account that pays unless `billing` says otherwise; "" where the carrier has none to name."""
        return ""

    @property
    def holder(self) -> str:
        """The location that holds the account, "" where the carrier asks for none."""
        return ""

    @property
    def samples_by(self) -> str:
        """The setting that makes all labels samples, such as "carrier.environment test"; "" when labels are real."""
        return ""

    @property
    def real_by(self) -> str:
        """The setting that makes labels real, for a message: "carrier.environment: production"."""
        return ""

    @property
    def by_hand(self) -> bool:
        """Tell if only the order is sent to the carrier, where a person buys its label."""
        return False

    @property
    def remind_after(self) -> timedelta:
        """How long such an order waits for its label before somebody is reminded."""
        return timedelta(days=1)

    @property
    def host(self) -> tuple[str, ...]:
        """Identify the carrier's host: a label bought at one is unknown to another."""
        return (self.kind, self.base_url or "")

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of this part's keys with one another."""
        return iter(())

    @property
    def receives(self) -> bool:
        """Tell if purchase orders go to warehouses of the carrier's; no label is bought then."""
        return False

    @property
    def keeps_stock(self) -> bool:
        """Tell if the carrier's warehouses tell their stock and products."""
        return False

    @property
    def words(self) -> str:
        """The carrier's side in a few words, for listings: "carrier A1B2C3 (test)"."""
        return self.kind

    def number_fault(self, number: str) -> str:
        """Return the fault of a tracking number that a person gives, "" for none."""
        return "" if re.fullmatch(r"[A-Z0-9]{8,40}", number) else "allowed: 8 to 40 capital letters and digits"

    def account_fault(self, account: str) -> str:  # noqa: ARG002 - a kind knows the form
        """Return the fault of a paying account's number, "" for none."""
        return ""


T = TypeVar("T", bound=Part)


def as_part(part: Part, kind: type[T]) -> T:
    """The part as its kind's own, for that kind's adapter. Raises TypeError for another kind's."""
    if not isinstance(part, kind):
        raise TypeError(f"{type(part).__name__} is no {kind.__name__}")
    return part
