"""Test a connection by real calls to both systems, changing nothing (S66)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from shared.connection import Connection
from shared.domain.errand import Result
from shared.errors import Misconfigured, ParcelbridgeError, Refused
from shared.ports import Carrier, Check, Erp, Ports
from shared.workflow.desk.check_carrier import carrier_checks
from shared.workflow.desk.check_codes import code_checks

System = TypeVar("System", Erp, Carrier)
Checks = Iterator[Check]
COLUMNS = ("result", "side", "check", "seen")


def system_checks(
    ports: Ports, connection: Connection, further: Callable[[Erp, Connection], Checks] = lambda *_: iter(())
) -> Iterator[tuple[str, Check]]:
    """Each check with the side it belongs to. A side that fails is a check that fails: the other is asked too.

    `further` are checks of an ERP that lets us in, beside those of the file's codes."""

    def of_erp(erp: Erp, of: Connection) -> Checks:
        yield from code_checks(erp, of)
        yield from further(erp, of)

    for check in _side(ports.erp, connection, of_erp):
        yield "erp", check
    for check in _side(ports.carrier, connection, carrier_checks):
        yield "carrier", check
    yield "connection", _environment(connection)


def tested(ports: Ports, connection: Connection) -> Result:
    """The checks as a table, and in words whether all went well."""
    found = list(system_checks(ports, connection))
    rows = tuple((_word(check), side, check.name, _seen(check)) for side, check in found)
    failed = sum(not check.ok for _, check in found)
    said = f"{failed} of {len(found)} checks failed" if failed else f"all {len(found)} checks went well"
    return Result(said, COLUMNS, rows)


def _word(check: Check) -> str:
    return ("WARNING" if check.warns else "ok") if check.ok else "FAILED"


def _seen(check: Check) -> str:
    return f"{check.detail}; {check.hint}" if check.hint else check.detail


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


def _environment(connection: Connection) -> Check:
    test, system = bool(connection.carrier.samples_by), connection.erp.test_system
    if test and not system:
        detail = "labels are samples, but the ERP is not marked as a test system: set erp.test_system or environment"
        return Check("environment", False, detail)
    labels = "labels are samples" if test else "labels cost money"
    labels = "no label is bought" if connection.receives else labels
    return Check("environment", True, f"{labels}; the ERP is {'a test system' if system else 'productive'}")
