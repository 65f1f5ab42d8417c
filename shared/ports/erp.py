"""An ERP as the workflow sees it: what changed, one document, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from shared.domain.money import Money
from shared.domain.order import Order
from shared.ports.checks import Check


@dataclass(frozen=True, slots=True)
class Change:
    """One document that the ERP reports as changed. `stamp` orders changes and is the cursor (the ERP's own unit)."""

    document: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One document as the ERP's own books have it. `ready` says that it waits to be shipped; otherwise it has left:
    shipped, invoiced or received, whoever labelled it. `status` is the ERP's own word, "" where its list has none."""

    document: str
    ready: bool
    status: str = ""


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line of the document and its quantity in the parcels, in the unit that the line was read in."""

    number: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class WriteBack:
    """The message to the ERP about a document's shipments, under canonical names; each connection maps them to fields.

    Of a document with several parcel groups it has the numbers of all that are shipped, and the sum of their costs.
    `tracking_numbers` has one number a package. `cost` is None when another account pays. `milestone` is one of
    domain/milestones.py, `failure` the reason for which an order waits for a person before it has a label, both "" for
    none. `tracking_url` is the carrier's page about the first package, or ours, "" where no field is mapped.

    `lines` are those that are shipped, as they were read, in the quantities that go: for an ERP that is told
    quantities, not only numbers. `shipments` are the shipments of the note that live, each by itself with its own
    numbers, lines, `withdrawn` and `before`; empty for a note of one that lives whole.

    `withdrawn` are numbers of ours that count no more (voided): they leave the field. `before` is what the ERP was told
    while they counted: a field that still says so, and for which nothing is left to say, is emptied. `maybe` are notes
    of which nobody knows that they were written, and which may stand there all the same: what they say is ours too.
    `voided` are the shipments of this order that were voided whole before the first one that lives, the oldest first.
    `all_numbers` are those of the document's other parcel groups too, in the note of one of them; empty without others.
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
    failure: str = ""
    tracking_url: str = ""
    withdrawn: tuple[str, ...] = ()
    before: WriteBack | None = None
    maybe: tuple[WriteBack, ...] = ()
    lines: tuple[ShippedLine, ...] = ()
    shipments: tuple[WriteBack, ...] = ()
    voided: tuple[WriteBack, ...] = ()
    all_numbers: tuple[str, ...] = ()


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

    @property
    def changes_have_time(self) -> bool:
        """Tell if the ERP knows when a document changed, so that `changed` can keep to its floor.

        Where it does not, `changed` lists all that the selection wants, and the first poll draws the cut-over line."""
        return True

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        """Documents changed since `cursor` less the overlap ("" = since `floor`), ascending by stamp, selection applied
        as far as the ERP can. Never before `floor`."""
        ...

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        """The ERP's own account, page by page, for comparing it with ours: all documents that wait to be shipped now,
        and those that left on `day`, or since, where the ERP knows only when a document was changed last.

        The selection is applied as far as heads tell, but for the status. None older than `floor` where the ERP can
        tell; what is cancelled is not listed."""
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


@dataclass(frozen=True, slots=True)
class ErpAction:
    """Something that an ERP does and that cannot be repeated, such as a cost line or a submit.

    `name` is its own within the order, also after a void and a new shipment: it names the reference or the like. `what`
    says it in words, `values` are what the adapter needs to make it and to find it again. One that is `whole` is made
    once for the document: it waits for those parcel groups of it that are about to get a label.
    """

    name: str
    what: str
    document: str
    values: tuple[tuple[str, str], ...] = ()
    whole: bool = False


@runtime_checkable
class ErpActions(Protocol):
    """The side of an ERP that acts: an adapter has it beside `Erp` where its write-back needs it.

    The workflow writes an intent before each `act`, asks `find_action` first, and makes nothing twice without proof.
    """

    def actions(self, note: WriteBack) -> Sequence[ErpAction]:
        """Return the note's actions in the order of their making. Pure; the same note gives the same actions."""
        ...

    def find_action(self, action: ErpAction) -> str:
        """The ERP's own id of the action; "" is the proof that it was not made, once a call had time to settle.

        Raises Retry when the ERP did not answer, Unknown when it cannot tell."""
        ...

    def act(self, action: ErpAction) -> str:
        """Makes the action and gives the ERP's own id of it.

        Raises Retry or Refused as a proof that nothing was made, Unknown after a lost answer."""
        ...


Verdict = Literal["open", "refused", ""]
"""Of an action that was made: whether somebody at the ERP still decides on it, has refused it, or neither."""


@runtime_checkable
class DecidesLater(Protocol):
    """The side of an ERP where some of its actions wait for a decision, such as an approval of hours or days."""

    def decided(self, action: ErpAction) -> str:
        """Say what became of an action that was made, as `act` gives it; "" where it is gone. It is the action of the
        note as it is now: what was shipped or voided since says nothing of the decision.

        Raises as `find_action`."""
        ...

    def verdict(self, found: str) -> Verdict:
        """Return how far an action is, by what `act`, `find_action` or `decided` gave: one that is open is asked later.
        Pure."""
        ...


@runtime_checkable
class ChecksNames(Protocol):
    """The side of an ERP whose names are each tenant's own, and which describes them."""

    def check_names(self) -> tuple[Check, ...]:
        """Compare every name, type and member that the connection uses with the tenant's own. Reads only."""
        ...


@runtime_checkable
class ListsOlder(Protocol):
    """The side of an ERP that knows of documents from before the line which its changes do not list now."""

    def older(self, floor: datetime) -> Sequence[Change]:
        """The documents that stand there since before `floor` and that `changed` may list later, in any order.

        The first poll notes them: a change of theirs later may say no more than that their parcel has left."""
        ...


@runtime_checkable
class ProvesWriting(Protocol):
    """The side of an ERP that can prove before the first label that its fields may be written."""

    def prove_write(self, document: str) -> tuple[Check, ...]:
        """Writes a mapped field of that document to the value that it has, so that nothing is different afterwards, and
        tries what must be refused. Asked for by a person only, who names the document."""
        ...
