"""The emulated Fusion: strict as the facts say, stateful, with a ledger of its own."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.engine import ConnectionDropped, Fault
from sandbox.erps.oracle import orders, requests, seed
from sandbox.erps.oracle.engine import FusionEngine
from sandbox.erps.oracle.faults import ERROR
from sandbox.erps.oracle.pod import Pod, Row
from sandbox.erps.oracle.quirks import QUIRKS
from sandbox.erps.oracle.token_server import JWT_BEARER, SCOPE, Trusted
from sandbox.places import place
from shared.http import Request, Response

HOST = "https://anywhere.example"
ROOT = "/fscmRestApi/resources/11.13.18.05/"
FORM = {"grant_type": "client_credentials", "scope": SCOPE}
ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207")
TROY = place("Acme Plant", "9 River St", "Troy", "NY", "12180")
BUFFALO = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
ITEM = "application/vnd.oracle.adf.resourceitem+json"
ACTION = "application/vnd.oracle.adf.action+json"
HOURS = timedelta(hours=1)


@dataclass
class Fusion:
    """A pod with an organization, a supplier and two items, its engine, a clock and a token."""

    clock: datetime = field(default_factory=lambda: datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    token: str = ""

    def __post_init__(self) -> None:
        self.pod = Pod(lambda: self.clock)
        self.pod.segments |= seed.SEGMENTS
        self.engine = FusionEngine(lambda: self.clock, pod=self.pod)
        self.manners = self.pod.manners
        self.dock = seed.add_organization(self.pod, "W01", ALBANY).values["LocationId"]
        seed.add_supplier(self.pod, "V100", BUFFALO, contact="Ann Lee", contact_phone="716-555-0102")
        seed.add_carrier(self.pod, "UPS")
        seed.add_item(self.pod, "VALVE-1", "Gate valve", weight="3.5")
        seed.add_item(self.pod, "GASKET-X", "Gasket")
        self.login()

    def login(self, form: dict[str, str] | None = None, basic: str = "sandbox-client:sandbox-secret") -> Response:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers["authorization"] = f"Basic {base64.b64encode(basic.encode()).decode()}"
        url = f"{HOST}/oauth2/v1/token"
        answer = self.engine.handle(Request("POST", url, headers, urlencode(form or FORM).encode()))
        self.token = (answer.json() or {}).get("access_token", self.token)
        return answer

    def call(self, method: str, rest: str, body: Any = None, **headers: str) -> Response:
        given = {"authorization": f"Bearer {self.token}", "rest-framework-version": "4"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            given.setdefault("content-type", "application/json")
        url = HOST + (rest if rest.startswith("/") else ROOT + rest)
        return self.engine.handle(Request(method, url, given, b"" if body is None else json.dumps(body).encode()))

    def get(self, rest: str, **headers: str) -> Response:
        return self.call("GET", rest, **headers)

    def find(self, resource: str, text: str, more: str = "", **headers: str) -> Response:
        return self.get(f"{resource}?q={quote(text)}{more}", **headers)

    def order(self, number: str = "US1", quantity: int = 5, count: int = 1, **facts: Any) -> Row:
        lines = [seed.Wanted("VALVE-1", quantity, self.dock) for _ in range(count)]
        return seed.add_order(self.pod, number, "V100", lines, **facts)

    def advise(self, number: str = "PB1-1", quantity: float = 2, **changes: Any) -> Response:
        """The vendor's recipe for an advice of the first line of US1."""
        line = {
            "ReceiptSourceCode": "VENDOR",
            "SourceDocumentCode": "PO",
            "TransactionType": "SHIP",
            "AutoTransactCode": "SHIP",
            "OrganizationCode": "W01",
            "DocumentNumber": "US1",
            "DocumentLineNumber": 1,
            "ItemNumber": "VALVE-1",
            "Quantity": quantity,
            "UnitOfMeasure": "Each",
            "SoldtoLegalEntity": seed.ENTITY,
        }
        line |= changes.pop("line", {})
        body = {
            "ASNType": "ASN",
            "ReceiptSourceCode": "VENDOR",
            "OrganizationCode": "W01",
            "VendorName": "Valve Works",
            "VendorSiteCode": "V100 US1",
            "ShipmentNumber": number,
            "ShippedDate": self.clock.isoformat(),
            "WaybillAirbillNumber": "1Z12345E0291980793",
            "FreightCarrierName": "UPS",
            "lines": [line],
        }
        body = {name: value for name, value in {**body, **changes}.items() if value is not None}
        return self.call("POST", "receivingReceiptRequests", body)

    def advice(self, number: str = "PB1-1") -> dict[str, Any]:
        (found,) = self.find("inboundShipments", f"ShipmentNumber='{number}'").json()["items"]
        return dict(found)

    def errors(self, answer: Response) -> list[str]:
        """The columns of the first line of a request that are wrong, as its processingErrors say."""
        body = answer.json()
        line = body["lines"]["items"][0]["InterfaceTransactionId"]
        path = f"receivingReceiptRequests/{body['HeaderInterfaceId']}/child/lines/{line}/child/processingErrors"
        return [each["ErrorMessage"].split()[-2] for each in self.get(path).json()["items"]]

    def draft(self, number: str = "US1") -> dict[str, Any]:
        return dict(self.get(f"draftPurchaseOrders/{self.id(number)}").json())

    def id(self, number: str = "US1") -> int:
        return self.pod.numbers[number]

    def change(self, number: str = "US1", **values: Any) -> Response:
        """PATCH of the flexfield with its own tag."""
        path = f"draftPurchaseOrders/{self.id(number)}/child/DFF/{self.id(number)}"
        return self.call("PATCH", path, values, if_match=self.get(path).headers["etag"])

    def act(self, action: str, number: str = "US1", **given: Any) -> Response:
        path = f"draftPurchaseOrders/{self.id(number)}/action/{action}"
        return self.call("POST", path, given, content_type=ACTION)

    def passes(self, span: timedelta) -> None:
        """Time goes on, and whoever calls has a token of then."""
        self.clock += span
        self.login()


@pytest.fixture
def fusion() -> Fusion:
    return Fusion()


def text_of(answer: Response) -> str:
    return answer.body.decode()


def numbers_of(answer: Response) -> list[str]:
    return [each["OrderNumber"] for each in answer.json()["items"]]


# --- login -----------------------------------------------------------------------------------------------------------


def test_a_token_lives_an_hour_and_has_no_refresh_token(fusion: Fusion) -> None:
    body = fusion.login().json()
    assert (body["expires_in"], "refresh_token" in body) == (3600, False)
    fusion.clock += timedelta(seconds=3599)
    assert fusion.get("purchaseOrders").status == 200
    fusion.clock += timedelta(seconds=1)
    assert fusion.get("purchaseOrders").status == 401


def test_the_identity_domain_wants_the_scope_of_the_console(fusion: Fusion) -> None:
    blank = SCOPE.replace("4711urn", "4711 urn")
    assert fusion.login(FORM | {"scope": blank}).json()["error"] == "invalid_scope"
    assert fusion.login({"grant_type": "client_credentials"}).json()["error"] == "invalid_scope"
    assert fusion.login(FORM | {"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    assert fusion.login(basic="sandbox-client:wrong").status == 401
    assert fusion.login(FORM | {"grant_type": JWT_BEARER, "assertion": "a.b.c"}).json()["error"] == "invalid_grant"


def test_a_token_without_a_user_in_fusion_gives_no_data(fusion: Fusion) -> None:
    fusion.order()
    fusion.pod.client_user = False
    assert fusion.login().status == 200
    assert numbers_of(fusion.get("purchaseOrders")) == []


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def part(value: bytes | dict[str, Any]) -> str:
    raw = json.dumps(value).encode() if isinstance(value, dict) else value
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def a_jwt(now: datetime, head: dict[str, Any] | None = None, **claims: Any) -> str:
    at = int(now.timestamp())
    head = {"alg": "RS256", "typ": "JWT", "x5t": "thumb"} | (head or {})
    body = {"iss": "parcelbridge", "prn": "PARCELBRIDGE", "iat": at, "exp": at + 300} | claims
    signed = f"{part(head)}.{part(body)}"
    return f"{signed}.{part(a_key().sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def test_a_trusted_jwt_is_a_bearer_or_an_assertion(fusion: Fusion) -> None:
    def bearer(token: str) -> int:
        return fusion.get("purchaseOrders", authorization=f"Bearer {token}").status

    good = a_jwt(fusion.clock)
    assert bearer(good) == 401
    users = frozenset({"PARCELBRIDGE"})
    fusion.engine.token_server.trusted.append(Trusted("parcelbridge", a_key().public_key(), "thumb", users))
    assert bearer(good) == 200
    assert fusion.login(FORM | {"grant_type": JWT_BEARER, "assertion": good}).status == 200
    late = int(fusion.clock.timestamp()) + 600
    for bad in ({"iss": "other"}, {"prn": "NOBODY"}, {"exp": late}, {"iat": late - 100, "exp": late}):
        assert bearer(a_jwt(fusion.clock, **bad)) == 401
    assert bearer(a_jwt(fusion.clock, {"x5t": "other"})) == 401
    assert bearer(good[:-8] + "AAAAAAAA") == 401
    fusion.passes(timedelta(seconds=300))
    assert bearer(good) == 401


def test_basic_is_a_users_name_and_password(fusion: Fusion) -> None:
    fusion.engine.token_server.users["PARCELBRIDGE"] = "pass:word"

    def basic(text: str) -> int:
        encoded = base64.b64encode(text.encode()).decode()
        return fusion.get("purchaseOrders", authorization=f"Basic {encoded}").status

    assert [basic(text) for text in ("PARCELBRIDGE:pass:word", "PARCELBRIDGE:x", "nobody:")] == [200, 401, 401]


def test_401_has_no_body_or_a_page(fusion: Fusion) -> None:
    fusion.engine.expire_tokens()
    bodies = [fusion.get("purchaseOrders").body for _ in range(2)]
    assert bodies[0] == b""
    assert bodies[1].startswith(b"<html>")


def test_a_privilege_is_403_and_data_access_is_an_empty_list(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.pod.refused |= {"locations.read", "draftPurchaseOrders.write"}
    assert fusion.get("/hcmRestApi/resources/11.13.18.05/locations").status == 403
    assert fusion.change(trackingNumber="1Z").status == 403
    fusion.pod.data_access = False
    assert fusion.get("purchaseOrders").json()["items"] == []
    assert fusion.get(f"purchaseOrders/{order.id}").status == 404


# --- protocol --------------------------------------------------------------------------------------------------------


def test_the_root_tells_the_framework_versions(fusion: Fusion) -> None:
    fusion.manners.default_framework, fusion.manners.allowed_frameworks = "2", ("1", "2", "3")
    (found,) = fusion.get("/fscmRestApi/resources", rest_framework_version="").json()["items"]
    assert found["adf:extension"] == {"defaultFrameworkVersion": "2", "allowedFrameworkVersions": ["1", "2", "3"]}
    assert fusion.get("purchaseOrders", rest_framework_version="4").status == 400
    assert fusion.find("purchaseOrders", "OrderNumber='1'", rest_framework_version="").status == 200


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("OrderNumber = 'US1' and (StatusCode = 'OPEN' or POHeaderId > 9000000000000000)", 200),
        ("OrderNumber in ('US1','US2') and Supplier like 'Valve*'", 200),
        ("Supplier like '%Works' and Buyer is not null", 200),
        ("CreationDate between '2026-11-01' and '2026-12-31'", 200),
        ("LastUpdateDate >= '2026-11-01T00:00:00.000+00:00' and Supplier not like 'Acme%'", 200),
        ("OrderNumber <> 'US2' AND POHeaderId != 12", 200),
        ("StatusCode='OPEN';OrderNumber='US1'", 400),
        ("OrderNumber = US1", 400),
        ("Supplier = 'O''Neill'", 400),
        ("Supplier = 'O'Neill'", 400),
        ("OrderNumber eq 'US1'", 400),
        ("POHeaderId = 'x'", 400),
        ("LastUpdateDate > '21/11/2026'", 400),
        ("LastUpdateDate > '2026-11-31'", 400),
        ("OrderNumber = 'US1' and", 400),
        ("(OrderNumber = 'US1'", 400),
        ("PoNumber = '1'", 400),
        ("ShippingMethod = 'UPS'", 400),
        ("BuyerManagedTransportFlag = 'true'", 400),
    ],
)
def test_the_grammar_of_q_from_framework_2_on(fusion: Fusion, text: str, status: int) -> None:
    fusion.order()
    answer = fusion.find("purchaseOrders", text)
    assert answer.status == status, text_of(answer)
    assert status != 200 or numbers_of(answer) == ["US1"]


def test_the_grammar_of_q_in_framework_1(fusion: Fusion) -> None:
    fusion.order()
    for text, status in (("OrderNumber=US1;StatusCode=OPEN", 200), ("OrderNumber='US1' and StatusCode='OPEN'", 400)):
        answer = fusion.find("purchaseOrders", text, rest_framework_version="1")
        assert answer.status == status
        assert status != 200 or numbers_of(answer) == ["US1"]


def test_a_field_that_is_not_queryable_is_400_and_describe_says_so(fusion: Fusion) -> None:
    fusion.pod.not_queryable.add("purchaseOrders.LastUpdateDate")
    assert fusion.find("purchaseOrders", "LastUpdateDate > '2026-01-01'").status == 400
    said = fusion.get("purchaseOrders/describe").json()["Resources"]["purchaseOrders"]["attributes"]
    queryable = {each["name"]: each["queryable"] for each in said}
    assert (queryable["LastUpdateDate"], queryable["CreationDate"], queryable["ShippingMethod"]) == (False, True, False)
    assert fusion.find("receivingReceiptRequests", "InsertAndProcessFlag='true'").status == 400
    fusion.manners.describe = False
    assert fusion.get("purchaseOrders/describe").status == 403


def test_a_field_that_a_pod_does_not_have_is_nowhere(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.pod.absent.add("purchaseOrders.BuyerManagedTransportFlag")
    assert "BuyerManagedTransportFlag" not in fusion.get(f"purchaseOrders/{order.id}").json()
    assert fusion.draft()["BuyerManagedTransportFlag"] is True
    assert fusion.get("purchaseOrders?fields=BuyerManagedTransportFlag").status == 400


@pytest.mark.parametrize(
    "rest",
    [
        "purchaseOrders?$filter=x",
        "purchaseOrders?q=OrderNumber+=+'US1'",
        "purchaseOrders?q=LastUpdateDate%3E'2026-11-21T09:45:00+00:00'",
        "purchaseOrders?limit=0",
        "purchaseOrders?limit=x",
        "purchaseOrders?offset=-1",
        "purchaseOrders?onlyData=yes",
        "purchaseOrders?limit=1&limit=2",
        "purchaseOrders?orderBy=OrderNumber:up",
        "purchaseOrders?orderBy=Nope",
        "purchaseOrders?fields=Nope",
        "purchaseOrders?expand=Nope",
        "purchaseOrders?finder=Nope;POHeaderId=1",
        "purchaseOrders/{id}?limit=5",
        "purchaseOrders/{id}?q=OrderNumber='US1'",
    ],
)
def test_a_parameter_that_does_not_fit_is_400(fusion: Fusion, rest: str) -> None:
    order = fusion.order()
    assert fusion.get(rest.replace("{id}", str(order.id))).status == 400


@pytest.mark.parametrize(
    ("method", "rest", "status"),
    [
        ("GET", "purchaseOrder", 404),
        ("GET", "purchaseOrders/1", 404),
        ("GET", "purchaseOrders/{id}/child/line", 404),
        ("PATCH", "purchaseOrders/{id}", 405),
        ("POST", "purchaseOrders/{id}/child/attachments", 405),
        ("GET", "purchaseOrderLifeCycleDetails", 405),
        ("POST", "inboundShipments", 405),
        ("GET", "shipmentLineChangeRequests", 405),
        ("POST", "draftPurchaseOrders/{id}/action/approve", 404),
    ],
)
def test_orders_are_read_and_acted_on_only(fusion: Fusion, method: str, rest: str, status: int) -> None:
    order = fusion.order()
    body = None if method == "GET" else {"Description": "x"}
    kind = ACTION if "action" in rest else "application/json"
    assert fusion.call(method, rest.replace("{id}", str(order.id)), body, content_type=kind).status == status


def test_errors_are_json_for_who_accepts_it_and_plain_text_else(fusion: Fusion) -> None:
    plain = fusion.get("purchaseOrders?fields=Nope")
    assert (plain.headers["content-type"], plain.json()) == ("text/plain", None)
    told = fusion.get("purchaseOrders?fields=Nope", accept=f"application/json, {ERROR}").json()
    assert (told["status"], told["title"]) == ("400", "Bad Request")
    assert set(told["o:errorDetails"][0]) == {"detail", "o:errorCode", "o:errorPath"}
    fusion.manners.errors = "plain"
    assert fusion.get("purchaseOrders?fields=Nope", accept=ERROR).headers["content-type"] == "text/plain"


def test_expanded_children_are_cut_at_25_and_say_so(fusion: Fusion) -> None:
    order = fusion.order(count=30)
    lines = fusion.get(f"purchaseOrders/{order.id}?expand=lines.schedules").json()["lines"]
    assert (len(lines["items"]), lines["hasMore"], lines["limit"]) == (25, True, 25)
    assert len(lines["items"][0]["schedules"]["items"]) == 1
    whole = fusion.get(f"purchaseOrders/{order.id}/child/lines?limit=500").json()
    assert (whole["count"], whole["hasMore"]) == (30, False)
    bare = fusion.get(f"purchaseOrders/{order.id}?expand=lines", rest_framework_version="2").json()["lines"]
    assert isinstance(bare, list)
    assert len(bare) == 30


def test_fields_win_over_expand_and_reach_into_children(fusion: Fusion) -> None:
    order = fusion.order()
    path = f"purchaseOrders/{order.id}?onlyData=true&fields=OrderNumber;lines:LineNumber"
    body = fusion.get(f"{path}&expand=DFF").json()
    assert set(body) == {"OrderNumber", "lines"}
    assert set(body["lines"]["items"][0]) == {"LineNumber"}


def test_numbers_are_strings_in_framework_9_or_everywhere(fusion: Fusion) -> None:
    order = fusion.order()
    assert fusion.get(f"purchaseOrders/{order.id}").json()["POHeaderId"] == order.id
    assert fusion.get(f"purchaseOrders/{order.id}", rest_framework_version="9").json()["POHeaderId"] == str(order.id)
    fusion.manners.numbers_as_strings = True
    line = fusion.get(f"purchaseOrders/{order.id}/child/lines").json()["items"][0]
    assert (line["Quantity"], line["POLineId"]) == ("5", str(order.children["lines"][0].id))


def test_ids_of_the_interface_have_19_digits(fusion: Fusion) -> None:
    fusion.order()
    assert len(str(fusion.advise().json()["HeaderInterfaceId"])) == 19


def test_the_page_has_25_rows_and_500_at_most(fusion: Fusion) -> None:
    for number in range(505):
        fusion.order(f"US{number}")
    pages = [fusion.get(f"purchaseOrders{rest}").json() for rest in ("", "?limit=1000")]
    assert [(each["count"], each["limit"]) for each in pages] == [(25, 25), (500, 500)]


def test_has_more_lies_as_soon_as_there_is_an_offset(fusion: Fusion) -> None:
    for number in range(5):
        fusion.order(f"US{number}")
    pages = [fusion.get(f"purchaseOrders?limit=2&offset={at}&orderBy=POHeaderId").json() for at in (0, 2, 4, 6)]
    assert [(each["count"], each["hasMore"]) for each in pages] == [(2, True), (2, False), (1, True), (0, True)]
    fusion.manners.has_more = "right"
    assert fusion.get("purchaseOrders?limit=2&offset=2").json()["hasMore"] is True


def test_total_results_and_some_fields_are_500(fusion: Fusion) -> None:
    fusion.order()
    assert fusion.get("purchaseOrders?totalResults=true").status == 500
    fusion.manners.failing_fields.add("purchaseOrders")
    assert fusion.get("purchaseOrders?fields=OrderNumber").status == 500
    assert fusion.get("purchaseOrders").status == 200
    fusion.manners.total_results = "counted"
    assert fusion.get("purchaseOrders?totalResults=true").json()["totalResults"] == 1


def test_rows_without_an_order_come_in_another_one_each_time(fusion: Fusion) -> None:
    for number in range(3):
        fusion.order(f"US{number}")
    assert numbers_of(fusion.get("purchaseOrders")) != numbers_of(fusion.get("purchaseOrders"))
    sorted_ = "purchaseOrders?orderBy=LastUpdateDate:asc,POHeaderId:desc"
    assert numbers_of(fusion.get(sorted_)) == numbers_of(fusion.get(sorted_)) == ["US2", "US1", "US0"]


def test_pages_shift_between_two_reads(fusion: Fusion) -> None:
    for number in range(4):
        fusion.order(f"US{number}")
    fusion.pod.between_reads.append(lambda: fusion.pod.orders.pop(fusion.id("US0")))
    pages = [fusion.get(f"purchaseOrders?limit=2&offset={at}&orderBy=POHeaderId") for at in (0, 2)]
    assert [numbers_of(each) for each in pages] == [["US0", "US1"], ["US3"]]


def test_keys_are_hashes_in_links_of_the_pods_own_host(fusion: Fusion) -> None:
    order = fusion.order()
    body = fusion.find("purchaseOrders", "OrderNumber='US1'").json()["items"][0]
    link = next(each["href"] for each in body["links"] if each["rel"] == "self")
    assert urlsplit(link).netloc == "pod.fa.us2.oraclecloud.com:443"
    assert str(order.id) not in link
    assert fusion.get(urlsplit(link).path).json()["OrderNumber"] == "US1"
    line = fusion.get(f"purchaseOrders/{order.id}/child/lines").json()["items"][0]
    schedule = order.children["lines"][0].children["schedules"][0].id
    path = f"purchaseOrders/{order.id}/child/lines/{line['POLineId']}/child/schedules"
    assert fusion.get(f"{path}/{schedule}").status == 404
    fusion.manners.numbers_as_keys = False
    assert fusion.get(f"purchaseOrders/{order.id}").status == 404
    assert numbers_of(fusion.get(f"purchaseOrders?finder=PrimaryKey;POHeaderId={order.id}")) == ["US1"]
    fusion.manners.links = False
    assert "links" not in fusion.get("purchaseOrders").json()["items"][0]
    assert "links" not in fusion.get("purchaseOrders?onlyData=true").json()["items"][0]


def test_the_etag_is_a_header_a_change_indicator_and_from_framework_6_in_the_body(fusion: Fusion) -> None:
    order = fusion.order()
    answer = fusion.get(f"purchaseOrders/{order.id}", rest_framework_version="6")
    tag, body = answer.headers["etag"], answer.json()
    assert tag.startswith('"')
    assert body["links"][0]["properties"]["changeIndicator"] == tag
    assert body["@context"]["headers"]["ETag"] == tag
    orders.change_by_user(fusion.pod, order)
    fusion.pod.touch(order)
    assert fusion.get(f"purchaseOrders/{order.id}").headers["etag"] != tag


def test_times_have_milliseconds_or_not(fusion: Fusion) -> None:
    made = [fusion.order("US1", count=2), fusion.order("US2")]
    times = [fusion.get(f"purchaseOrders/{each.id}").json()["CreationDate"] for each in made]
    assert {len(each) for each in times} == {25, 29}
    assert all(each.endswith("+00:00") for each in times)


def test_throttled_unavailable_and_reset_on_demand(fusion: Fusion) -> None:
    fusion.engine.faults += [
        Fault("purchaseOrders.GET", "throttled", seconds=7),
        Fault("purchaseOrders.GET", "error_before"),
        Fault("purchaseOrders.GET", "reset_after"),
    ]
    answer = fusion.get("purchaseOrders")
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert fusion.get("purchaseOrders").status == 503
    with pytest.raises(ConnectionDropped):
        fusion.get("purchaseOrders")
    assert fusion.get("purchaseOrders").status == 200


# --- reading ---------------------------------------------------------------------------------------------------------


def test_an_order_goes_to_several_places_and_its_schedules_are_flat(fusion: Fusion) -> None:
    troy = seed.add_location(fusion.pod, TROY)
    lines = [seed.Wanted("VALVE-1", 2, fusion.dock), seed.Wanted("GASKET-X", 3, troy)]
    order = seed.add_order(fusion.pod, "US1", "V100", lines)
    rows = fusion.find("purchaseOrderSchedules", f"POHeaderId={order.id}").json()["items"]
    assert {(row["LineNumber"], row["ShipToLocationId"], row["Quantity"]) for row in rows} == {
        (1, fusion.dock, 2),
        (2, troy, 3),
    }
    assert {row["OrderNumber"] for row in rows} == {"US1"}
    fusion.pod.not_queryable.add("purchaseOrderSchedules.POHeaderId")
    assert fusion.find("purchaseOrderSchedules", f"POHeaderId={order.id}").status == 400


def test_addresses_stand_with_hcm_or_one_time_or_in_one_line(fusion: Fusion) -> None:
    once = seed.add_location(fusion.pod, TROY, kind="one_time")
    hcm = "/hcmRestApi/resources/11.13.18.05/locations"
    assert fusion.get(f"{hcm}?q=LocationId={fusion.dock}").json()["items"][0]["TownOrCity"] == "Albany"
    assert fusion.get(f"{hcm}?q=LocationId={once}").json()["items"] == []
    assert fusion.get(f"requisitionOneTimeLocations/{once}").json()["City"] == "Troy"
    text = fusion.find("b2bShipToLocationsLOV", f"LocationId={once}").json()["items"][0]["Address"]
    assert text == "9 River St, Troy, NY 12180, King, United States"
    order = fusion.order(ShipToLocationAddress="see note, ask Bob")
    assert fusion.get(f"purchaseOrders/{order.id}").json()["ShipToLocationAddress"] == "see note, ask Bob"


def test_a_supplier_has_addresses_for_several_purposes(fusion: Fusion) -> None:
    order = fusion.order()
    rows = fusion.get(f"suppliers/{order.values['SupplierId']}?expand=addresses").json()["addresses"]["items"]
    assert [(row["AddressPurposeOrderingFlag"], row["AddressLine1"]) for row in rows] == [
        (False, "PO Box 9"),
        (True, "77 Mill Rd"),
    ]
    assert (rows[1]["PhoneAreaCode"], rows[1]["PhoneNumber"]) == ("716", "5550101")


def test_an_item_has_a_row_an_organization(fusion: Fusion) -> None:
    seed.add_organization(fusion.pod, "W02", TROY)
    seed.add_item(fusion.pod, "PUMP", "Pump", weight="9")
    assert len(fusion.find("itemsV2", "ItemNumber='PUMP'").json()["items"]) == 2
    one = next(iter(fusion.pod.table("inventoryOrganizations")))
    (row,) = fusion.find("itemsV2", f"ItemNumber='PUMP' and OrganizationId={one}").json()["items"]
    assert (row["UnitWeightQuantity"], row["WeightUOMValue"]) == (9, "Kilogram")


def test_an_order_is_created_long_before_it_is_approved(fusion: Fusion) -> None:
    order = fusion.order(StatusCode="INCOMPLETE", Status="Incomplete")
    created = fusion.clock.isoformat()
    fusion.passes(48 * HOURS)
    seed.approve(fusion.pod, order)
    since = f"StatusCode='OPEN' and LastUpdateDate > '{created}'"
    assert numbers_of(fusion.find("purchaseOrders", since)) == ["US1"]
    assert numbers_of(fusion.find("purchaseOrders", f"CreationDate > '{created}'")) == []


# --- door A: advices -------------------------------------------------------------------------------------------------


def test_an_advice_leaves_the_order_alone_and_lives_in_its_life_cycle(fusion: Fusion) -> None:
    order = fusion.order()
    before = fusion.get(f"purchaseOrders/{order.id}").json()
    fusion.passes(HOURS)
    answer = fusion.advise()
    assert (answer.status, answer.json()["ReturnStatus"]) == (201, "SUCCESS")
    assert fusion.get(f"purchaseOrders/{order.id}").json() == before
    (row,) = fusion.get(f"purchaseOrderLifeCycleDetails/{order.id}/child/shipments").json()["items"]
    assert (row["Shipment"], row["Carrier"], row["Tracking"]) == ("PB1-1", "UPS", "1Z12345E0291980793")
    assert (row["ShippedQuantity"], row["LineLocationId"]) == (
        2,
        order.children["lines"][0].children["schedules"][0].id,
    )
    assert fusion.get(f"purchaseOrderLifeCycleDetails/{order.id}").json()["InTransitAmount"] == 20
    assert fusion.pod.facts == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"quantity": 6}, "QUANTITY"),
        ({"ReceiptSourceCode": None}, "RECEIPT_SOURCE_CODE"),
        ({"VendorName": "Acme"}, "VENDOR_NAME"),
        ({"VendorSiteCode": None}, "VENDOR_SITE_CODE"),
        ({"OrganizationCode": "W09"}, "TO_ORGANIZATION_CODE"),
        ({"ShippedDate": None}, "SHIPPED_DATE"),
        ({"ShippedDate": "2026-12-03T00:00:00+00:00"}, "SHIPPED_DATE"),
        ({"ExpectedReceiptDate": "2026-11-20T00:00:00+00:00"}, "EXPECTED_RECEIPT_DATE"),
        ({"line": {"DocumentNumber": "US9"}}, "DOCUMENT_NUM"),
        ({"line": {"DocumentLineNumber": 9}}, "LINE_NUM"),
        ({"line": {"ItemNumber": "GASKET-X"}}, "ITEM_NUM"),
        ({"line": {"ItemNumber": None}}, "ITEM_NUM"),
        ({"line": {"ItemDescription": "Other"}}, "ITEM_NUM"),
        ({"line": {"UnitOfMeasure": "Case"}}, "UNIT_OF_MEASURE"),
        ({"line": {"UnitOfMeasure": "EA"}}, "UNIT_OF_MEASURE"),
        ({"line": {"UnitOfMeasure": None}}, "UNIT_OF_MEASURE"),
        ({"line": {"UOMCode": "CS"}}, "UNIT_OF_MEASURE"),
        ({"line": {"TransactionType": "RECEIVE"}}, "TRANSACTION_TYPE"),
        ({"line": {"SourceDocumentCode": "RMA"}}, "SOURCE_DOCUMENT_CODE"),
        ({"line": {"SoldtoLegalEntity": "Other"}}, "SOLD_TO_LEGAL_ENTITY"),
        ({"line": {"AutoTransactCode": "GIVE"}}, "AUTO_TRANSACT_CODE"),
    ],
)
def test_201_with_error_and_processing_errors(fusion: Fusion, changes: dict[str, Any], column: str) -> None:
    fusion.order()
    answer = fusion.advise(**changes)
    assert (answer.status, answer.json()["ReturnStatus"]) == (201, "ERROR")
    assert fusion.errors(answer) == [column]
    assert list(fusion.pod.advices()) == []


def test_an_item_and_its_unit_have_several_names(fusion: Fusion) -> None:
    fusion.order()
    words = {"ItemNumber": None, "ItemDescription": "Gate valve", "UnitOfMeasure": None, "UOMCode": "EA"}
    assert fusion.advise("PB1-1", line=words).json()["ReturnStatus"] == "SUCCESS"
    fusion.manners.unit_by_code = "taken"
    assert fusion.advise("PB1-2", line={"UnitOfMeasure": "EA"}).json()["ReturnStatus"] == "SUCCESS"


def test_a_failed_request_blocks_its_number_until_it_is_deleted(fusion: Fusion) -> None:
    fusion.order()
    failed = fusion.advise(quantity=50).json()["HeaderInterfaceId"]
    assert fusion.errors(fusion.advise()) == ["SHIPMENT_NUM"]
    for row in fusion.find("receivingReceiptRequests", "ShipmentNumber='PB1-1'").json()["items"]:
        assert row["ProcessingStatusCode"] == "ERROR"
        assert fusion.call("DELETE", f"receivingReceiptRequests/{row['HeaderInterfaceId']}").status == 204
    assert fusion.get(f"receivingReceiptRequests/{failed}").status == 404
    assert fusion.advise().json()["ReturnStatus"] == "SUCCESS"


def test_a_shipment_number_is_taken_once_a_supplier(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise(quantity=1)
    assert fusion.errors(fusion.advise(quantity=1)) == ["SHIPMENT_NUM"]
    seed.add_supplier(fusion.pod, "V200", TROY)
    seed.add_order(fusion.pod, "US2", "V200", [seed.Wanted("VALVE-1", 5, fusion.dock)])
    other = fusion.advise(VendorName="Acme Plant", VendorSiteCode="V200 US1", line={"DocumentNumber": "US2"})
    assert other.json()["ReturnStatus"] == "SUCCESS"


def test_one_advice_is_of_one_organization_and_one_supplier(fusion: Fusion) -> None:
    seed.add_organization(fusion.pod, "W02", TROY)
    lines = [seed.Wanted("VALVE-1", 2, fusion.dock), seed.Wanted("VALVE-1", 2, fusion.dock, "W02")]
    seed.add_order(fusion.pod, "US1", "V100", lines)
    answer = fusion.advise(line={"DocumentLineNumber": 2, "OrganizationCode": "W02"})
    assert fusion.errors(answer) == ["TO_ORGANIZATION_CODE"]
    ids = dict.fromkeys(("OrganizationCode", "VendorName", "VendorSiteCode"))
    order, at = fusion.pod.orders[fusion.id()].values, seed.organization(fusion.pod, "W01").id
    by_id = {"OrganizationId": at, "VendorId": order["SupplierId"], "VendorSiteId": order["SupplierSiteId"]}
    assert fusion.advise("PB1-2", **ids, **by_id).json()["ReturnStatus"] == "SUCCESS"


def test_a_pending_request_turns_to_an_advice_or_to_an_error(fusion: Fusion) -> None:
    fusion.order()
    fusion.manners.pending_for = timedelta(minutes=3)
    good, bad = fusion.advise("PB1-1").json(), fusion.advise("PB1-2", quantity=50).json()
    assert {each["ProcessingStatusCode"] for each in (good, bad)} == {"PENDING"}
    assert good["ReturnStatus"] is None
    assert fusion.find("inboundShipments", "ShipmentNumber='PB1-1'").json()["items"] == []
    fusion.passes(timedelta(minutes=3))
    assert fusion.advice("PB1-1")["WaybillAirbillNumber"] == "1Z12345E0291980793"
    row = fusion.get(f"receivingReceiptRequests/{bad['HeaderInterfaceId']}").json()
    assert (row["ProcessingStatusCode"], row["ReturnStatus"]) == ("ERROR", None)
    assert fusion.get(f"receivingReceiptRequests/{good['HeaderInterfaceId']}").status == 404


def test_insert_and_process_flag_false_waits_for_the_job(fusion: Fusion) -> None:
    fusion.order()
    fusion.manners.listed_when_done = True
    number = fusion.advise(InsertAndProcessFlag="false").json()["HeaderInterfaceId"]
    states = []
    for _ in range(2):
        states.append(fusion.get(f"receivingReceiptRequests/{number}").json()["ProcessingStatusCode"])
        fusion.passes(timedelta(minutes=10))
    assert states == ["PENDING", "SUCCESS"]


def test_a_failed_request_can_be_corrected(fusion: Fusion) -> None:
    fusion.order()
    body = fusion.advise(line={"ItemNumber": "GASKET-X"}).json()
    line = body["lines"]["items"][0]["InterfaceTransactionId"]
    path = f"receivingReceiptRequests/{body['HeaderInterfaceId']}/child/lines/{line}"
    assert fusion.call("PATCH", path, {"ItemNumber": "VALVE-1"}).status == 200
    fusion.passes(timedelta(minutes=10))
    assert fusion.advice()["ShipmentNumber"] == "PB1-1"


def test_a_line_takes_its_packages_and_no_errors_of_its_own(fusion: Fusion) -> None:
    fusion.order()
    fusion.manners.listed_when_done = True
    body = fusion.advise(
        line={"ASNPackingUnits": [{"LicensePlateNumber": "1Z1"}, {"LicensePlateNumber": "1Z2"}]}
    ).json()
    line = body["lines"]["items"][0]["InterfaceTransactionId"]
    path = f"receivingReceiptRequests/{body['HeaderInterfaceId']}/child/lines/{line}/child/ASNPackingUnits"
    assert {each["LicensePlateNumber"] for each in fusion.get(path).json()["items"]} == {"1Z1", "1Z2"}
    assert fusion.advise("PB1-2", line={"ASNPackingUnits": [{"LicensePlateNumber": "x" * 31}]}).status == 400
    assert fusion.advise("PB1-2", line={"processingErrors": [{"ErrorMessage": "x"}]}).status == 400


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"ASNType": None, "line": {"TransactionType": "RECEIVE"}}, "receipt"),
        ({"ASNType": "ASBN"}, "invoice"),
        ({"line": {"AutoTransactCode": "RECEIVE"}}, "receipt"),
        ({"line": {"AutoTransactCode": "DELIVER"}}, "put away"),
    ],
)
def test_a_wrong_code_posts_a_receipt_or_an_invoice(fusion: Fusion, changes: dict[str, Any], fact: str) -> None:
    order = fusion.order()
    assert fusion.advise(**changes).json()["ReturnStatus"] == "SUCCESS"
    assert [each[0] for each in fusion.pod.facts] == [fact]
    receipts = fusion.get(f"purchaseOrderLifeCycleDetails/{order.id}/child/receipts").json()["items"]
    assert [row["ReceivedQuantity"] for row in receipts] == ([] if fact == "invoice" else [2])


def test_an_advice_of_a_drop_shipment_recognises_revenue(fusion: Fusion) -> None:
    wanted = seed.Wanted("VALVE-1", 2, fusion.dock, destination="DROP SHIP")
    seed.add_order(fusion.pod, "US1", "V100", [wanted])
    fusion.advise()
    assert fusion.pod.facts == [("revenue", "PB1-1")]


def test_a_line_without_a_receipt_takes_no_advice(fusion: Fusion) -> None:
    wanted = seed.Wanted("VALVE-1", 2, fusion.dock, destination="EXPENSE", receipt_required=False)
    seed.add_order(fusion.pod, "US1", "V100", [wanted])
    assert fusion.errors(fusion.advise()) == ["LINE_LOCATION_ID"]


def test_open_quantity_is_less_what_is_advised_and_received(fusion: Fusion) -> None:
    order = fusion.order(quantity=5)
    (_, schedule), *_ = orders.schedules_of(order)
    seed.supplier_advice(fusion.pod, order, "PORTAL-1", quantity=1)
    requests.receive(fusion.pod, order, schedule, Decimal(2))
    assert fusion.errors(fusion.advise(quantity=3)) == ["QUANTITY"]
    assert fusion.advise("PB1-2", quantity=2).json()["ReturnStatus"] == "SUCCESS"
    rows = fusion.get(f"purchaseOrderLifeCycleDetails/{order.id}/child/shipments").json()["items"]
    assert sorted(row["Shipment"] for row in rows) == ["PB1-2", "PORTAL-1"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"WaybillAirbillNumber": "9400111899560123456789"}, 400),
        ({"PackingSlip": "9400111899560123456789"}, 201),
        ({"PackingSlip": "x" * 26}, 400),
        ({"Comments": "x" * 4001}, 400),
        ({"TrackingNumber": "1Z"}, 400),
        ({"ShippedDate": "2026-12-01T08:00:00"}, 400),
        ({"NumberOfContainers": "two"}, 400),
        ({"Comments": "a\u0007b"}, 400),
        ({"ProcessingStatusCode": "SUCCESS"}, 400),
        ({"lines": {"Quantity": 1}}, 400),
        ({"Comments": ["x"]}, 400),
    ],
)
def test_lengths_types_and_unknown_fields_are_400(fusion: Fusion, changes: dict[str, Any], status: int) -> None:
    fusion.order()
    assert fusion.advise(**changes).status == status
    assert len(list(fusion.pod.advices())) == (status == 201)


def test_media_types_are_those_of_the_reference(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise()
    assert fusion.call("POST", "receivingReceiptRequests", {"ASNType": "ASN"}, content_type=ITEM).status == 201
    assert fusion.call("POST", "receivingReceiptRequests", {"ASNType": "ASN"}, content_type="text/json").status == 415
    path = next(each["href"] for each in fusion.advice()["links"] if each["rel"] == "self")
    assert fusion.call("PATCH", urlsplit(path).path, {"Comments": "x"}, content_type=ITEM).status == 415
    action = f"draftPurchaseOrders/{fusion.id()}/action/submit"
    assert fusion.call("POST", action, {}, content_type="application/json").status == 415


def advice_path(fusion: Fusion) -> str:
    return urlsplit(next(each["href"] for each in fusion.advice()["links"] if each["rel"] == "self")).path


def test_milestones_are_patched_and_a_stale_tag_is_412(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.advise()
    path = advice_path(fusion)
    tag = fusion.get(path).headers["etag"]
    values = {"Comments": "In transit", "ExpectedReceiptDate": "2026-12-04T12:00:00+00:00"}
    assert fusion.call("PATCH", path, values, if_match=tag).json()["Comments"] == "In transit"
    assert fusion.call("PATCH", path, values, if_match=tag).status == 412
    assert fusion.call("PATCH", path, values, if_match="*").status == 200
    assert fusion.pod.changes == {}
    assert order.values["Revision"] == 0


def test_waybill_and_packing_slip_of_an_advice_may_be_fixed(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise()
    values = {"WaybillAirbillNumber": "1Z2"}
    assert fusion.call("PATCH", advice_path(fusion), values).status == 400
    assert fusion.call("PATCH", advice_path(fusion), {"ShipmentNumber": "x"}).status == 400
    fusion.manners.advice_waybill = "taken"
    assert fusion.call("PATCH", advice_path(fusion), values).json()["WaybillAirbillNumber"] == "1Z2"


def test_the_header_flexfield_has_another_name_and_a_tag_of_its_own(fusion: Fusion) -> None:
    fusion.manners.header_flexfield = "headerDFF"
    fusion.order()
    fusion.advise()
    described = fusion.get("inboundShipments/describe").json()["Resources"]["inboundShipments"]["children"]
    assert set(described) == {"shipmentLines", "headerDFF"}
    path = f"{advice_path(fusion)}/child/headerDFF/{fusion.advice()['ShipmentHeaderId']}"
    own, other = fusion.get(path).headers["etag"], fusion.get(advice_path(fusion)).headers["etag"]
    assert fusion.call("PATCH", path, {"freightCost": "12.30"}, if_match=other).status == 412
    assert fusion.call("PATCH", path, {"freightCost": "12.30"}, if_match=own).json()["freightCost"] == "12.30"
    (row,) = fusion.get(f"{advice_path(fusion)}?expand=headerDFF").json()["headerDFF"]["items"]
    assert row["freightCost"] == "12.30"
    assert fusion.call("PATCH", path, {"nope": "1"}).status == 400
    assert fusion.call("PATCH", path, {"freightCost": "x" * 151}).status == 400


def test_cancelling_answers_200_whether_it_did_or_not(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.advise()

    def cancel(**given: Any) -> Response:
        return fusion.call("POST", "inboundShipments/action/cancelASN", given, content_type=ACTION)

    assert cancel(ShipmentNumber="PB1-1").status == 400
    assert cancel().status == 400
    told = [cancel(ShipmentHeaderId=fusion.advice()["ShipmentHeaderId"]) for _ in range(2)]
    results = [each.json()["result"] for each in told]
    assert [each.status for each in told] == [200, 200]
    assert ["Success" in results[0].values(), "Error" in results[1].values()] == [True, True]
    assert set(results[0]) != set(results[1])
    assert fusion.get(f"purchaseOrderLifeCycleDetails/{order.id}/child/shipments").json()["items"] == []
    assert fusion.call("PATCH", advice_path(fusion), {"Comments": "x"}).status == 400


def test_the_parameters_of_cancelling_stand_in_describe(fusion: Fusion) -> None:
    fusion.manners.cancel_parameters["cancelASN"] = ("shipmentNumber", "vendorName")
    fusion.order()
    fusion.advise()
    actions = fusion.get("inboundShipments/describe").json()["Resources"]["inboundShipments"]["collection"]["actions"]
    (told,) = [each for each in actions if each["name"] == "cancelASN"]
    assert [each["name"] for each in told["parameters"]] == ["shipmentNumber", "vendorName"]
    given = {"shipmentNumber": "PB1-1", "vendorName": "Valve Works"}
    answer = fusion.call("POST", "inboundShipments/action/cancelASN", given, content_type=ACTION)
    assert "Success" in answer.json()["result"].values()


def test_what_is_received_cannot_be_cancelled(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise()
    (advice,) = fusion.pod.advices()
    requests.receive_line(fusion.pod, advice.children["shipmentLines"][0])
    given = {"ShipmentHeaderId": advice.id}
    answer = fusion.call("POST", "inboundShipments/action/cancelASN", given, content_type=ACTION)
    assert "Error" in answer.json()["result"].values()


def test_a_cancelled_advice_keeps_its_number_or_frees_it(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise()
    given = {"ShipmentHeaderId": fusion.advice()["ShipmentHeaderId"]}
    fusion.call("POST", "inboundShipments/action/cancelASN", given, content_type=ACTION)
    assert fusion.errors(fusion.advise()) == ["SHIPMENT_NUM"]
    assert fusion.advise("PB1-1-2").json()["ReturnStatus"] == "SUCCESS"
    fusion.pod.table("receivingReceiptRequests").clear()
    fusion.manners.number_after_cancel = "freed"
    assert fusion.advise().json()["ReturnStatus"] == "SUCCESS"


def test_an_advice_whose_answer_is_lost_is_there(fusion: Fusion) -> None:
    fusion.order()
    fusion.engine.faults.append(Fault("receivingReceiptRequests.POST", "reset_after"))
    with pytest.raises(ConnectionDropped):
        fusion.advise()
    assert fusion.advice()["ShipmentNumber"] == "PB1-1"


# --- door B: the order -----------------------------------------------------------------------------------------------


def test_a_patch_opens_a_change_order_and_submit_implements_it_after_hours(fusion: Fusion) -> None:
    order = fusion.order()
    assert fusion.draft()["ChangeOrderStatusCode"] is None
    assert fusion.change(trackingNumber="1Z1").json()["trackingNumber"] == "1Z1"
    assert fusion.draft()["ChangeOrderStatusCode"] == "DRAFT"
    shown = f"purchaseOrders/{order.id}/child/DFF"
    assert fusion.get(shown).json()["items"][0]["trackingNumber"] is None
    assert fusion.act("submit", validateBeforeSubmitFlag="true").json() == {"result": "SUCCESS"}
    assert fusion.draft()["ChangeOrderStatusCode"] == "PENDING APPROVAL"
    fusion.passes(3 * HOURS)
    assert fusion.get(shown).json()["items"][0]["trackingNumber"] == "1Z1"
    body = fusion.get(f"purchaseOrders/{order.id}").json()
    assert (body["Revision"], body["LastUpdateDate"][:16]) == (1, "2026-12-01T12:00")
    assert fusion.draft()["ChangeOrderStatusCode"] == "PROCESSED"


def test_a_change_that_is_rejected_is_not_the_order_s_and_stands_on_the_draft_side(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.manners.decision = "rejected"
    fusion.change(trackingNumber="1Z1")
    fusion.act("submit")
    fusion.passes(3 * HOURS)
    assert fusion.draft()["ChangeOrderStatusCode"] == "REJECTED"
    assert fusion.get(f"purchaseOrders/{order.id}").json()["Revision"] == 0
    assert fusion.get(f"purchaseOrders/{order.id}/child/DFF").json()["items"][0]["trackingNumber"] is None
    assert fusion.get(f"draftPurchaseOrders/{order.id}/child/DFF").json()["items"][0]["trackingNumber"] == "1Z1"


def test_an_external_change_waits_for_the_supplier_too(fusion: Fusion) -> None:
    fusion.order()
    fusion.manners.external = True
    fusion.change(trackingNumber="1Z1")
    fusion.act("submit")
    states = []
    for _ in range(2):
        fusion.passes(3 * HOURS)
        states.append(fusion.draft()["ChangeOrderStatusCode"])
    assert states == ["PENDING ACCEPTANCE", "PROCESSED"]


def test_an_order_with_a_pending_change_may_have_another_status(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.manners.pending_status = "PENDING CHANGE APPROVAL"
    fusion.change(trackingNumber="1Z1")
    shown = [orders.as_shown(fusion.pod, order).values["StatusCode"]]
    fusion.act("submit")
    shown.append(orders.as_shown(fusion.pod, order).values["StatusCode"])
    fusion.passes(3 * HOURS)
    orders.settle_changes(fusion.pod)
    shown.append(orders.as_shown(fusion.pod, order).values["StatusCode"])
    assert shown == ["OPEN", "PENDING CHANGE APPROVAL", "OPEN"]


def test_the_change_order_of_another_user_is_seen_and_joined(fusion: Fusion) -> None:
    order = fusion.order()
    orders.change_by_user(fusion.pod, order, Description="New text")
    assert fusion.draft()["ChangeOrderStatusCode"] == "DRAFT"
    assert fusion.change(trackingNumber="1Z1").status == 200
    assert fusion.pod.facts == [("joined", "US1")]
    orders.change_by_user(fusion.pod, order, status="PENDING APPROVAL")
    assert fusion.change(trackingNumber="1Z2").status == 400


def test_submit_is_refused_and_the_draft_locks_the_buyer_out_until_it_is_deleted(fusion: Fusion) -> None:
    order = fusion.order()
    fusion.manners.submit = "refused"
    assert fusion.act("submit").status == 400
    fusion.change(trackingNumber="1Z1")
    assert fusion.act("submit").status == 400
    assert fusion.draft()["ChangeOrderStatusCode"] == "DRAFT"
    assert orders.change_by_user(fusion.pod, order) is None
    assert fusion.pod.facts == [("locked out", "US1")]
    assert fusion.act("deleteChangeOrder").status == 200
    assert fusion.draft()["ChangeOrderStatusCode"] is None
    assert orders.change_by_user(fusion.pod, order) is not None


def test_only_an_incomplete_change_can_be_deleted(fusion: Fusion) -> None:
    order = fusion.order()
    assert fusion.act("deleteChangeOrder").status == 400
    fusion.change(trackingNumber="1Z1")
    fusion.act("submit")
    assert fusion.act("deleteChangeOrder").status == 400
    orders.change_by_user(fusion.pod, seed.add_order(fusion.pod, "US2", "V100", []))
    fusion.act("cancelChangeOrder", "US2")
    assert fusion.pod.facts == [("removed", "US2")]
    assert order.id in fusion.pod.changes


def test_an_approval_that_is_passed_over_stands_in_the_ledger(fusion: Fusion) -> None:
    fusion.order()
    fusion.change(trackingNumber="1Z1")
    assert fusion.act("submit", bypassApprovalsFlag="true").status == 200
    assert fusion.draft()["ChangeOrderStatusCode"] == "PROCESSED"
    path = f"purchaseOrders/{fusion.id()}/action/submit"
    fusion.call("POST", path, {}, content_type=ACTION)
    assert fusion.pod.facts == [("bypassed", "US1"), ("submit", "US1")]
    assert fusion.act("submit", nope="1").status == 400


@pytest.mark.parametrize(
    "facts",
    [
        {"FrozenFlag": True},
        {"StatusCode": "CANCELED", "Status": "Canceled"},
        {"StatusCode": "CLOSED", "Status": "Closed"},
    ],
)
def test_a_frozen_cancelled_or_closed_order_takes_no_change(fusion: Fusion, facts: dict[str, Any]) -> None:
    fusion.order(**facts)
    assert fusion.change(trackingNumber="1Z1").status == 400
    assert fusion.pod.changes == {}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"NoteToReceiver": "x" * 1000, "ChangeOrderDescription": "parcelbridge: tracking number"}, 200),
        ({"NoteToReceiver": "x" * 1001}, 400),
        ({"BuyerManagedTransportFlag": True}, 400),
        ({"SupplierSiteId": 1}, 400),
        ({"TrackingNumber": "1Z"}, 400),
        ({}, 400),
    ],
)
def test_the_header_takes_what_an_open_order_lets_change(fusion: Fusion, values: dict[str, Any], status: int) -> None:
    order = fusion.order()
    path = f"draftPurchaseOrders/{order.id}"
    tag = fusion.get(path).headers["etag"]
    assert fusion.call("PATCH", path, values, if_match=tag).status == status
    stale = fusion.call("PATCH", path, {"NoteToReceiver": "y"}, if_match=tag).status
    assert stale == (412 if status == 200 else 200)


def test_the_flexfield_row_has_a_tag_of_its_own_and_may_not_be_there_yet(fusion: Fusion) -> None:
    order = fusion.order()
    path = f"draftPurchaseOrders/{order.id}/child/DFF/{order.id}"
    tag = fusion.get(f"draftPurchaseOrders/{order.id}").headers["etag"]
    assert fusion.call("PATCH", path, {"trackingNumber": "1Z"}, if_match=tag).status == 412
    bare = seed.add_order(fusion.pod, "US2", "V100", [], flexfield=False)
    path = f"draftPurchaseOrders/{bare.id}/child/DFF"
    assert fusion.call("PATCH", f"{path}/{bare.id}", {"trackingNumber": "1Z"}).status == 404
    assert fusion.call("POST", path, {"trackingNumber": "1Z"}).status == 201
    assert fusion.get(f"{path}/{bare.id}").json()["trackingNumber"] == "1Z"


# --- outbound --------------------------------------------------------------------------------------------------------


def test_a_shipment_line_gets_its_number_by_a_change_request(fusion: Fusion) -> None:
    line = seed.add_outbound(fusion.pod, "SO1", "VALVE-1", 2)
    change = {"ActionCode": "UpdateAttributes", "shipmentLines": [{"ShipmentLine": line.id, "TrackingNumber": "1Z1"}]}
    path = "shipmentLineChangeRequests"
    assert fusion.call("POST", path, change, content_type=ITEM).status == 415
    assert fusion.call("POST", path, change | {"ActionCode": "Ship"}).status == 400
    assert fusion.call("POST", path, change | {"shipmentLines": [{"ShipmentLine": 1}]}).status == 400
    assert fusion.call("POST", path, change).status == 201
    assert fusion.get(f"shipmentLines/{line.id}").json()["TrackingNumber"] == "1Z1"


def test_a_shipment_has_no_address_but_where_a_pod_has_fields_of_its_own(fusion: Fusion) -> None:
    line = seed.add_outbound(fusion.pod, "SO1", "VALVE-1", 2, Shipment="5001", ShipToCity="Troy")
    seed.add_outbound_header(fusion.pod, "5001")
    assert not {name for name in fusion.get("shipments/5001").json() if "Ship" in name} - {
        "Shipment",
        "ShipmentStatus",
        "ActualShipDate",
    }
    assert "ShipToCity" not in fusion.get(f"shipmentLines/{line.id}").json()
    seed.add_outbound_header(fusion.pod, "5002", ShipToCity="Troy")
    assert fusion.get("shipments/5002").json()["ShipToCity"] == "Troy"
    assert fusion.get("shipments/5001").json()["ShipToCity"] is None


# --- all of it -------------------------------------------------------------------------------------------------------


def test_what_is_written_stands_in_the_ledger_with_what_was_there(fusion: Fusion) -> None:
    fusion.order()
    fusion.advise()
    fusion.call("PATCH", advice_path(fusion), {"Comments": "one"})
    fusion.call("PATCH", advice_path(fusion), {"Comments": "two"})
    fusion.change(trackingNumber="1Z1")
    told = [(each.document, each.field, each.old, each.new) for each in fusion.engine.writes]
    assert ("US1", "ShipmentNumber", None, "PB1-1") in told
    assert told[-2:] == [("US1", "Comments", "one", "two"), ("US1", "trackingNumber", None, "1Z1")]


def test_nothing_depends_on_anything_but_the_clock() -> None:
    def bodies() -> str:
        fusion = Fusion()
        fusion.order()
        answers = [fusion.advise(), fusion.get("inboundShipments"), fusion.change(trackingNumber="1Z1")]
        return hashlib.sha256(b"".join(each.body for each in answers)).hexdigest()

    assert bodies() == bodies()


def test_every_quirk_has_its_test() -> None:
    assert [quirk.number for quirk in QUIRKS] == list(range(1, len(QUIRKS) + 1))
    assert [quirk.test for quirk in QUIRKS if f"test_{quirk.test}" not in globals()] == []
