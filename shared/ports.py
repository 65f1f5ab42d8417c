"""What the workflow needs from outside. Each port has an in-memory fake and a real implementation that pass one
contract suite.

Every method may be called twice with the same arguments, at the same time, and leaves one effect, unless it says
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import uuid4

from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.shipment import (
    AddressCheck,
    CreatedShipment,
    Found,
    Label,
    Quote,
    ShipmentPlan,
)
from shared.domain.token_budget import TokenBudget


class Clock(Protocol):
    """The time, in UTC. A port, so that a simulation can live through a week in a second."""

    def now(self) -> datetime: ...


# --- the two systems -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One document that the ERP reports as changed. `stamp` orders changes and is the cursor (the ERP's own unit)."""

    document: str
    stamp: str


@dataclass(frozen=True, slots=True)
class WriteBack:
    """What the ERP is told about a document's shipments, under canonical names; each connection maps them to fields.

    Of a document with several parcel groups it has the numbers of all that are shipped, and the sum of their costs.
    `tracking_numbers` has one number a package. `cost` is None when another account pays. `milestone` is in our words,
    `tracking_url` the address of the carrier's page about the first package, "" where no field is mapped to it.

    `withdrawn` are numbers of ours that count no more (voided): they leave the field. `before` is what the ERP was told
    while they counted: a field that still says so, and for which nothing is left to say, is emptied.
    """

    document: str
    reference: str
    shipment_id: str
    tracking_numbers: tuple[str, ...]
    service: str
    cost: Money | None
    cost_estimated: bool = False
    eta: str = ""
    milestone: str = ""
    tracking_url: str = ""
    withdrawn: tuple[str, ...] = ()
    before: WriteBack | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: what was asked, whether it went well, and what was seen or what to do."""

    name: str
    ok: bool
    detail: str


LookupKind = Literal["suppliers", "methods", "terms", "warehouses"]
"""The ERP's own lists of codes that a connection file names: `methods` of delivery, `terms` of freight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of an ERP's list: its name there, and what else the list says of it, in words."""

    code: str
    name: str = ""
    detail: str = ""


class Erp(Protocol):
    """An ERP, seen by one connection. All methods raise Retry, Refused or Misconfigured."""

    @property
    def system(self) -> str:
        """The ERP system's own identity (kind and tenant): part of every claim."""
        ...

    @property
    def company(self) -> str:
        """The company inside that system: part of every claim."""
        ...

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        """Documents changed since `cursor` less the overlap ("" = since `floor`), ascending by stamp, selection applied
        as far as the ERP can. Never before `floor`."""
        ...

    def read(self, document: str) -> tuple[Order, ...]:
        """The document's parcel groups as they are now; empty when the selection does not want it (any more).

        A document that is closed or gone comes back with `cancelled`. What is missing is left blank, never invented.
        Lines to several places are several groups, named by `parcel_group.line_group`; to one place, a group without a
        name. Raises Refused when the document itself is at fault (no lines)."""
        ...

    def write(self, note: WriteBack) -> tuple[str, ...]:
        """Puts the note into the mapped fields: reads them first, writes only ours and only what differs.

        Returns the names of the fields that now hold the values, with a remark where one could not hold all. May be
        repeated. Raises Unknown after a lost answer."""
        ...

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        """The ERP's codes of that kind by code, those whose code or name contains `like` (capitals do not matter).

        Raises Refused for a kind that the ERP has no list of."""
        ...

    def ping(self) -> tuple[Check, ...]:
        """Real calls that change nothing: the token, and one cheap read a program that is used."""
        ...


class Carrier(Protocol):
    """A carrier, seen by one connection. Read calls raise Retry, Refused or Misconfigured."""

    def check_plan(self, plan: ShipmentPlan) -> None:
        """Asks nobody. Raises Refused, naming the field, for what the carrier does not take as it stands: a name that
        is too long, an address that does not fit, a size over its limits."""
        ...

    def check_address(self, party: Party) -> AddressCheck: ...

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        """Prices of `services` for the plan, with arrival dates where the carrier gives them."""
        ...

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        """Buys the shipment. Not repeatable. Raises Refused (a hard error: nothing was made), Retry (proof that nothing
        was made) or Unknown (everything else)."""
        ...

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:
        """Looks for shipments with exactly `reference`, at every source the carrier has. Changes nothing.

        Returns labels where a source gives them. Raises Retry when a source did not answer: then nothing is known."""
        ...

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:
        """The images of a shipment that exists, one a package. Raises Retry while the carrier has not processed it."""
        ...

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        """Cancels a shipment, or those of its packages that are named; returns the carrier's own words. Raises Refused
        when it is too late or not known, or when a named package was not cancelled."""
        ...

    def tracking_url(self, tracking_number: str) -> str:
        """The address of the carrier's own page about a parcel. Asks nobody."""
        ...

    def ping(self) -> tuple[Check, ...]: ...


# --- the store -----------------------------------------------------------------------------------------------


class Conflict(Exception):
    """The order is no longer at the version that was read. Read it again: somebody else was first."""


class LimitReached(Exception):
    """The connection may buy no more for now; nothing was written. `until` is when the window ends."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True, slots=True)
class Spend:
    """A change of a connection's purchase counters, made in the same transaction as a transition.

    Buying counts one label and its price in the windows of `at`; `refund` takes them back after a proof that nothing
    was made. The maxima are the connection's `limits`.
    """

    connection: str
    at: datetime
    price: Money
    labels_per_hour: int
    labels_per_day: int
    amount_per_day: Money
    refund: bool = False


@dataclass(frozen=True, slots=True)
class ShippedPackage:
    """One package of a generation, as the carrier numbered it; `label` is the image's place, "" while it has none.

    `voided` says that the carrier cancelled it.
    """

    number: int
    tracking_number: str
    label: str = ""
    voided: bool = False


class OrderStore(Protocol):
    """The orders: a head each, its snapshots, packages and audit trail."""

    def head(self, key: str) -> Head | None: ...

    def heads(self, keys: Sequence[str]) -> list[Head]:
        """The heads of those keys that exist, in the order of `keys`."""
        ...

    def snapshot(self, key: str, generation: int) -> Snapshot:
        """Raises Refused once the personal data of the order has expired (`retention`)."""
        ...

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]: ...

    def audit(self, key: str) -> list[AuditEntry]:
        """The whole trail, ascending, without a gap."""
        ...

    def create(self, head: Head, snapshot: Snapshot, entry: AuditEntry) -> bool:
        """Claims the order; False when it is claimed already (also by another connection)."""
        ...

    def transition(
        self,
        after: Head,
        entry: AuditEntry,
        *,
        snapshot: Snapshot | None = None,
        packages: Sequence[ShippedPackage] = (),
        spend: Spend | None = None,
    ) -> None:
        """Writes `after` over the head at version `after.version - 1` together with its audit entry: all or nothing.

        Raises Conflict or LimitReached."""
        ...

    def due(self, now: datetime, limit: int) -> list[Head]:
        """Heads whose due_at has come, oldest first within each of the 8 shards, at most `limit`."""
        ...

    def postpone(self, head: Head, until: datetime | None, *, count: bool = True) -> None:
        """Moves due_at of a head that nobody changed meanwhile; silent when somebody did. No transition, no audit.

        None takes it off: the sweep looks no more. `count` adds one to its `swept`, which any transition sets back."""
        ...

    def listing(self, connection: str, bucket: str, newest_first: bool = True) -> Iterator[str]:
        """Keys of a connection's orders in a bucket ("open", "held", "done", "cancelled") by time of creation."""
        ...


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection as applied: its latest file, revision, and whether it runs.

    `status`: paused (nothing new is taken), running, closed (refused credentials; until a person acts). `touched` is
    when it was applied or its status was set last, None where that is not known.
    """

    connection: Connection
    revision: int
    status: str
    why: str
    start_from: datetime
    touched: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PollState:
    """Where a connection's polling stands. `cursor` is the ERP's own change stamp, "" before the first poll.

    `scope` is "system/company", the beginning of the keys of its orders. `held_after` is the held order that was re-
    read last, so that a large set is walked over several polls; `shipped_after` likewise for what was shipped since
    `shipped_since`: "" when all of it was read, None before the first re-scan. `outcome` says how the last poll went,
    `succeeded` when a poll last read everything that the ERP called changed.
    """

    cursor: str = ""
    scope: str = ""
    held_after: str = ""
    rescanned: datetime | None = None
    polled: datetime | None = None
    outcome: str = ""
    succeeded: datetime | None = None
    shipped_since: datetime | None = None
    shipped_after: str | None = None


class ConnectionStore(Protocol):
    """The applied connections, every revision of them, and their polling."""

    def get(self, connection_id: str) -> StoredConnection | None: ...

    def all(self) -> list[StoredConnection]: ...

    def revision(self, connection_id: str, revision: int) -> Connection: ...

    def apply(self, connection: Connection, start_from: datetime, who: str, at: datetime) -> StoredConnection:
        """Keeps a new revision (or finds that nothing changed). The first one is paused and fixes `start_from`."""
        ...

    def set_status(self, connection_id: str, status: str, why: str, who: str, at: datetime) -> None: ...

    def acquire_poll(self, connection_id: str, owner: str, now: datetime, until: datetime) -> PollState | None:
        """The poll lease and where polling stands; None while somebody else holds it."""
        ...

    def save_poll(self, connection_id: str, owner: str, state: PollState, *, release: bool) -> bool:
        """Stores where polling stands, under the lease; False when the lease was lost (nothing is written)."""
        ...

    def poll_state(self, connection_id: str) -> PollState: ...

    def seen(self, connection_id: str, documents: Sequence[str]) -> dict[str, str]:
        """The ledger: the stamp at which each document was last taken in."""
        ...

    def mark_seen(self, connection_id: str, changes: Iterable[Change], expires: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class DocumentGroups:
    """The parcel groups that were ever claimed of one document, and the lines it had before its first label.

    Both are empty for a document that was never split: then its one order has no delivery's name.
    """

    groups: tuple[str, ...] = ()
    lines: frozenset[str] = frozenset()


class DocumentStore(Protocol):
    """What the parcel groups of one ERP document share, by `parcel_group.document_key`: their names, and a lease.

    Under the lease one worker at a time divides the document's lines, or writes what stands on the ERP's document.
    """

    def acquire(self, document: str, owner: str, now: datetime, until: datetime) -> bool:
        """The lease of a document; False while somebody else holds it."""
        ...

    def release(self, document: str, owner: str) -> None:
        """Gives the lease back; silent when it was lost."""
        ...

    def groups(self, document: str) -> DocumentGroups: ...

    def add_groups(self, document: str, owner: str, groups: Iterable[str], lines: Iterable[str]) -> bool:
        """Adds names and lines, under the lease; False when it was lost (nothing is written)."""
        ...


class Queue(Protocol):
    """A queue of hints. A message says which order to look at; the truth is in the store."""

    def send(self, connection: str, orders: Sequence[str]) -> None:
        """At least once each; messages of a connection form one group for fairness."""
        ...


class LabelStore(Protocol):
    """Label images, encrypted. A place is the image's name: order, generation, package and format."""

    def put(self, place: str, image: bytes) -> None: ...

    def get(self, place: str) -> bytes: ...

    def has(self, place: str) -> bool: ...


class Secrets(Protocol):
    """Credentials of a connection: side is "erp", "carrier" or "webhook"."""

    def get(self, connection_id: str, side: str) -> dict[str, str]:
        """The credential's fields. Raises Misconfigured, naming the command that sets it, when there is none."""
        ...

    def renewed(self, connection_id: str) -> bool:
        """Reads again, past every cache, what this process has read of the connection's credentials; whether any of it
        is new. What `get` gives from then on is the new one."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends, by the answer's own `expires_in`."""

    value: str
    expires_at: datetime


class Tokens(Protocol):
    """One token a credential, shared by all workers, renewed by one of them."""

    def get(self, credential: str, renew: Callable[[], Token]) -> str:
        """A valid token. `renew` is called by one worker at a time, before the token ends. Its errors pass through;
        Retry when somebody else renews and takes too long."""
        ...

    def expire(self, credential: str, value: str) -> None:
        """The other side said that this token has expired: the next `get` renews it, unless it was renewed already."""
        ...

    def count_request(self, credential: str, budget: TokenBudget) -> int:
        """Counts one token request of the credential before it is made, and returns its number in this UTC day.

        Each call counts. Raises Retry, with the wait, when the budget has no request left for now."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a use case may reach. `erp` and `carrier` open the systems of one connection, with its credentials
    only.

    `deployment` is the short id that begins every reference; `unique` makes the names of writes and leases.
    `credentials_renewed` is `Secrets.renewed` of a connection: asked before a refused credential closes it.
    """

    orders: OrderStore
    connections: ConnectionStore
    documents: DocumentStore
    order_queue: Queue
    write_back_queue: Queue
    poll_queue: Queue
    labels: LabelStore
    clock: Clock
    erp: Callable[[Connection], Erp]
    carrier: Callable[[Connection], Carrier]
    deployment: str
    unique: Callable[[], str] = lambda: uuid4().hex
    credentials_renewed: Callable[[str], bool] = lambda _: False
