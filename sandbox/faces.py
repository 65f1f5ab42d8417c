"""The two faces of the emulated systems: what the demo, the simulation, the judges and the contract suites ask of any
ERP and of any carrier.

Codes of suppliers, warehouses, items, services and freight terms are those of the caller: an emulator takes any. A new
kind implements its face in its own folder and gets one line in `sandbox/systems.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from sandbox.engine import Engine
from sandbox.ledger import Ledger, LedgerShipment
from shared.domain.address import Party
from shared.domain.milestones import Milestone
from shared.domain.order import Flow
from shared.http import Response

Now = Callable[[], datetime]
Post = Callable[[str, Mapping[str, str], bytes], Response]
"""Posts a body with headers to a URL; raises NotSent, Lost or OSError where nobody answers."""


@dataclass(frozen=True)
class Line:
    """A line of a document. `per_unit` basic units make one of `unit` (0: the line does not say); `to` is its own
    delivery address, `received` how much of the quantity is in already."""

    item: str
    quantity: int | str
    unit: str = "EA"
    per_unit: int | str = 1
    to: Party | None = None
    received: int | str = 0


@dataclass(frozen=True)
class Entered:
    """A document as a user enters it; lines are numbered 1, 2, 3 ... `to` is where lines go that name no place; without
    one they go to the warehouse, or to the customer of an ERP that ships out. `service` is the delivery method's code.
    `received` documents are past the point at which a connection selects them. `source` says what the document is where
    a connection reads one of several: as the file's `erp.source` does, "" for what the ERP has at first."""

    document: str
    lines: tuple[Line, ...] = ()
    supplier: str = "V100"
    warehouse: str = "W01"
    to: Party | None = None
    service: str = "UPS"
    freight_terms: str = "COL"
    needed: str = ""
    received: bool = False
    source: str = ""

    def needed_by(self, now: datetime) -> date:
        """The day, by the ERP's own clock where none was entered: six weeks from now."""
        if not self.needed:
            return (now + timedelta(weeks=6)).date()
        return datetime.strptime(self.needed, "%Y%m%d").date()  # noqa: DTZ007 - a day


@dataclass(frozen=True)
class Written:
    """A value that was written beside a document through the ERP's API: by whom, over what. `field` is the ERP's own
    name, `name` the canonical one, "" where it is no field of ours."""

    at: datetime
    who: str
    document: str
    field: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Goods:
    """The goods that a document wants shipped: the postcodes of their destinations, and each line's quantity with the
    kilograms of one, None where nobody has entered a weight."""

    places: frozenset[str]
    pieces: tuple[tuple[Decimal, Decimal | None], ...]


@dataclass(frozen=True)
class GivenCredential:
    """Arguments of `parcelbridge secrets set` and what it reads from its standard input; `words` tell the credential to
    a person."""

    arguments: tuple[str, ...]
    stdin: str
    words: str


@dataclass(frozen=True)
class Truth:
    """Where a parcel truly is, and the day of its delivery in the place's own calendar, None before."""

    milestone: Milestone
    delivered_on: date | None = None


class Emulated(ABC):
    """The base of both faces. `kind` is the one of the connection file, `name` is its name in the record of the
    traffic; `hosts` are the vendor's own host names that `engine` answers for; `credential` has the fields of the
    secret that it accepts first. `operations` says which of the engine's operations a fault strikes when it is to
    strike a method of the port."""

    kind: ClassVar[str]
    name: ClassVar[str]
    hosts: ClassVar[frozenset[str]]
    token_life: ClassVar[timedelta] = timedelta(hours=1)
    """How long our side uses a token at least."""
    operations: ClassVar[Mapping[str, str]]
    uncontracted: ClassVar[frozenset[str]] = frozenset()
    """Operations of the engine that no contract describes: no credential may go there, and nothing else is judged."""
    engine: Engine

    @abstractmethod
    def __init__(self, now: Now, *, lean: bool = False) -> None:
        """`lean` keeps no traffic and may take short cuts that change no answer: for worlds in masses."""

    @classmethod
    @abstractmethod
    def file(cls) -> dict[str, Any]:
        """Its part of a connection file, by key: `erp` and `select`, or `carrier` and `label`, and what else it needs
        when all systems are called by the vendors' own host names."""

    @property
    @abstractmethod
    def credential(self) -> Mapping[str, str]: ...

    @abstractmethod
    def rotate(self) -> dict[str, str]:
        """A second credential, valid beside the first one."""

    @abstractmethod
    def withdraw_first(self) -> None:
        """The first credential is no longer valid."""

    @abstractmethod
    def expire_tokens(self) -> None:
        """Every token or session that is out has ended; the credential gets a new one."""

    @property
    @abstractmethod
    def sessions(self) -> int:
        """How often a token or session was asked for."""

    @property
    def described(self) -> Mapping[str, Any]:
        """The system's own description of itself, as its judge takes it by name: a tenant's document wins."""
        return {}

    # --- what the demo asks for beside it ----------------------------------------------------------------------------

    @abstractmethod
    def credential_in(self, folder: Path) -> GivenCredential:
        """How a user stores the credential; `folder` takes the file, where it is one."""

    @abstractmethod
    def vendor_url(self, operation: str) -> str:
        """Scheme and host of the vendor's own, where an operation is asked."""

    @classmethod
    @abstractmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        """The operations that a whole demo must have asked."""


class EmulatedErp(Emulated):
    """An emulated ERP."""

    user: ClassVar[str]
    """The name under which our own account writes."""
    change_times: ClassVar[bool] = True
    """True where its list of changes knows when a document was changed."""
    flow: ClassVar[Flow] = "inbound"
    """Which way its documents go: from a supplier to a warehouse, or from a warehouse to a customer, who then stands
    where a supplier is spoken of."""
    several_places: ClassVar[bool] = True
    """True where lines of one document can go to different places."""
    names_terms: ClassVar[bool] = True
    """True where a document says on whose account it goes."""
    weighs_lines: ClassVar[bool] = True
    """True where a line has the weight of its item; otherwise the packed parcels have theirs."""
    most_numbers: ClassVar[int] = 6
    """How many of the carrier's numbers its field takes."""
    takes_when_closed: ClassVar[bool] = True
    """True where our fields of a cancelled document can still be written."""
    names_warehouses: ClassVar[bool] = True
    """True where it has a list of the warehouses with their names; otherwise documents tell their codes."""
    lists_services: ClassVar[bool] = True
    """True where a list of documents can tell who carries them."""
    knows_hazards: ClassVar[bool] = True
    """True where an item can be marked as hazardous."""
    lists_empty: ClassVar[bool] = True
    """True where a document without lines is in its list of changes."""
    untold: ClassVar[frozenset[str]] = frozenset()
    """Our facts, by canonical name, that its connection of `file` tells it nothing of."""
    told_once: ClassVar[bool] = False
    """True where its connection tells a document once, and neither a void nor a later label after that."""

    # --- master data ---------------------------------------------------------------------------------------------

    @abstractmethod
    def add_warehouse(self, code: str, party: Party) -> None: ...

    @abstractmethod
    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None: ...

    @abstractmethod
    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        """`weight` in kilograms, "" for none."""

    @abstractmethod
    def weigh(self, item: str, weight: str) -> None:
        """A person enters an item's weight; its documents do not notice."""

    # --- what users do to documents ------------------------------------------------------------------------------

    @abstractmethod
    def add(self, entered: Entered) -> None: ...

    @abstractmethod
    def backdate(self, document: str, at: datetime) -> None:
        """The document was entered at that time and is seen only now."""

    @abstractmethod
    def edit(self, document: str) -> None:
        """Stored again as it is: changed, as far as the ERP knows."""

    @abstractmethod
    def change_quantity(self, document: str, line: str, quantity: int) -> None: ...

    @abstractmethod
    def readdress(self, document: str, to: Party) -> None:
        """The first line goes to another place."""

    @abstractmethod
    def close(self, document: str) -> None:
        """Cancelled, and still to be seen."""

    @abstractmethod
    def leave(self, document: str) -> None:
        """Shipped, invoiced or received by the ERP's own people, past what a connection selects."""

    @abstractmethod
    def delete(self, document: str) -> None:
        """Gone without a trace."""

    @abstractmethod
    def write_beside(self, document: str, who: str) -> None:
        """Another system or user keeps something of its own beside the document. `who` names the writer, and each has
        a value of their own."""

    @abstractmethod
    def overwrite(self, document: str, name: str, value: str) -> None:
        """A user enters `value` by hand in the field that is mapped to the canonical `name`."""

    # --- what the demo's users do beside it ----------------------------------------------------------------------

    @abstractmethod
    def add_unit(self, item: str, unit: str, factor: str) -> None:
        """`factor` basic units of the item make one `unit`."""

    @abstractmethod
    def add_methods(self, methods: Mapping[str, str]) -> None:
        """Further delivery methods, by code."""

    @abstractmethod
    def change_warehouse(self, document: str, code: str) -> None:
        """The whole document goes to another warehouse."""

    @abstractmethod
    def after_write(self, document: str, act: Callable[[], object]) -> None:
        """Let a user do something to a document, once our values stand in it."""

    def turn_down(self, document: str) -> bool:
        """People there decide against what our connection asks of the document; False where nobody is asked."""
        return False

    # --- what is seen --------------------------------------------------------------------------------------------

    def undecided(self, document: str) -> bool:
        """Tell if people there still decide on what our connection asked of the document."""
        return False

    @abstractmethod
    def documents(self) -> Sequence[str]: ...

    @abstractmethod
    def fields_of(self, document: str) -> dict[str, str]:
        """Return the values of our fields, by canonical name; blank ones are left out."""

    @abstractmethod
    def spoilt(self, document: str) -> Mapping[str, str]:
        """The values of others beside the document that do not stand as they were written, with what stands there."""

    @abstractmethod
    def written(self) -> Sequence[Written]:
        """The ledger: everything that was written through the API, in order."""

    def overlooked(self) -> Sequence[str]:
        """Return the names that were sent to it and read without effect or complaint, since it does not know them."""
        return ()

    @abstractmethod
    def goods(self, document: str) -> Goods:
        """Of a document that exists."""


class EmulatedCarrier(Emulated):
    """An emulated carrier. Its ledger has every shipment that was ever made."""

    service: ClassVar[str]
    """A service that goes between all places that the sandbox ships between."""
    validates: ClassVar[bool] = True
    """True where it has an opinion of addresses."""
    ledger: Ledger

    @abstractmethod
    def billed(self, shipment: LedgerShipment) -> Decimal:
        """Return the price that the account pays for it."""

    @abstractmethod
    def visible(self, reference: str) -> list[LedgerShipment]:
        """Return the live shipments under our reference, as far as its index knows by now."""

    @abstractmethod
    def lag_by(self, lag: timedelta | Callable[[LedgerShipment], timedelta]) -> None:
        """How long its index does not see a shipment: all alike, or each as the function has it."""

    @abstractmethod
    def revoke_tokens(self) -> None:
        """Every token that is out is refused as no longer valid, as at a change of the credential."""

    def pick_up(self, shipment: LedgerShipment) -> None:
        """A driver has it."""
        shipment.picked_up_at = self.engine.now()

    # --- parcels under way: nothing becomes known of those of a carrier that tells of none ---------------------------

    lives: ClassVar[tuple[str, ...]] = ()
    """Names of the lives that a parcel can have."""

    def choose_life(
        self,
        number: str,
        life: str,
        *,
        start: datetime | None = None,
        pace: float = 1,
    ) -> None:
        """The parcel is handed over at `start` (now without one) and lives that life; its hours are `pace` times as
        long. Raises KeyError for a number that nobody made, ValueError for a life that is none or a second one."""
        raise ValueError(f"{life} is no life of a parcel of {self.name}")

    def live_by(
        self, choose: Callable[[LedgerShipment, str], str | None], *, after: timedelta, pace: float = 1
    ) -> None:
        """Every parcel that is bought from now on is handed over `after` that long and has the life that `choose` names
        for its shipment and number; None leaves it where it is."""

    def truth(self, number: str) -> Truth | None:
        """Where the parcel is by now; None for a number that nobody made."""
        return None

    def advance(self) -> None:
        """Makes every scan that is due by now, and tells whoever is to be told."""

    def push_to(self, post: Post) -> None:
        """How its pushes reach a webhook, from now on; without one they are lost."""

    def next_due(self) -> datetime | None:
        """When `advance` has something to do next; None when nothing is to come."""
        return None
