"""The connection test: real calls to both systems, then what this side needs (S66)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from cli.connections.checking_carrier import carrier_checks
from cli.connections.checking_codes import code_checks
from cli.wiring import Stack
from shared.connection import Connection
from shared.domain.page import new_page_id, path_of
from shared.errors import Misconfigured, ParcelbridgeError, Refused, hint_of
from shared.http import Lost, NotSent, Request
from shared.ports import Carrier, Check, Erp, ProvesWriting, StoredConnection
from shared.workflow.tracking.account import pushed_unasked

System = TypeVar("System", Erp, Carrier)
Checks = Iterator[Check]


def checks_of(stack: Stack, stored: StoredConnection, written: str = "") -> Iterator[tuple[str, Check]]:
    """Each check with the side it belongs to. A side that fails is a check that fails: the other is asked too.

    `written` is the document on which writing is proven, "" for none."""
    connection = stored.connection

    def further(erp: Erp, of: Connection) -> Checks:
        yield from code_checks(erp, of)
        if written:
            yield from _write(erp, of, written)

    for check in _side(stack.ports.erp, connection, further):
        yield "erp", check
    for check in _side(stack.ports.carrier, connection, carrier_checks):
        yield "carrier", check
    yield "connection", _environment(connection)
    yield "connection", _schedule(stack, stored)
    if connection.tracking.pushes:
        yield "connection", _webhook(stack, connection)
        yield from (("connection", check) for check in _account(stack, connection))
    if connection.tracking.page == "ours":
        yield "connection", _page(stack, connection)


def _side(
    opened: Callable[[Connection], AbstractContextManager[System]],
    connection: Connection,
    further: Callable[[System, Connection], Checks],
) -> Checks:
    """The system's own test; once it lets us in, what of the file is asked of it further."""
    found = _ping(opened, connection)
    yield from found
    if found and found[0].ok:
        with opened(connection) as system:
            yield from further(system, connection)


def _write(erp: Erp, connection: Connection, document: str) -> Checks:
    """The proof that the mapped field can be written, on the document that a person has named."""
    if not isinstance(erp, ProvesWriting):
        yield Check("write", False, f"{connection.erp.kind} has no proof of writing", "test without --write")
        return
    try:
        yield from erp.prove_write(document)
    except ParcelbridgeError as error:
        yield Check("write", False, str(error), hint_of(error))


def _ping(
    opened: Callable[[Connection], AbstractContextManager[Erp | Carrier]], connection: Connection
) -> tuple[Check, ...]:
    try:
        with opened(connection) as system:
            return system.ping()
    except (Misconfigured, Refused) as error:
        return (Check("call", False, str(error), error.hint),)
    except ParcelbridgeError as error:
        return (Check("call", False, str(error)),)


def _page(stack: Stack, connection: Connection) -> Check:
    """The length of our page's addresses beside what the file says of the field; the ERP says what its field takes."""
    name, target = "tracking page", connection.write_back.targets().get("tracking_url")
    if not connection.write_back.writes("tracking_url"):
        return Check(name, True, "write_back.tracking_url is off: pages show gives the address")
    takes, longest = len(f"{stack.webhook_base}{path_of('tracking', new_page_id())}"), target.max if target else None
    if longest and longest < takes:
        detail = f"write_back.tracking_url takes {longest} characters, an address of our page has {takes}"
        return Check(name, False, detail, "map it to a longer field, or deploy with a shorter webhook_domain")
    return Check(name, True, f"an address has {takes} characters: the field of write_back.tracking_url must take them")


def _environment(connection: Connection) -> Check:
    test, system = bool(connection.carrier.samples_by), connection.erp.test_system
    if test and not system:
        detail = "labels are samples, but the ERP is not marked as a test system: set erp.test_system or environment"
        return Check("environment", False, detail)
    labels = "labels are samples" if test else "labels cost money"
    labels = "no label is bought" if connection.receives else labels
    return Check("environment", True, f"{labels}; the ERP is {'a test system' if system else 'productive'}")


def _schedule(stack: Stack, stored: StoredConnection) -> Check:
    connection, running = stored.connection, stored.status == "running"
    drift = stack.schedules.drift(connection, running=running)
    if drift:
        correct = f"apply the file of {connection.id} again"
        return Check("schedule", False, f"{'; '.join(drift)}; to correct it: {correct}")
    return Check("schedule", True, f"{connection.schedule}, {'on' if running else f'off while {stored.status}'}")


def _account(stack: Stack, connection: Connection) -> Checks:
    """A subscription of the whole account shows by what is pushed without one of ours."""
    pushed = pushed_unasked(stack.ports, connection.id)
    if pushed:
        count = f"{len(pushed)} parcel{'' if len(pushed) == 1 else 's'}"
        detail = (
            f"the account has a subscription of its own: it pushes {count} without one of ours, such as {pushed[0]}"
        )
        yield Check("account subscription", True, detail)


def _webhook(stack: Stack, connection: Connection) -> Check:
    webhook, portal = stack.ports.webhooks.of(connection.id), connection.tracking.portal
    if webhook is None:
        return Check("webhook", False, f"there is none: apply the file of {connection.id} again")
    address = f"{stack.webhook_base}{webhook.path}"
    try:
        status = stack.transport.send(Request("POST", address, {"Content-Type": "application/json"}), timeout=30).status
    except (NotSent, Lost) as error:
        return Check("webhook", False, f"{address} cannot be reached: {error}")
    if status != 401:  # what a stranger is answered
        return Check("webhook", False, f"{address} answers {status}, where a stranger should be answered 401")
    entered = f"; enter it at {portal}: parcelbridge webhooks show {connection.id}" if portal else ""
    return Check("webhook", True, f"{address} answers{entered}")
