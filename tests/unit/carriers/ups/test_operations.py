"""Each operation four times over: the request that is built, the URL that is called, the answer and the error read."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.carriers.ups.gate import ROUTES
from sandbox.memory import ManualClock
from shared.carriers import ups
from shared.carriers.ups.client import UpsCarrier
from shared.domain.address import Address
from shared.domain.pickup import PickupOrder, Pieces
from shared.domain.shipment import Package
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Response
from shared.ports import PushTarget
from tests.builders import SUPPLIER
from tests.samples.ups import answers
from tests.samples.ups.answers import SECOND, SHIPMENT
from tests.samples.ups.plans import REFERENCE, SWEDEN, WAREHOUSE, a_plan, lb
from tests.samples.ups.wire import Script, refused, said, scripted
from tests.unit.carriers.ups.quirks import keeps

CIE = "https://wwwcie.ups.com"
SINCE = ManualClock().now() - timedelta(minutes=20)
LABEL = {"LabelImageFormat": {"Code": "GIF"}, "HTTPUserAgent": "Mozilla/4.5"}
MILL = {
    "AddressLine": ["77 Mill Rd"],
    "City": "Buffalo",
    "StateProvinceCode": "NY",
    "PostalCode": "14201",
    "CountryCode": "US",
}
HOME = {
    "AddressLine": ["1 A St"],
    "City": "Atlanta",
    "StateProvinceCode": "GA",
    "PostalCode": "30301",
    "CountryCode": "US",
}
DOCK = {
    "AddressLine": ["1 Dock St"],
    "City": "Albany",
    "StateProvinceCode": "NY",
    "PostalCode": "12207",
    "CountryCode": "US",
}
POUNDS = {"Code": "LBS", "Description": "Pounds"}
SIZED = {
    "Dimensions": {
        "UnitOfMeasurement": {"Code": "IN", "Description": "Inches"},
        "Length": "21",
        "Width": "10",
        "Height": "6",
    },
    "PackageWeight": {"UnitOfMeasurement": POUNDS, "Weight": "12.4"},
}
CHARGE = {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": "A1B2C3"}}]}

RATE = {
    "RateRequest": {
        "Request": {"RequestOption": "Ratetimeintransit"},
        "Shipment": {
            "Shipper": {"Name": "Acme", "AttentionName": "Kim Ross", "ShipperNumber": "A1B2C3", "Address": HOME},
            "ShipFrom": {"Name": "Valve Works", "AttentionName": "Ann Lee", "Address": MILL},
            "ShipTo": {"Name": "Acme Warehouse 1", "AttentionName": "Receiving", "Address": DOCK},
            "Service": {"Code": "03"},
            "NumOfPieces": "1",
            "PaymentDetails": CHARGE,
            "Package": [{"PackagingType": {"Code": "02"}, **SIZED}],
            "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
            "DeliveryTimeInformation": {"PackageBillType": "03"},
        },
    }
}
SHIP = {
    "ShipmentRequest": {
        "Request": {"RequestOption": "nonvalidate"},
        "Shipment": {
            "Description": "Ball valve DN50",
            "Shipper": {
                "Name": "Acme",
                "AttentionName": "Kim Ross",
                "Phone": {"Number": "4045550100"},
                "ShipperNumber": "A1B2C3",
                "Address": HOME,
            },
            "ShipFrom": {
                "Name": "Valve Works",
                "AttentionName": "Ann Lee",
                "Phone": {"Number": "7165550101"},
                "Address": MILL,
            },
            "ShipTo": {
                "Name": "Acme Warehouse 1",
                "AttentionName": "Receiving",
                "Phone": {"Number": "5185550100"},
                "Address": DOCK,
            },
            "PaymentInformation": CHARGE,
            "ShipmentRatingOptions": {"NegotiatedRatesIndicator": ""},
            "Service": {"Code": "03"},
            "Package": [
                {
                    "Packaging": {"Code": "02"},
                    **SIZED,
                    "ReferenceNumber": [{"Value": REFERENCE}, {"Value": "1000001"}],
                }
            ],
        },
        "LabelSpecification": LABEL,
    }
}


@dataclass(frozen=True)
class Operation:
    """One operation: how it is asked for, the whole request, its URL, an answer and what is read, an error and its
    kind. `before` are the answers to what is asked ahead of it in the same call."""

    name: str
    ask: Callable[[UpsCarrier], Any]
    body: Any
    line: str
    answer: Response
    read: Callable[[Any], Any]
    expected: Any
    error: Response
    raises: type[ParcelbridgeError]
    before: tuple[Response, ...] = ()

    def sent(self, script: Script) -> Any:
        if self.name == "track":  # both sources of a look-up are asked behind it
            return script.sent[0]
        return (script.asked_tokens if self.name == "token" else script.sent)[-1]


BUFFALO = {
    "City": "Buffalo",
    "StateProvince": "NY",
    "PostalCode": "14201",
    "CountryCode": "US",
    "ResidentialIndicator": "N",
}
AFTERNOON = {"CloseTime": "1700", "ReadyTime": "1300", "PickupDate": "20261102"}
PAYS = {"AccountNumber": "A1B2C3", "AccountCountryCode": "US"}
PICKUP = PickupOrder(
    SUPPLIER, date(2026, 11, 2), time(13), time(17), (Pieces("03", "US", 2),), lb("15"), lb("9"), "0A1B2C3D-X-1"
)
TRACKED = answers.tracked((SHIPMENT, (REFERENCE,), "003"))
OPERATIONS = (
    Operation(
        "token",
        lambda carrier: carrier.ping(),
        b"grant_type=client_credentials",
        f"POST {CIE}/security/v1/oauth/token",
        said(answers.token()),
        lambda checks: checks[0].ok,
        True,
        refused("250002", status=401),
        Misconfigured,
    ),
    Operation(
        "address_validation",
        lambda carrier: carrier.check_address(WAREHOUSE),
        {
            "XAVRequest": {
                "AddressKeyFormat": {
                    "AddressLine": ["1 Dock St"],
                    "PoliticalDivision2": "Albany",
                    "PoliticalDivision1": "NY",
                    "PostcodePrimaryLow": "12207",
                    "CountryCode": "US",
                }
            }
        },
        f"POST {CIE}/api/addressvalidation/v2/3",
        said(answers.VALID),
        lambda check: (check.outcome, check.candidates),
        ("valid", (Address(("1 DOCK ST",), "ALBANY", "NY", "12207-1234", "US"),)),
        refused("264002"),
        Refused,
    ),
    Operation(
        "rate",
        lambda carrier: carrier.rate(a_plan(), ["03"]),
        RATE,
        f"POST {CIE}/api/rating/v2409/Ratetimeintransit?additionalinfo=timeintransit",
        said(answers.rates(answers.rated("03", "13.71", "9.87", "20261106"))),
        lambda quotes: [(str(each.published), str(each.negotiated), f"{each.arrival}") for each in quotes],
        [("13.71 USD", "9.87 USD", "2026-11-06")],
        refused("111210"),
        Refused,
    ),
    Operation(
        "ship",
        lambda carrier: carrier.create(a_plan(), REFERENCE),
        SHIP,
        f"POST {CIE}/api/shipments/v2409/ship",
        said(answers.shipped(answers.parcel(SHIPMENT))),
        lambda made: (made.shipment_id, made.tracking_numbers, str(made.cost), [each.image for each in made.labels]),
        (SHIPMENT, (SHIPMENT,), "9.87 USD", [b"GIF89a..."]),
        said(None),
        Unknown,
    ),
    Operation(
        "recovery",
        lambda carrier: carrier.labels(SHIPMENT, a_plan()),
        {
            "LabelRecoveryRequest": {
                "Request": {"RequestOption": "Non_Validate"},
                "LabelSpecification": LABEL,
                "TrackingNumber": SHIPMENT,
            }
        },
        f"POST {CIE}/api/labels/v1/recovery",
        said(answers.recovered(SHIPMENT)),
        lambda labels: [(each.tracking_number, each.format) for each in labels],
        [(SHIPMENT, "ZPL")],
        refused("300034"),
        Retry,
    ),
    Operation(
        "track_by_reference",
        lambda carrier: carrier.find(REFERENCE, a_plan(), SINCE),
        None,
        f"GET {CIE}/api/track/v1/reference/details/{REFERENCE}?locale=en_US"
        "&fromPickUpDate=20261101&toPickUpDate=20261103&shipperNum=A1B2C3&refNumType=SmallPackage",
        said(TRACKED),
        lambda found: [each.shipment_id for each in found.shipments],
        [SHIPMENT],
        refused("10004", status=503),
        Retry,
        before=(said(answers.recovered(SHIPMENT)),),
    ),
    Operation(
        "track",
        lambda carrier: carrier.ping(),
        None,
        f"GET {CIE}/api/track/v1/details/1Z12345E0291980793?locale=en_US",
        said(answers.tracked()),
        lambda checks: [check.ok for check in checks],
        [True, True, True, True],
        refused("TV1002"),
        Refused,
    ),
    Operation(
        "subscription",
        lambda carrier: carrier.subscribe([SHIPMENT], PushTarget("https://hook.example", "word")),
        {
            "locale": "en_US",
            "trackingNumberList": [SHIPMENT],
            "destination": {"url": "https://hook.example", "credentialType": "Bearer", "credential": "word"},
        },
        f"POST {CIE}/api/track/v1/subscription/standard/package",
        said({"validTrackingNumbers": [SHIPMENT], "invalidTrackingNumbers": []}),
        lambda subscribed: (subscribed.taken, subscribed.refused),
        ((SHIPMENT,), {}),
        refused("VSS220"),
        Refused,
    ),
    Operation(
        "quantum_view",
        lambda carrier: carrier.account_events(SINCE, "Qk9PSw=="),
        {
            "QuantumViewRequest": {
                "Request": {"RequestAction": "QVEvents"},
                "SubscriptionRequest": [{"Name": "Outbound", "DateTimeRange": {"BeginDateTime": "20261102134000"}}],
                "Bookmark": "Qk9PSw==",
            }
        },
        f"POST {CIE}/api/quantumview/v3/events",
        said(answers.files({"Delivery": {"TrackingNumber": SHIPMENT, "Date": "20261105", "Time": "101500"}})),
        lambda told: [(number, event.at, f"{event.local}", event.milestone) for number, event in told.events],
        [(SHIPMENT, None, "2026-11-05 10:15:00", "delivered")],
        said(answers.files(status="0", Error={"ErrorSeverity": "Hard", "ErrorCode": "10002"})),
        Refused,
    ),
    Operation(
        "void",
        lambda carrier: carrier.void(SHIPMENT),
        None,
        f"DELETE {CIE}/api/shipments/v2409/void/cancel/{SHIPMENT}",
        said(answers.voided()),
        lambda words: words,
        "Voided",
        refused("190102"),
        Refused,
    ),
    Operation(
        "void of packages",
        lambda carrier: carrier.void(SHIPMENT, [SHIPMENT, SECOND]),
        None,
        f"DELETE {CIE}/api/shipments/v2409/void/cancel/{SHIPMENT}"
        f"?trackingnumber=%5B%22{SHIPMENT}%22%2C%22{SECOND}%22%5D",
        said(answers.voided(PackageLevelResult=[answers.parcel_voided(SHIPMENT), answers.parcel_voided(SECOND)])),
        lambda words: words,
        f"Voided; {SHIPMENT} Voided; {SECOND} Voided",
        said(answers.voided(PackageLevelResult=[answers.parcel_voided(SHIPMENT), answers.parcel_voided(SECOND, "0")])),
        Refused,
    ),
    Operation(
        "pickup_rate",
        lambda carrier: carrier.pickup_price(PICKUP),
        {
            "PickupRateRequest": {
                "Request": {},
                "ShipperAccount": PAYS,
                "PickupAddress": {"AddressLine": "77 Mill Rd", **BUFFALO},
                "AlternateAddressIndicator": "N",
                "ServiceDateOption": "03",
                "PickupDateInfo": AFTERNOON,
            }
        },
        f"POST {CIE}/api/shipments/v2409/pickup/oncall",
        said({"PickupRateResponse": {"RateResult": {"CurrencyCode": "USD", "GrandTotalOfAllCharge": "14.70"}}}),
        str,
        "14.70 USD",
        refused("9500510"),
        Refused,
    ),
    Operation(
        "pickup_create",
        lambda carrier: carrier.make_pickup(PICKUP),
        {
            "PickupCreationRequest": {
                "Request": {},
                "RatePickupIndicator": "Y",
                "Shipper": {"Account": PAYS},
                "PickupDateInfo": AFTERNOON,
                "PickupAddress": {
                    "CompanyName": "Valve Works",
                    "ContactName": "Ann Lee",
                    "AddressLine": ["77 Mill Rd"],
                    **BUFFALO,
                    "Phone": {"Number": "7165550101"},
                },
                "AlternateAddressIndicator": "N",
                "PickupPiece": [
                    {
                        "ServiceCode": "003",
                        "Quantity": "2",
                        "DestinationCountryCode": "US",
                        "ContainerCode": "01",
                    }
                ],
                "TotalWeight": {"Weight": "15.0", "UnitOfMeasurement": "LBS"},
                "OverweightIndicator": "N",
                "PaymentMethod": "01",
                "ShippingLabelsAvailable": "Y",
                "ReferenceNumber": "0A1B2C3D-X-1",
            }
        },
        f"POST {CIE}/api/pickupcreation/v2409/pickup",
        said({"PickupCreationResponse": {"PRN": "29290ABCDEF", "RateResult": {"CurrencyCode": "USD"}}}),
        lambda made: (made.number, made.cost),
        ("29290ABCDEF", None),
        said({"PickupCreationResponse": {}}),
        Unknown,
    ),
    Operation(
        "pickup_pending",
        lambda carrier: carrier.pending_pickups(),
        None,
        f"GET {CIE}/api/shipments/v2409/pickup/oncall",
        said(
            {
                "PickupPendingStatusResponse": {
                    "PendingStatus": {"PRN": "29290ABCDEF", "ServiceDate": "20261102", "OnCallStatusCode": "002"}
                }
            }
        ),
        lambda pending: [(each.number, f"{each.day}", each.status) for each in pending],
        [("29290ABCDEF", "2026-11-02", "002")],
        refused("9500599", status=503),
        Retry,
    ),
    Operation(
        "pickup_cancel",
        lambda carrier: carrier.cancel_pickup("29290ABCDEF"),
        None,
        f"DELETE {CIE}/api/shipments/v2409/pickup/02",
        said({"PickupCancelResponse": {"Response": {"ResponseStatus": {"Code": "1"}}}}),
        lambda words: words,
        None,
        refused("9500520"),
        Refused,
    ),
)
every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def carried_out(operation: Operation, answer: Response) -> tuple[Any, Script]:
    # A ping reads the shipper's address, and from a country without street validation it tracks a number.
    settings = {"track": {"shipper": SWEDEN}, "quantum_view": {"quantum_view": "Outbound"}}.get(operation.name, {})
    carrier, script = scripted(*operation.before, answer, **settings)
    lookups = [refused("300007"), said(answers.tracked())]
    if operation.name == "token":
        script.tokens.append(answer)
        script.steps[:] = [said(answers.VALID), *lookups]
    if operation.name == "track":
        script.steps += lookups
    return operation.ask(carrier), script


@every
@keeps(40)
def test_the_request_is_built(operation: Operation) -> None:
    _, script = carried_out(operation, operation.answer)
    request = operation.sent(script)
    assert (request.json if isinstance(operation.body, dict) else request.request.body or None) == operation.body


@every
def test_the_url_is_called(operation: Operation) -> None:
    _, script = carried_out(operation, operation.answer)
    assert operation.sent(script).line == operation.line


@every
def test_the_answer_is_read(operation: Operation) -> None:
    got, _ = carried_out(operation, operation.answer)
    assert operation.read(got) == operation.expected


@every
def test_the_error_is_read(operation: Operation) -> None:
    if operation.name in {"token", "track"}:  # a ping tells what failed, and raises nothing
        checks, _ = carried_out(operation, operation.error)
        assert not checks[-1].ok
        return
    with pytest.raises(operation.raises):
        carried_out(operation, operation.error)


def test_every_operation_that_the_sandbox_knows_has_its_four_tests() -> None:
    assert {name for name, _, _ in ROUTES} <= {operation.name for operation in OPERATIONS}


def test_builders_and_readers_have_at_most_60_lines_and_most_have_half_of_that() -> None:
    folder = Path(ups.__file__).parent
    lengths = {
        f"{path.name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert max(lengths.values()) <= 60, max(lengths, key=lambda name: lengths[name])
    assert sorted(lengths.values())[len(lengths) * 9 // 10] <= 30


def test_several_parcels_go_in_one_request_with_their_references_each() -> None:
    carrier, script = scripted(said(answers.shipped(answers.parcel(SHIPMENT), answers.parcel(SECOND))))
    made = carrier.create(a_plan(packages=(Package(lb("1")), Package(lb("2")))), REFERENCE)
    assert made.tracking_numbers == (SHIPMENT, SECOND)
    sent = script.sent[0].json["ShipmentRequest"]["Shipment"]["Package"]
    assert [parcel["PackageWeight"]["Weight"] for parcel in sent] == ["1", "2"]
    assert [parcel["ReferenceNumber"][0] for parcel in sent] == [{"Value": REFERENCE}] * 2
