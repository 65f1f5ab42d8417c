"""Rare answers that single orders meet at M3 and UPS, for good; no fault of the network gives them. Each has its end.

The carrier knows such an order by its supplier's name, the ERP by its number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.engine import reply
from sandbox.faces import EmulatedErp, Line
from sandbox.places import place
from sandbox.seed import NO_POSTCODE, NORTHERN, PO_BOX, TORONTO
from sandbox.simulation.orders import DONE, End, Sort, simple
from sandbox.simulation.scheduler import MINUTE
from shared.domain.state import Reason, State
from shared.http import Request, Response

DISTANT, LATE = "Distant Valve Works", "Late Valve Works"
"""Suppliers: there is no price for what goes out from the one, and the first label of the other comes hours late."""
LATE_BY = 200 * MINUTE
VOIDED = End(State.CANCELLED, "voided")
UNWRITABLE = "unwritable"
"""The quirk of an order beside which the ERP lets nobody write."""
DEAR = 2
"""By so much the charge of a dear label is above its quote."""
Answer = Callable[[Request, Response], Response]


@dataclass(frozen=True)
class Quirk:
    """`operation` of the carrier is answered by `answer` instead, for orders of its supplier; what was asked has had
    its effect by then. `live` says whether a label is made all the same; a `slow` one takes a day to end."""

    operation: str
    answer: Answer
    reason: Reason
    live: int = 0
    slow: bool = False


def _changed(answer: Response, change: Callable[[Any], None]) -> Response:
    body = json.loads(answer.body)
    change(body)
    return Response(answer.status, answer.headers, json.dumps(body).encode())


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _free(_: Request, answer: Response) -> Response:
    def free(body: Any) -> None:
        for rated in _list(body["RateResponse"]["RatedShipment"]):
            rated["NegotiatedRateCharges"]["TotalCharge"]["MonetaryValue"] = "0.00"

    return _changed(answer, free) if answer.status == 200 else answer


def _dear(_: Request, answer: Response) -> Response:
    def dearer(body: Any) -> None:
        charge = body["ShipmentResponse"]["ShipmentResults"]["NegotiatedRateCharges"]["TotalCharge"]
        charge["MonetaryValue"] = str((Decimal(charge["MonetaryValue"]) * DEAR).quantize(Decimal("0.01")))

    return _changed(answer, dearer) if answer.status == 200 else answer


def _short(_: Request, answer: Response) -> Response:
    def shorter(body: Any) -> None:
        results = body["ShipmentResponse"]["ShipmentResults"]
        results["PackageResults"] = _list(results["PackageResults"])[:-1]

    return _changed(answer, shorter) if answer.status == 200 else answer


def _error(code: str) -> Answer:
    def refused(_: Request, __: Response) -> Response:
        return reply(400, {"response": {"errors": [{"code": code, "message": "Not possible"}]}})

    return refused


def _away(_: Request, __: Response) -> Response:
    return reply(503, {"response": {"errors": [{"code": "10004", "message": "Unavailable"}]}})


QUIRKS: Mapping[str, Quirk] = {
    "Free Valve Works": Quirk("rate", _free, Reason.PRICE),
    "Refused Valve Works": Quirk("rate", _error("120541"), Reason.REFUSED),
    "Unpaid Valve Works": Quirk("rate", _error("120124"), Reason.CONNECTION),
    DISTANT: Quirk("rate", _away, Reason.RETRIES, slow=True),
    "Dear Valve Works": Quirk("ship", _dear, Reason.PRICE_RISE, live=1),
    "Short Valve Works": Quirk("ship", _short, Reason.LABEL, live=1),
}
"""By the supplier's name."""


def add_odd_data(erp: EmulatedErp) -> None:
    """Suppliers and items of the odd orders."""
    for name in (*QUIRKS, LATE):
        erp.add_supplier(_code(name), place(name, "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101"))
    erp.add_supplier("V900", NO_POSTCODE, contact="Sam Hill", contact_phone="518-555-0199")
    erp.add_supplier("V910", NORTHERN, contact="Zoe Roy", contact_phone="416-555-0161")
    erp.add_warehouse("W90", TORONTO)
    erp.add_unit("SEAL-88", "CS", "24")
    erp.add_methods({"UPT": "UPS in time", "UPC": "UPS Canada", "GND": "Ground"})


def odd_sorts(*, slow: bool, late: bool) -> list[Sort]:
    """Orders that end with a person for a reason that is rare; with those that take a day where there is time, and with
    labels that come `late` where hours may pass. A label that a look-up finds has no charge, and no parcel too few."""
    met = [
        Sort(1, _from(name), _held(each.reason, each.live), quirk=name, slack=(DONE,) * each.live)
        for name, each in QUIRKS.items()
        if slow or not each.slow
    ]
    if slow:
        met.append(Sort(1, _from(DISTANT), End(State.CANCELLED), quirk=DISTANT, story="unquoted, closed"))
    if late:
        met += [Sort(1, _from(LATE), DONE, quirk=LATE), Sort(1, _from(LATE), VOIDED, quirk=LATE, story="late, voided")]
    locked = Sort(1, simple(Line("GAUGE-1", 2), supplier="V200"), _held(Reason.WRITE_BACK, 1), quirk=UNWRITABLE)
    return [*met, locked, *ODD]


def _from(name: str) -> Callable[[EmulatedErp, str], None]:
    return simple(Line("VALVE-2IN", 8), supplier=_code(name))


def _code(name: str) -> str:
    return f"Q{[*QUIRKS, LATE].index(name) + 1}00"


def _held(reason: Reason, live: int = 0) -> End:
    return End(State.HELD, str(reason), live)


def not_written(operation: str) -> Response:
    """M3's answer to a write that its program refuses."""
    said = {"errorMessage": "The order is locked for changes", "errorType": "ServerReturnedNOK", "errorCode": "XRE0103"}
    result = {"transaction": operation.partition(".")[2], "records": [], "errorCfg": "", "errorField": "PK01", **said}
    counts = {"nrOfSuccessfullTransactions": 0, "nrOfFailedTransactions": 1}
    return reply(200, {"results": [result], "wasTerminated": False, **counts})


ODD = (
    Sort(1, simple(Line("BOLT-10", 1), to=TORONTO), _held(Reason.INTERNATIONAL)),
    Sort(1, simple(Line("BOLT-10", 1), to=PO_BOX), _held(Reason.PO_BOX)),
    Sort(1, simple(Line("GAUGE-1", 2), supplier="V900"), _held(Reason.MISSING)),
    Sort(1, simple(Line("SEAL-88", 3, unit="ROL", per_unit=0)), _held(Reason.UNITS)),
    Sort(1, simple(Line("GAUGE-1", 2), supplier="V910", warehouse="W90", service="UPC"), _held(Reason.CURRENCY)),
    Sort(1, simple(Line("GAUGE-1", 2), service="UPT", needed="20200102"), _held(Reason.SERVICE)),
)
"""Orders that no rule of ours lets go."""
