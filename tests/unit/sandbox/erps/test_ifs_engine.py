"""The emulated IFS Cloud: strict as the facts say, stateful, with a ledger of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from sandbox.engine import ConnectionDropped, Fault
from sandbox.erps.ifs import seed
from sandbox.erps.ifs.engine import IfsEngine
from sandbox.erps.ifs.quirks import QUIRKS
from sandbox.erps.ifs.tenant import Tenant
from shared.http import Request, Response

HOST = "https://anywhere.example"
TOKEN = "/auth/realms/acmetst/protocol/openid-connect/token"
FORM = {"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}
COMPLETED = "IfsApp.ShipmentHandling.ShipmentState'Completed'"


@dataclass
class Ifs:
    """A tenant with one site, its engine, a clock and a token."""

    clock: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    token: str = ""

    def __post_init__(self) -> None:
        self.tenant = Tenant(lambda: self.clock)
        self.engine = IfsEngine(lambda: self.clock, tenant=self.tenant)
        seed.add_site(self.tenant, "S1", "America/New_York")
        seed.add_lookups(self.tenant)
        self.login()

    def login(self, form: dict[str, str] | None = None, path: str = TOKEN) -> Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.engine.handle(Request("POST", HOST + path, kind, urlencode(form or FORM).encode()))
        self.token = (answer.json() or {}).get("access_token", self.token)
        return answer

    def call(self, method: str, rest: str, body: Any = None, **headers: str) -> Response:
        given = {"authorization": f"Bearer {self.token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            given.setdefault("content-type", "application/json")
        projection, _, tail = rest.partition("/")
        endpoint = "int" if projection.startswith("int:") else "main"
        url = f"{HOST}/{endpoint}/ifsapplications/projection/v1/{projection.removeprefix('int:')}.svc/{tail}"
        return self.engine.handle(Request(method, url, given, b"" if body is None else json.dumps(body).encode()))

    def get(self, rest: str, **headers: str) -> Response:
        return self.call("GET", f"ShipmentHandling/{rest}", **headers)

    def find(self, text: str, set_name: str = "ShipmentSet", more: str = "") -> Response:
        return self.get(f"{set_name}?$filter={quote(text)}&$top=200{more}")

    def row(self, number: int) -> dict[str, Any]:
        return self.get(f"ShipmentSet(ShipmentId={number})").json()

    def patch(self, number: int, etag: str | None = None, /, **fields: Any) -> Response:
        etag = self.row(number)["@odata.etag"] if etag is None else etag
        return self.call("PATCH", f"ShipmentHandling/ShipmentSet(ShipmentId={number})", fields, if_match=etag)

    def pass_seconds(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)


@pytest.fixture
def ifs() -> Ifs:
    return Ifs()


def text_of(answer: Response) -> str:
    return answer.body.decode()


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_token_lives_180_seconds(ifs: Ifs) -> None:
    assert ifs.login().json()["expires_in"] == 180
    ifs.pass_seconds(179)
    assert ifs.get("ShipmentSet?$top=1").status == 200
    ifs.pass_seconds(1)
    assert ifs.get("ShipmentSet?$top=1").status == 401


def test_the_token_endpoint_tells_what_is_wrong(ifs: Ifs) -> None:
    assert ifs.login(FORM | {"client_secret": "x"}).status == 401
    assert ifs.login(FORM | {"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    assert ifs.login(path=TOKEN.replace("acmetst", "acme")).status == 404
    ifs.engine.manners.token_error = "bare"
    assert ifs.login(FORM | {"client_id": "x"}).json() == {"error": "invalid_client"}


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (f"Contract eq 'S1' and Objstate eq {COMPLETED}", 200, ""),
        ("(ShipmentId eq 1 or ShipmentId eq 2) and not (Contract ne 'S1')", 200, ""),
        ("startswith(ReceiverCity,'Bos') and length(Contract) eq 2", 200, ""),
        ("year(CreatedDate) gt 2000 and cast(ShipmentId, Edm.String) eq '1'", 200, ""),
        ("ReceiverAddressName eq 'O''Hara' or ParentConsolShipmentId eq null", 200, ""),
        ("PlannedShipDate gt 2001-01-01T00:00:00Z", 200, ""),
        ("Contract eq S1", 400, "ODP_UNSUPPORTED_URL"),
        ("ShipmentId eq '1'", 400, "ODP_UNSUPPORTED_URL"),
        ("Objstate eq 'Completed'", 400, "ODP_UNSUPPORTED_URL"),
        (f"Objstate eq {COMPLETED}".replace("Completed", "Delivered"), 400, "ODP_UNSUPPORTED_URL"),
        (f"Objstate eq {COMPLETED}".replace("ShipmentHandling", "Shipments"), 400, "ODP_UNSUPPORTED_URL"),
        ("PlannedShipDate gt 2001-01-01", 400, "ODP_UNSUPPORTED_URL"),
        ("CreatedDate gt 2001-01-01", 200, ""),
        ("ShipmentId in (1,2)", 400, "ODP_UNSUPPORTED_URL"),
        ("Nope eq 'x'", 400, "EXPRESSION_PROPERTY_NOT_IN_TYPE"),
        ("ShipmentId mod 2 eq 0", 501, "ODP_NOT_IMPLEMENTED"),
        ("Objstate has 'x'", 501, "ODP_NOT_IMPLEMENTED"),
        ("round(ShipmentId) eq 1", 501, "ODP_NOT_IMPLEMENTED"),
        ("geo.distance(ShipmentId) eq 1", 501, "ODP_NOT_IMPLEMENTED"),
        ("Lines/any(l: l eq 1)", 501, "ODP_NOT_IMPLEMENTED"),
        ("cast(ShipmentId, Edm.Int32) eq 1", 501, "ODP_NOT_IMPLEMENTED"),
    ],
)
def test_the_grammar_of_a_filter(ifs: Ifs, text: str, status: int, code: str) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    answer = ifs.find(text)
    assert answer.status == status, text_of(answer)
    assert code in text_of(answer)
    assert status != 200 or len(answer.json()["value"]) == 1


def test_a_plus_is_no_blank_and_a_misspelt_option_is_ignored(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    assert "ODP_UNSUPPORTED_URL" in text_of(ifs.get("ShipmentSet?$filter=ShipmentId+eq+1"))
    assert len(ifs.get("ShipmentSet?filter=ShipmentId%20eq%207").json()["value"]) == 1


def test_expand_is_refused_and_lines_are_a_second_get(ifs: Ifs) -> None:
    number = seed.add_shipment(ifs.tenant, "S1")
    seed.add_line(ifs.tenant, number, "BIKE", 2)
    assert "ODP_NOT_IMPLEMENTED" in text_of(ifs.get("ShipmentSet?$expand=Lines&$top=1"))
    rows = ifs.find(f"ShipmentId eq {number}", "ShipmentLineSet").json()["value"]
    assert [row["InventoryQty"] for row in rows] == [2]


def test_the_state_filter_and_select_may_not_work(ifs: Ifs) -> None:
    ifs.engine.manners.state_filter = ifs.engine.manners.select = False
    assert ifs.find(f"Objstate eq {COMPLETED}").status == 400
    assert ifs.find("ShipmentId gt 0", more="&$select=ShipmentId").status == 501


def test_select_gives_the_etag_and_the_chosen_only(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    row = ifs.find("ShipmentId gt 0", more="&$select=ShipmentId,Contract").json()["value"][0]
    assert set(row) == {"@odata.etag", "ShipmentId", "Contract"}
    assert {"luname", "keyref", "Objgrants"} <= set(ifs.row(1))


def test_without_top_rows_are_cut_and_nothing_says_so(ifs: Ifs) -> None:
    for _ in range(30):
        seed.add_shipment(ifs.tenant, "S1")
    body = ifs.get("ShipmentSet").json()
    assert len(body["value"]) == 25
    assert "@odata.nextLink" not in body
    assert len(ifs.get("ShipmentSet?$top=200").json()["value"]) == 30


def test_an_upper_bound_of_top_makes_short_pages(ifs: Ifs) -> None:
    for _ in range(5):
        seed.add_shipment(ifs.tenant, "S1")
    ifs.engine.manners.largest_page, ifs.engine.manners.next_link = 3, "present"
    body = ifs.get("ShipmentSet?$orderby=ShipmentId&$top=200").json()
    assert len(body["value"]) == 3
    rest = body["@odata.nextLink"].partition("ShipmentHandling.svc/")[2]
    assert [row["ShipmentId"] for row in ifs.get(rest).json()["value"]] == [4, 5]
    ifs.engine.manners.next_link = "foreign"
    assert "elsewhere" in ifs.get("ShipmentSet?$top=200").json()["@odata.nextLink"]


def test_pages_shift_between_two_reads(ifs: Ifs) -> None:
    first, second = (seed.add_shipment(ifs.tenant, "S1") for _ in range(2))
    ifs.tenant.between_reads.append(lambda: seed.cancel(ifs.tenant, first))
    page = f"ShipmentSet?$filter={quote(f'Objstate eq {COMPLETED}')}&$orderby=ShipmentId&$top=1"
    assert [row["ShipmentId"] for row in ifs.get(page).json()["value"]] == [first]
    assert ifs.get(f"{page}&$skip=1").json()["value"] == []
    assert ifs.row(second)["Objstate"] == "Completed"


def test_a_site_without_grant_is_200_and_empty(ifs: Ifs) -> None:
    seed.add_site(ifs.tenant, "S2", allowed=False)
    number = seed.add_shipment(ifs.tenant, "S2")
    seed.add_line(ifs.tenant, number, "BIKE", 1)
    assert ifs.find("Contract eq 'S2'").json()["value"] == []
    assert ifs.find("ShipmentId gt 0", "ShipmentLineSet").json()["value"] == []
    assert ifs.get(f"ShipmentSet(ShipmentId={number})").status == 404


def test_a_projection_without_grant_is_403_in_plain_text_or_not(ifs: Ifs) -> None:
    ifs.tenant.granted["ShipmentHandling"] = {"read"}
    seed.add_shipment(ifs.tenant, "S1")
    kinds = {ifs.patch(1, AirwayBillNo="1Z").headers["content-type"].split(";")[0] for _ in range(2)}
    assert kinds == {"text/plain", "application/json"}


def test_absent_values_are_null_or_missing(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    assert {"AirwayBillNo" in ifs.row(1) for _ in range(2)} == {True, False}


def test_a_moment_that_ends_in_z_is_the_wall_clock_of_the_site(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    told = datetime.fromisoformat(ifs.row(1)["PlannedShipDate"]) - timedelta(hours=4)
    assert ifs.clock - told in (timedelta(hours=4), timedelta(hours=5))


def test_keys_are_named_and_typed(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    seed.add_customer_order(ifs.tenant, "C1", "S1", "BIKE", "BELL")
    assert ifs.get("ShipmentSet(1)").status == 400
    assert ifs.get("ShipmentSet(ShipmentId='1')").status == 400
    assert ifs.get("ShipmentSet(ShipmentId=9)").status == 404
    order = "CustomerOrderHandling/CustomerOrderSet(OrderNo='C1')"
    assert ifs.call("GET", order).json()["OrderNo"] == "C1"
    assert len(ifs.call("GET", f"{order}/OrderLinesArray?$top=9").json()["value"]) == 2


def test_metadata_is_the_tenants_own(ifs: Ifs) -> None:
    ifs.tenant.add_custom_field("Cf_Tracking", length=50)
    ifs.tenant.redefine("ShipmentHandling", "ShipmentSet", without="ProNo")
    text = text_of(ifs.get("$metadata"))
    assert '"Cf_Tracking" Type="Edm.String" MaxLength="50"' in text
    assert "ProNo" not in text
    assert '<Member Name="Cancelled"' in text


def test_a_projection_on_the_other_endpoint_is_not_found(ifs: Ifs) -> None:
    ifs.engine.manners.endpoint = "int"
    assert "MI_METADATA_NOTFOUND" in text_of(ifs.get("$metadata"))
    assert ifs.call("GET", "int:ShipmentHandling/$metadata").status == 200


def test_the_server_gives_up_at_prefer_wait(ifs: Ifs) -> None:
    ifs.engine.manners.seconds["ShipmentHandling.ShipmentSet.GET"] = 25
    assert ifs.get("ShipmentSet?$top=1").status == 200
    answer = ifs.get("ShipmentSet?$top=1", prefer="wait=20")
    assert (answer.status, "ODP_OPERATION_TIMEOUT" in text_of(answer)) == (504, True)


def test_metadata_reloaded_is_500_then_503_then_over(ifs: Ifs) -> None:
    ifs.engine.manners.reloads = 2
    assert sorted(ifs.get("ShipmentSet?$top=1").status for _ in range(3)) == [200, 500, 503]


# --- states, trees, consolidation -----------------------------------------------------------------------------------


def test_delivery_is_no_state(ifs: Ifs) -> None:
    number = seed.add_shipment(ifs.tenant, "S1")
    seed.add_line(ifs.tenant, number, "BIKE", 2)
    seed.deliver(ifs.tenant, number)
    assert ifs.row(number)["Objstate"] == "Completed"
    assert ifs.tenant.shipment(number).values["ActualShipDate"]
    seed.undo_delivery(ifs.tenant, number)
    assert ifs.tenant.shipment(number).values["ActualShipDate"] is None


def test_members_name_their_consolidated_shipment(ifs: Ifs) -> None:
    members = [seed.add_shipment(ifs.tenant, "S1") for _ in range(2)]
    whole = seed.consolidate(ifs.tenant, "S1", *members)
    rows = ifs.find(f"ParentConsolShipmentId eq {whole}").json()["value"]
    assert sorted(row["ShipmentId"] for row in rows) == members
    assert ifs.row(whole)["ShipmentCategory"] == "Consolidated"


def test_the_shipment_stands_on_every_level_of_the_tree(ifs: Ifs) -> None:
    number = seed.add_shipment(ifs.tenant, "S1")
    top = seed.add_handling_unit(ifs.tenant, number, weight=4.5)
    seed.add_handling_unit(ifs.tenant, number, weight=2, inside=top)
    path = f"HandlingUnitsHandling/HandlingUnits?$filter={quote(f'ShipmentId eq {number}')}&$top=200"
    rows = ifs.call("GET", path).json()["value"]
    assert [row.get("ParentHandlingUnitId") for row in rows] == [None, top]
    assert rows[0]["OperativeGrossWeight"] == 4.5


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_number_takes_back_the_printed_marks(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    seed.print_papers(ifs.tenant, 1)
    answers = [ifs.patch(1, AirwayBillNo="1Z1"), ifs.patch(1, ProNo="1Z2")]
    assert {answer.status for answer in answers} == {200, 204}
    row = ifs.row(1)
    assert (row["AirwayBillNo"], row["PackingListPrinted"]) == ("1Z1", False)
    assert [write.values for write in ifs.engine.writes] == [{"AirwayBillNo": "1Z1"}, {"ProNo": "1Z2"}]


def test_a_stale_etag_is_a_conflict_unless_of_the_same_second(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    etag = ifs.row(1)["@odata.etag"]
    seed.edit(ifs.tenant, 1, NoteText="same second")
    assert ifs.patch(1, etag, AirwayBillNo="1Z").status in (200, 204)
    ifs.pass_seconds(1)
    seed.edit(ifs.tenant, 1, NoteText="next second")
    answers = [ifs.patch(1, etag, AirwayBillNo="1Z9") for _ in range(3)]
    assert {answer.status for answer in answers} == {412, 409, 400}
    assert sum("ORA-20114" in text_of(answer) for answer in answers) == 1
    assert ifs.row(1)["NoteText"] == "next second"


def test_the_etag_with_backslashes_or_without_w_is_stale(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    etag = ifs.row(1)["@odata.etag"]
    ifs.engine.manners.conflict = "412"
    assert ifs.patch(1, etag.replace('"', '\\"'), AirwayBillNo="1Z").status == 412
    assert ifs.patch(1, etag.removeprefix("W/"), AirwayBillNo="1Z").status == 412


def test_without_if_match_a_patch_is_an_upsert_or_refused(ifs: Ifs) -> None:
    path = "ShipmentHandling/ShipmentSet(ShipmentId=99)"
    assert ifs.call("PATCH", path, {"NoteText": "x"}).status in (200, 204)
    assert ifs.tenant.shipment(99).values["NoteText"] == "x"
    assert ifs.engine.writes[-1].kind == "upsert"
    ifs.engine.manners.without_if_match = "refused"
    assert "ODP_MISSING_PRECONDITION" in text_of(ifs.call("PATCH", path, {"NoteText": "y"}))


@pytest.mark.parametrize(
    ("fields", "headers", "part"),
    [
        ({"AirwayBillNo": "1" * 51}, {}, "ORA-12899"),
        ({"Nope": "x"}, {}, "EXPRESSION_PROPERTY_NOT_IN_TYPE"),
        ({"ManualGrossWeight": "1.5"}, {}, "number is expected"),
        ({"AirwayBillNo@odata.type": "x"}, {}, "annotations"),
        ({"ShipmentFreightPayer": "Nobody"}, {}, "no member"),
        ({"ManualGrossWeight": 1}, {"content_type": "application/json;IEEE754Compatible=true"}, "Numbers are refused"),
        ({"AirwayBillNo": "1Z"}, {"content_type": "text/plain"}, "Content-Type"),
        ({"AirwayBillNo": "1Z"}, {"x_ifs_accept_warnings": "true"}, "X-IFS-Accept-Warnings"),
        ({"AirwayBillNo": "1Z"}, {"if_none_match": "*"}, "If-None-Match"),
    ],
)
def test_a_wrong_body_or_header_is_refused(ifs: Ifs, fields: Any, headers: Any, part: str) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    etag = ifs.row(1)["@odata.etag"]
    path = "ShipmentHandling/ShipmentSet(ShipmentId=1)"
    assert part in text_of(ifs.call("PATCH", path, fields, if_match=etag, **headers))
    assert ifs.engine.writes == []


def test_cancelled_takes_nothing_and_closed_the_number_alone(ifs: Ifs) -> None:
    ifs.tenant.add_custom_field("Cf_Eta")
    closed, cancelled = (seed.add_shipment(ifs.tenant, "S1") for _ in range(2))
    seed.close(ifs.tenant, closed)
    seed.cancel(ifs.tenant, cancelled)
    assert "ORA-20110" in text_of(ifs.patch(cancelled, AirwayBillNo="1Z"))
    assert "ORA-20110" in text_of(ifs.patch(closed, AirwayBillNo="1Z", Cf_Eta="x"))
    assert ifs.tenant.shipment(closed).values.get("AirwayBillNo") is None
    assert ifs.patch(closed, AirwayBillNo="1Z").status in (200, 204)
    assert "ORA-20110" in text_of(ifs.patch(closed, ReceiverCity="Rome"))
    ifs.engine.manners.closed_custom = ifs.engine.manners.closed_standard = "taken"
    assert ifs.patch(closed, Cf_Eta="x", ReceiverCity="Rome").status in (200, 204)


def test_a_field_is_accepted_and_not_stored(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.engine.manners.dropped.add("AirwayBillNo")
    assert ifs.patch(1, AirwayBillNo="1Z").status in (200, 204)
    assert ifs.row(1).get("AirwayBillNo") is None


def test_a_set_that_looks_editable_is_an_illegal_state(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.engine.manners.uneditable.add("ShipmentSet")
    answer = ifs.patch(1, AirwayBillNo="1Z")
    assert (answer.status, "ODP_ILLEGAL_STATE" in text_of(answer)) == (500, True)


def test_an_equal_value_may_leave_the_version(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1", AirwayBillNo="1Z")
    before = ifs.row(1)["@odata.etag"]
    ifs.pass_seconds(2)
    ifs.patch(1, AirwayBillNo="1Z")
    assert ifs.row(1)["@odata.etag"] == before
    ifs.engine.manners.equal_moves = True
    ifs.patch(1, AirwayBillNo="1Z")
    assert ifs.row(1)["@odata.etag"] != before


def test_a_locked_row_is_ora_20113_until_it_is_free(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.tenant.locked[1] = 1
    assert "ORA-20113" in text_of(ifs.patch(1, AirwayBillNo="1Z"))
    assert ifs.patch(1, AirwayBillNo="1Z").status in (200, 204)


def test_csrf_asks_for_header_and_cookie_on_main(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.engine.manners.csrf = True
    answer = ifs.get("ShipmentSet(ShipmentId=1)")
    cookie = answer.headers["set-cookie"].split(";")[0]
    etag, path = answer.json()["@odata.etag"], "ShipmentHandling/ShipmentSet(ShipmentId=1)"
    body = {"AirwayBillNo": "1Z"}
    assert "CSRF_ERROR" in text_of(ifs.call("PATCH", path, body, if_match=etag))
    both = {"cookie": cookie, "x_xsrf_token": cookie.partition("=")[2]}
    assert ifs.call("PATCH", path, body, if_match=etag, **both).status in (200, 204)


def test_a_write_that_timed_out_may_have_happened(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.engine.manners.seconds["ShipmentHandling.ShipmentSet.PATCH"] = 25
    etag, path = ifs.row(1)["@odata.etag"], "ShipmentHandling/ShipmentSet(ShipmentId=1)"
    assert ifs.call("PATCH", path, {"ProNo": "1"}, if_match=etag, prefer="wait=20").status == 504
    assert ifs.row(1)["ProNo"] == "1"


def test_weight_recalculates_freight_and_a_number_does_not(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    ifs.patch(1, AirwayBillNo="1Z")
    assert ifs.tenant.freight_recalculated == {}
    ifs.patch(1, ManualGrossWeight=3.5)
    assert ifs.tenant.freight_recalculated == {1: 1}


def test_a_charge_that_is_posted_twice_stands_twice(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    charge = {"ShipmentId": 1, "ChargeType": "FREIGHT", "ChargeAmount": 0, "ChargeCost": 12.5}
    path = "ShipmentHandling/ShipmentFreightChargeSet"
    assert [ifs.call("POST", path, charge).json()["SequenceNo"] for _ in range(2)] == [1, 2]


def test_a_bound_action_needs_if_match_and_the_right_state(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    path = "ShipmentHandling/ShipmentSet(ShipmentId=1)/IfsApp.ShipmentHandling.Shipment_"
    assert ifs.call("POST", f"{path}Close", {}).status == 428
    etag = ifs.row(1)["@odata.etag"]
    assert "ORA-20110" in text_of(ifs.call("POST", f"{path}Complete", {}, if_match=etag))
    assert ifs.call("POST", f"{path}Close", {}, if_match=etag).json()["Objstate"] == "Closed"
    assert ifs.engine.writes[-1].kind == "action"


def test_a_late_commit_is_seen_late_with_an_old_version(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1", state="Preliminary")
    seed.commit_late(ifs.tenant, 1, timedelta(seconds=30), Objstate="Completed")
    first = ifs.row(1)
    ifs.pass_seconds(30)
    later = ifs.row(1)
    assert (first["Objstate"], later["Objstate"]) == ("Preliminary", "Completed")
    assert later["@odata.etag"] == first["@odata.etag"]


def test_errors_come_in_four_shapes_and_a_language(ifs: Ifs) -> None:
    ifs.engine.manners.language = "de"
    bodies = [ifs.find("Nope eq 1").json()["error"] for _ in range(4)]
    assert sum("details" not in body for body in bodies) == 1
    assert sum(isinstance(body["message"], dict) for body in bodies) == 1
    assert sum(body["code"] == "ERROR" for body in bodies) == 1
    assert any("Anforderung" in str(body["message"]) for body in bodies)


def test_lookups_are_reference_sets(ifs: Ifs) -> None:
    rows = ifs.get("Reference_ForwarderInfo?$top=200").json()["value"]
    assert {row["ForwarderId"] for row in rows} == {"UPS", "DHL"}
    assert ifs.tenant.table("Reference_Site")[("S1",)].values["Description"] == "Site S1"
    assert Decimal("0.3") in ifs.tenant.table("Reference_HandlingUnitType")[("BOX",)].values.values()


def test_a_row_of_a_site_without_grant_takes_no_patch(ifs: Ifs) -> None:
    seed.add_site(ifs.tenant, "S2", allowed=False)
    number = seed.add_shipment(ifs.tenant, "S2")
    assert ifs.patch(number, ifs.tenant.shipment(number).etag, AirwayBillNo="1Z").status == 404
    assert ifs.call("PATCH", f"ShipmentHandling/ShipmentSet(ShipmentId={number})", {"ProNo": "1"}).status == 404
    assert ifs.engine.writes == []


def test_a_navigation_reads_its_key_as_a_key(ifs: Ifs) -> None:
    seed.add_customer_order(ifs.tenant, "C1", "S1", "BIKE")
    path = "CustomerOrderHandling/CustomerOrderSet({})/OrderLinesArray?$top=9"
    assert ifs.call("GET", path.format("OrderNo='X'%20or%20OrderNo%20ne%20''")).status == 400
    assert ifs.call("GET", path.format("OrderNo='X'")).status == 404


def test_throttled_unavailable_and_reset_on_demand(ifs: Ifs) -> None:
    seed.add_shipment(ifs.tenant, "S1")
    reads, patches = "ShipmentHandling.ShipmentSet.GET", "ShipmentHandling.ShipmentSet.PATCH"
    ifs.engine.faults += [Fault(reads, "throttled", seconds=7), Fault(reads, "error_before")]
    answers = [ifs.get("ShipmentSet?$top=1") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 503, 200]
    assert answers[0].headers["retry-after"] == "7"
    ifs.engine.faults.append(Fault(patches, "reset_after"))
    with pytest.raises(ConnectionDropped):
        ifs.patch(1, AirwayBillNo="1Z")
    assert ifs.tenant.shipment(1).values["AirwayBillNo"] == "1Z"


def test_rows_without_orderby_come_in_another_order_each_time(ifs: Ifs) -> None:
    for _ in range(3):
        seed.add_shipment(ifs.tenant, "S1")
    orders = [[row["ShipmentId"] for row in ifs.get("ShipmentSet?$top=9").json()["value"]] for _ in range(2)]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == [1, 2, 3]


def test_every_quirk_is_numbered_and_names_its_test() -> None:
    assert [quirk.number for quirk in QUIRKS] == list(range(1, len(QUIRKS) + 1))
    assert [quirk.what for quirk in QUIRKS if not callable(globals().get(f"test_{quirk.test}"))] == []
