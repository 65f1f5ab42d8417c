"""The emulated SYSPRO: strict as the facts say, stateful, with a ledger of its own."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest

from sandbox.engine import ConnectionDropped, Fault
from sandbox.erps.syspro import seed
from sandbox.erps.syspro.company import FORM_SETUP, PRIMARY_POSTING, FormField
from sandbox.erps.syspro.manners import Stumble
from sandbox.erps.syspro.quirks import QUIRKS
from sandbox.erps.syspro.sessions import MISLEADING, NO_SEAT
from shared.http import Request
from tests.unit.sandbox.erps.syspro_bench import (
    HOST,
    NO,
    NOTE,
    ORDER,
    REST,
    YES,
    Syspro,
    item,
    rows_of,
    text_of,
    where,
    xml_of,
)


@pytest.fixture
def syspro() -> Syspro:
    return Syspro()


# --- addresses and sessions -----------------------------------------------------------------------------------------


def test_paths_are_read_in_any_capitals_and_wrong_ones_are_404(syspro: Syspro) -> None:
    url = f"{HOST}/sysproWCFservice/REST/getversion"
    assert syspro.engine.handle(Request("GET", url)).body == b"7.0.0.6"
    for path in ("/SYSPROWCFService/Rest/Query", "/SYSPROWCFService/GetVersion", "/"):
        assert syspro.engine.handle(Request("GET", HOST + path)).status == 404


def test_a_wrong_method_is_405_a_missing_parameter_or_a_long_address_400(syspro: Syspro) -> None:
    assert syspro.engine.handle(Request("POST", f"{REST}/GetVersion")).status == 405
    assert syspro.engine.handle(Request("GET", f"{REST}/Transaction/PostLD")).status == 405
    assert syspro.get("Logon", Operator="PBRIDGE", OperatorPassword="x", CompanyId="A").status == 400
    assert syspro.get("Query/Fetch", UserId=syspro.session, XmlIn="x" * 16_000).status == 400


def test_a_session_has_34_characters_and_two_blanks_which_are_needed(syspro: Syspro) -> None:
    assert re.fullmatch(r"[0-9A-Z]{34}  ", syspro.session)
    whole = syspro.session
    syspro.session = whole.strip()
    assert syspro.find() == MISLEADING
    syspro.manners.trimmed = True
    assert len(syspro.found()) == 1
    syspro.session = whole
    assert len(syspro.found()) == 1


def test_a_second_logon_ends_the_first_session(syspro: Syspro) -> None:
    first = syspro.session
    syspro.logon()
    assert syspro.session != first
    assert len(syspro.found()) == 1
    syspro.session = first
    assert syspro.find() == MISLEADING


def test_where_a_site_allows_it_an_operator_has_several_sessions(syspro: Syspro) -> None:
    syspro.manners.one_session = False
    first = syspro.session
    syspro.logon()
    syspro.session = first
    assert len(syspro.found()) == 1


def test_a_person_who_logs_on_as_our_operator_ends_our_session_in_the_middle_of_a_run(syspro: Syspro) -> None:
    syspro.company.between_reads.append(lambda: syspro.engine.sessions.end_of("PBRIDGE"))
    assert len(syspro.found()) == 1
    assert syspro.find() == MISLEADING


def test_the_text_of_a_lost_session_misleads_or_is_another(syspro: Syspro) -> None:
    syspro.session = "12E6D0C3129AAC4D940E264688A7D31500  "
    assert syspro.find() == "ERROR: Unable to read the SYSPRO base directory registry string BaseDir8"
    assert text_of(syspro.get("Logoff", UserId=syspro.session)).startswith("ERROR")
    syspro.manners.lost = "plain"
    text = syspro.find()
    assert text.startswith("ERROR")
    assert "BaseDir8" not in text


def test_a_session_may_end_by_idleness_which_nobody_has_published(syspro: Syspro) -> None:
    syspro.pass_seconds(30 * 86400)
    assert len(syspro.found()) == 1
    syspro.manners.idle = timedelta(minutes=20)
    syspro.pass_seconds(1200)
    assert syspro.find() == MISLEADING


def test_a_session_that_is_not_logged_off_keeps_its_seat(syspro: Syspro) -> None:
    sessions = syspro.engine.sessions
    assert sessions.taken == 1
    syspro.logon()
    assert sessions.taken == 1, "the same operator takes over"
    syspro.manners.abandoned = "kept"
    syspro.logon()
    assert sessions.taken == 2
    assert text_of(syspro.get("Logoff", UserId=syspro.session)) == "0"
    assert sessions.taken == 1
    assert text_of(syspro.get("Logoff", UserId=syspro.session)) == MISLEADING


def test_a_logon_when_all_seats_are_taken_is_refused_or_let_in(syspro: Syspro) -> None:
    syspro.engine.sessions.others = 10
    assert syspro.logon() == NO_SEAT
    syspro.manners.full = "let_in"
    assert not syspro.logon().startswith("ERROR")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"OperatorPassword": "wrong"}, "ERROR: Invalid operator password"),
        ({"Operator": "NOBODY"}, "ERROR: Invalid operator"),
        ({"CompanyId": "B"}, "ERROR: Invalid company id"),
        ({"CompanyPassword": "x"}, "ERROR: Invalid company password"),
    ],
)
def test_a_refused_logon_is_200_and_text(syspro: Syspro, changes: dict[str, str], text: str) -> None:
    assert syspro.logon(**changes) == text
    assert len(syspro.found()) == 1, "the session that was there lives on"


def test_an_operator_is_locked_after_three_wrong_passwords(syspro: Syspro) -> None:
    for _ in range(3):
        assert "password" in syspro.logon(OperatorPassword="x")
    assert "locked" in syspro.logon()


def test_the_profile_names_operator_company_and_versions(syspro: Syspro) -> None:
    profile = xml_of(text_of(syspro.get("GetLogonProfile", UserId=syspro.session)))
    named = {each.tag: each.text for each in profile}
    assert (named["OperatorCode"], named["SysproVersion"], named["EnetVersion"]) == ("PBRIDGE", "8.0.161", "7.0.0.6")
    assert named["SystemSiteId"]


# --- answers --------------------------------------------------------------------------------------------------------


def test_answers_are_octet_streams_with_a_tail_after_the_last_tag(syspro: Syspro) -> None:
    xml = "<Fetch><TableName>MdnMaster</TableName><Key>4000001</Key></Fetch>"
    answer = syspro.get("Query/Fetch", UserId=syspro.session, XmlIn=xml)
    assert answer.headers == {"content-type": "application/octet-stream", "server": "Microsoft-HTTPAPI/2.0"}
    assert answer.body.startswith(b'<?xml version="1.0" encoding="Windows-1252"?>')
    assert answer.body.endswith(b">\n ")


@pytest.mark.parametrize(
    ("wrapper", "pattern"), [("json", r'"7\.0\.0\.6"'), ("string", r"<string [^>]*>7\.0\.0\.6</string>")]
)
def test_answers_may_be_quoted_or_wrapped(syspro: Syspro, wrapper: Any, pattern: str) -> None:
    syspro.manners.wrapper = wrapper
    assert re.fullmatch(pattern, text_of(syspro.get("GetVersion")))
    assert "ERROR" in syspro.logon(OperatorPassword="x")
    assert "&lt;" in syspro.fetch("MdnMaster", NOTE) or '\\"' in syspro.fetch("MdnMaster", NOTE)


def test_documents_declare_windows_1252_and_travel_as_it_or_as_utf_8(syspro: Syspro) -> None:
    syspro.company.change("MdnMaster", NOTE, DispatchCustName="Café")
    xml = "<Fetch><TableName>MdnMaster</TableName><Key>4000001</Key></Fetch>"
    bodies = [syspro.get("Query/Fetch", UserId=syspro.session, XmlIn=xml).body for _ in range(2)]
    assert {"Café".encode() in each for each in bodies} == {True, False}
    assert any("Café".encode("cp1252") in each for each in bodies)


def test_characters_outside_windows_1252_are_stored_as_question_marks(syspro: Syspro) -> None:
    syspro.setup("Add", item("TRACK1", "東京 Café"))
    assert syspro.value("TRACK1")[0] == "?? Café"


def test_a_document_type_and_what_is_no_xml_is_text_that_begins_with_error(syspro: Syspro) -> None:
    evil = '<!DOCTYPE Query [<!ENTITY x "y">]><Query><TableName>&x;</TableName></Query>'
    for xml in (evil, "<Query><TableName>M&S</TableName></Query>", "", "<query/>"):
        assert syspro.query("COMFND", xml).startswith("ERROR")


def test_a_plus_of_a_table_s_name_must_be_escaped(syspro: Syspro) -> None:
    syspro.setup("Add", item("TRACK1", "1Z1"))
    xml = (
        "<Query><TableName>CusSorMaster+</TableName><ReturnRows>9</ReturnRows>"
        "<Columns><Column>TrackingNumbers</Column></Columns></Query>"
    )
    assert rows_of(syspro.query("COMFND", xml)) == [["1Z1"]]
    query = f"UserId={syspro.session.replace(' ', '%20')}&BusinessObject=COMFND&XmlIn={xml.replace(' ', '%20')}"
    answer = syspro.engine.handle(Request("GET", f"{REST}/Query/Query?{query}"))
    assert b"Table 'CusSorMaster' is not known" in answer.body


def test_unknown_elements_are_ignored_in_silence_and_noted_by_the_sandbox(syspro: Syspro) -> None:
    answer = syspro.setup("Add", item("TRACK1", "1Z1").replace("</Item>", "<Telephone>1</Telephone></Item>"))
    assert "error" not in answer
    assert syspro.engine.ignored == ["COMSFM: Item/Telephone"]
    syspro.found(where("DispatchNote", "EQ", NOTE).replace("<Value>", "<value>1</value><Value>"))
    assert syspro.engine.ignored[1:] == ["COMFND: Where/Expression/value"]


def test_exception_100000_is_no_lost_session_and_comes_in_two_shapes(syspro: Syspro) -> None:
    syspro.operator.areas.discard(FORM_SETUP)
    texts = {syspro.setup("Add", item("TRACK1", "1")), syspro.query("SORTDR", "<Query/>")}
    assert texts == {"e.net exception 100000", "ERROR: e.net exception raised: 100000"}
    assert len(syspro.found()) == 1, "reading is licensed, writing is not"
    syspro.engine.installed.discard("SORTDH")
    assert "100000" in syspro.post("SORTDH", "PostDispNoteHeader", "")


# --- reading --------------------------------------------------------------------------------------------------------


def test_keys_are_compared_as_stored_and_accepted_unpadded_by_objects(syspro: Syspro) -> None:
    syspro.manners.nothing_found = "empty"
    assert syspro.found(where("DispatchNote", "EQ", "4000001")) == []
    assert syspro.found(where("DispatchNote", "EQ", NOTE)) == [[NOTE]]
    assert f"<DispatchNote>{NOTE}</DispatchNote>" in syspro.fetch("MdnMaster", "4000001")
    for key in ("9000001", ORDER):
        assert "<KeyField>9000001</KeyField>" in syspro.form(key)
    syspro.note("23", "15574")
    assert "<KeyField>015574</KeyField>" in syspro.form("15574")
    assert "<DispatchNote>000023</DispatchNote>" in syspro.query(
        "SORQDN", "<Query><Key><DispatchNote>23</DispatchNote></Key></Query>"
    )


def test_notes_are_numbered_order_and_count_too_and_a_prefix_stays(syspro: Syspro) -> None:
    syspro.note("000346/0001", "346")
    syspro.note("100-1044762", "347")
    keys = [row[0] for row in syspro.found(order="DispatchNote")]
    assert keys == [NOTE, "000346/0001", "100-1044762"], "a higher number is not a later note"


def test_pages_by_ge_on_the_last_key_bring_the_known_row_again(syspro: Syspro) -> None:
    for number in range(2, 6):
        syspro.note(f"400000{number}", f"900000{number}")
    first = syspro.found(rows="3", order="DispatchNote")
    second = syspro.found(where("DispatchNote", "GE", first[-1][0]), rows="3", order="DispatchNote")
    assert [len(first), second[0]] == [3, first[-1]]
    assert len({row[0] for row in first + second}) == 5


def test_without_returnrows_rows_are_cut_and_without_orderby_they_come_in_any_order(syspro: Syspro) -> None:
    for number in range(100, 130):
        syspro.note(str(number), str(number + 500))
    assert len(syspro.found(rows="")) == 25
    assert len(syspro.found(rows="100")) == 31
    keys = [row[0] for row in syspro.found()]
    assert keys != sorted(keys)


@pytest.mark.parametrize(
    ("tests", "count"),
    [
        ([where("DispatchNoteStatus", "EQ", "5")], 1),
        ([where("DispatchNoteStatus", "eq", "5", "And")], 1),
        ([where("DispatchCustName", "LIKE", "hansen%")], 1),
        ([where("PlannedDeliverDate", "GE", "2026-11-02"), where("PlannedDeliverDate", "LE", "2026-11-02", "And")], 1),
        ([where("InvoiceCreatedDate", "EQ", "0000-00-00")], 1),
        ([where("NextDetailLine", "LE", "0")], 1),
        (
            [where("DispatchNoteStatus", "EQ", "5", "", "(("), where("DispatchNoteStatus", "EQ", "7", "Or", "(", "))")],
            1,
        ),
        ([where("State", "EQ", "MA"), where("State", "EQ", "NY", "And"), where("Branch", "EQ", "", "or")], 1),
        ([where("DispatchNoteStatus", "EQ", "7")], 0),
    ],
)
def test_the_grammar_of_conditions(syspro: Syspro, tests: list[str], count: int) -> None:
    syspro.manners.nothing_found = "empty"
    assert len(syspro.found(*tests)) == count


@pytest.mark.parametrize(
    ("tests", "number"),
    [
        (["DispatchNoteStatus IN ('5','7')"], "100000"),
        ([where("DispatchNoteStatus", "IN", "5,7")], "100000"),
        ([where("DispatchNote", "GT", "1")], "100000"),
        ([where("DispatchNoteStatus", "EQ", "5", "", "((")], "100000"),
        ([where("DispatchNoteStatus", "EQ", "5", "", "", ")")], "100000"),
        ([where("DispatchNoteStatus", "EQ", "5"), where("State", "EQ", "MA")], "100030"),
        ([where("PlannedDeliverDate", "GE", "30/11/2026")], "100028"),
        ([where("NextDetailLine", "GE", "x")], "240096"),
        ([where("ShippingInstrsCod", "EQ", "UPS")], "100000"),
        ([where("SorMaster.ShippingInstrsCod", "EQ", "UPS")], "100000"),
        ([where("TimeStamp", "GE", "0")], "240096"),
    ],
)
def test_a_wrong_condition_is_an_error_in_the_document(syspro: Syspro, tests: list[str], number: str) -> None:
    answer = xml_of(syspro.find(*tests))
    assert answer.tag == "Query"
    assert answer.findtext(".//ErrorNumber") == number
    assert answer.findtext(".//ErrorDescription")


def test_gt_lt_and_ne_work_where_they_do(syspro: Syspro) -> None:
    syspro.manners.further_conditions = True
    assert syspro.found(where("DispatchNote", "GT", "0"), where("DispatchNoteStatus", "NE", "9", "And")) == [[NOTE]]


def test_a_table_or_column_that_is_not_there_is_an_error_in_the_document(syspro: Syspro) -> None:
    for answer in (syspro.find(table="MdnMasters"), syspro.find(columns="DispatchNote ShippingInstrsCod")):
        assert xml_of(answer).findtext(".//ErrorNumber") == "100000"
    assert "<UserField2" in syspro.fetch("MdnMaster", NOTE)
    syspro.company.drop_column("MdnMaster", "UserField2")
    assert "<UserField2" not in syspro.fetch("MdnMaster", NOTE)
    assert "ErrorNumber" in syspro.find(columns="UserField2")
    syspro.company.add_column("MdnMaster", "UsrCarrier", "s20")
    assert syspro.found(columns="UsrCarrier") == [[""]]


def test_all_columns_and_descending_order_are_of_2025(syspro: Syspro) -> None:
    syspro.note("4000002", "9000002")
    turned = '<Sequence><Column Name="DispatchNote" Orderby="D"/></Sequence>'
    xml = f"<Query><TableName>MdnMaster</TableName><ReturnRows>9</ReturnRows><AllColumns>Y</AllColumns>{turned}</Query>"
    assert "ErrorNumber" in syspro.query("COMFND", xml)
    syspro.manners.all_columns = True
    rows = rows_of(syspro.query("COMFND", xml))
    assert [row[0][-1] for row in rows] == ["2", "1"]
    assert len(rows[0]) > 50


def test_nothing_found_is_no_row_or_error_240004(syspro: Syspro) -> None:
    answers = [syspro.find(where("DispatchNoteStatus", "EQ", "7")) for _ in range(2)]
    assert {"<ErrorNumber>240004<" in each for each in answers} == {True, False}
    assert any(re.search(r"<RowsReturned> +0</RowsReturned>", each) for each in answers)


def test_numbers_are_padded_and_no_date_is_empty_or_zeros(syspro: Syspro) -> None:
    found = syspro.find(table="MdnDetail", columns="MStockQtyToShp SalesOrderLine")
    assert re.search(r"<MStockQtyToShp> +2\.000000</MStockQtyToShp><SalesOrderLine> +1</SalesOrderLine>", found)
    assert "<InvoiceCreatedDate/>" in syspro.find(columns="InvoiceCreatedDate")
    assert "<InvoiceCreatedDate>0000-00-00<" in syspro.fetch("MdnMaster", NOTE)


def test_numbers_of_a_thousand_are_edited_and_have_an_unedited_twin(syspro: Syspro) -> None:
    syspro.note("23", "15574", seed.Goods("VALVE-1", 38_400, "0.001"))
    detail = syspro.query("SORQDN", "<Query><Key><DispatchNote>000023</DispatchNote></Key></Query>")
    assert re.search(r"<MStockQtyToShp> +38,400\.000</MStockQtyToShp>", detail)
    assert re.search(r"<Unedited_MStockQtyToShp> +38400\.000000</Unedited_MStockQtyToShp>", detail)
    assert "<Unedited_MStockUnitMass" not in detail


def test_goods_are_called_merchandise_and_a_name_may_come_twice(syspro: Syspro) -> None:
    goods = (
        seed.Goods("VALVE-1", 1, "3.5"),
        seed.Goods("SPECIAL", 1, kind="7"),
        seed.Goods("", 1, kind="4"),
        seed.Goods("", 1, kind="6"),
    )
    syspro.note("23", "15574", *goods)
    detail = xml_of(syspro.query("SORQDN", "<Query><Key><DispatchNote>23</DispatchNote></Key></Query>"))
    assert len(detail.findall(".//Merchandise")) == 2
    assert (len(detail.findall(".//Freight")), len(detail.findall(".//CommentLine"))) == (1, 1)
    assert len(detail.findall("FixExchangeRate")) == 2


def test_sorqry_has_names_of_its_own_and_a_prefix_as_namespace(syspro: Syspro) -> None:
    syspro.setup("Add", item("TRACK1", "1Z1"))
    option = "<Option><IncludeCustomForms>Y</IncludeCustomForms></Option>"
    xml = f"<Query><Key><SalesOrder>9000001</SalesOrder></Key>{option}</Query>"
    order = xml_of(syspro.query("SORQRY", xml))
    assert order.find("MultShipCode") is not None
    assert order.find("MultiShipCode") is None
    assert order.find("{SALSLS}Name") is not None
    assert next(each.findtext("Value") for each in order.findall("CustomForm/Field")) == "1Z1"


def test_the_carrier_s_code_is_on_the_sales_order_only(syspro: Syspro) -> None:
    assert syspro.found(table="SorMaster", columns="ShippingInstrsCod") == [["UPS"]]
    assert "ShippingInstrsCod" not in syspro.fetch("MdnMaster", NOTE)


def test_a_note_may_be_of_two_orders_and_name_one_or_none(syspro: Syspro) -> None:
    seed.add_order(syspro.company, "9000002", seed.Goods("VALVE-1", 1))
    lines = (seed.Goods("VALVE-1", 2), seed.Goods("VALVE-1", 1, order="9000002"))
    syspro.note("24", "9000001", *lines, SalesOrder="")
    asked = {"table": "MdnDetail", "columns": "SalesOrder", "order": "DispatchNoteLine"}
    orders = syspro.found(where("DispatchNote", "EQ", "24".zfill(15)), **asked)
    assert orders == [["000000009000001"], ["000000009000002"]]
    assert syspro.found(where("DispatchNote", "EQ", "24".zfill(15)), columns="SalesOrder") == [[""]]


def test_a_kit_has_a_parent_and_components_as_lines_of_their_own(syspro: Syspro) -> None:
    kit = (
        seed.Goods("KIT", 1, "7", bom="P"),
        seed.Goods("PART-A", 2, "2", bom="C"),
        seed.Goods("PART-B", 1, "3", bom="C"),
    )
    syspro.note("25", "9000003", *kit)
    asked = {"table": "MdnDetail", "columns": "MBomFlag MStockUnitMass", "order": "DispatchNoteLine"}
    rows = syspro.found(where("DispatchNote", "EQ", "25".zfill(15)), **asked)
    assert [(flag, float(mass)) for flag, mass in rows] == [("P", 7), ("C", 2), ("C", 3)]


def test_rows_of_a_warehouse_that_the_operator_may_not_see_are_left_out_without_a_word(syspro: Syspro) -> None:
    syspro.note("26", "9000004", seed.Goods("VALVE-1", 1, warehouse="W09"), Branch="B9")
    syspro.operator.hidden = {"W09", "B9"}
    assert [row[0] for row in syspro.found()] == [NOTE]
    assert len(syspro.found(table="MdnDetail")) == 1
    assert "240004" in syspro.fetch("MdnMaster", "26")


def test_from_ready_to_invoiced_between_two_polls_a_note_is_seen_by_its_invoice_date_only(syspro: Syspro) -> None:
    ready = [where("DispatchNoteStatus", "EQ", "5", "", "(("), where("DispatchNoteStatus", "EQ", "7", "Or", "(", "))")]
    assert len(syspro.found(*ready)) == 1
    syspro.manners.nothing_found = "empty"
    seed.move(syspro.company, NOTE, "7")
    seed.invoice(syspro.company, NOTE)
    assert syspro.found(*ready) == []
    done = [where("DispatchNoteStatus", "EQ", "9"), where("InvoiceCreatedDate", "GE", "2026-11-01", "And")]
    assert syspro.found(*done) == [[NOTE]]
    assert len(syspro.found(table="ArInvoice", columns="SalesOrder InvoiceDate")) == 1


def test_a_rowversion_moves_with_its_row_and_is_no_time(syspro: Syspro) -> None:
    before = syspro.found(columns="TimeStamp")
    syspro.pass_seconds(86400)
    assert syspro.found(columns="TimeStamp") == before
    syspro.company.change("MdnMaster", NOTE, SpecialInstrs="Back door")
    assert syspro.found(columns="TimeStamp") > before
    created = [each for each in syspro.company.tables["MdnMaster"].columns if "Creat" in each]
    assert created == ["InvoiceCreatedDate", "WebCreated"], "no column says when a note was made"


def test_a_person_works_while_pages_are_read(syspro: Syspro) -> None:
    syspro.company.between_reads.append(lambda: seed.move(syspro.company, NOTE, "H"))
    assert syspro.found(columns="DispatchNoteStatus") == [["5"]]
    assert syspro.found(columns="DispatchNoteStatus") == [["H"]]


# --- custom forms ---------------------------------------------------------------------------------------------------


def test_the_form_tells_codes_columns_types_lengths_and_values(syspro: Syspro) -> None:
    fields = {each.findtext("Name"): each for each in xml_of(syspro.form()).findall("Field")}
    assert list(fields) == ["TRACK1", "FRTCST", "SHPETA", "TRKSTS"]
    assert [fields[each].findtext("Type") for each in fields] == ["A", "N", "D", "A"]
    assert (fields["TRACK1"].findtext("Column"), (fields["TRACK1"].findtext("Length") or "").strip()) == (
        "TrackingNumbers",
        "40",
    )
    assert (syspro.value("TRACK1"), fields["TRKSTS"].findtext("ValidationType")) == (("", "Y"), "L")
    asked = {"table": "AdmFormValidation", "columns": "FieldName Item", "order": "Item"}
    assert syspro.found(**asked) == [["TRKSTS", "D"], ["TRKSTS", "L"]]


def test_an_unknown_form_is_an_error_or_empty_and_an_unknown_order_is_240004(syspro: Syspro) -> None:
    answers = [syspro.form(kind="DSP") for _ in range(2)]
    assert {"240004" in each for each in answers} == {True, False}
    assert not any("<Field>" in each for each in answers)
    assert "240004" in syspro.form("123")


def test_the_form_of_a_note_is_there_where_its_type_was_designed(syspro: Syspro) -> None:
    syspro.company.form_tables["DSP"] = ("CusMdnMaster+", "MdnMaster")
    syspro.company.add_form_field("DSP", FormField("PRONO", "ProNumber"))
    assert "error" not in syspro.setup("Add", item("PRONO", "1Z1", "4000001", kind="DSP"))
    assert "<Value>1Z1</Value>" in syspro.form("4000001", "DSP")
    assert syspro.found(table="CusMdnMaster+", columns="ProNumber") == [["1Z1"]]


def test_add_writes_what_is_null_and_update_what_is_not(syspro: Syspro) -> None:
    answer = syspro.setup("Add", item("TRACK1", "1Z1"), item("FRTCST", "12.30", element="NumericValue"))
    assert re.search(r"<setupcustomform .*<item><key><formtype>ORD</formtype>.*<recordsinvalid>000000</", answer)
    assert "<StatusOfItems>" in answer
    assert (syspro.value("TRACK1"), float(syspro.value("FRTCST")[0])) == (("1Z1", "N"), 12.3)
    assert "<errornumber>120001<" in syspro.setup("Add", item("TRACK1", "1Z2"))
    assert "<errornumber>240004<" in syspro.setup("Update", item("SHPETA", "2026-11-03", element="DateValue"))
    assert "error" not in syspro.setup("Update", item("TRACK1", "1Z2"))
    assert [(each.name, each.old, each.new) for each in syspro.engine.writes] == [
        ("TRACK1", "", "1Z1"),
        ("FRTCST", "", "12.30"),
        ("TRACK1", "1Z1", "1Z2"),
    ]


def test_add_on_a_value_that_is_there_is_said_in_other_words_or_overwrites(syspro: Syspro) -> None:
    syspro.setup("Add", item("TRACK1", "1Z1"))
    syspro.manners.add_existing = "already"
    assert "already exists" in syspro.setup("Add", item("TRACK1", "1Z2"))
    syspro.manners.add_existing = "overwrites"
    assert "error" not in syspro.setup("Add", item("TRACK1", "1Z2"))
    assert syspro.value("TRACK1")[0] == "1Z2"


def test_a_person_writes_between_the_query_of_a_form_and_the_setup(syspro: Syspro) -> None:
    syspro.company.between_reads.append(lambda: syspro.company.set_value("ORD", ORDER, "TRACK1", "BY HAND"))
    assert syspro.value("TRACK1") == ("", "Y")
    assert "120001" in syspro.setup("Add", item("TRACK1", "1Z1"))
    assert syspro.value("TRACK1") == ("BY HAND", "N")


def test_an_empty_value_is_not_null_and_delete_makes_it_null(syspro: Syspro) -> None:
    syspro.setup("Add", item("TRACK1", "1Z1"))
    syspro.setup("Update", item("TRACK1", ""))
    assert syspro.value("TRACK1") == ("", "N")
    assert "error" not in syspro.setup("Delete", item("TRACK1", ""))
    assert syspro.value("TRACK1") == ("", "Y")


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (item("NOPE", "1"), "240004"),
        (item("TRACK1", "1", "123"), "240004"),
        (item("TRACK1", "1", kind="DSP"), "240004"),
        (item("TRACK1", "x" * 41), "100000"),
        (item("TRACK1", "1", element="NumericValue"), "100000"),
        (item("FRTCST", "1,250.00", element="NumericValue"), "240096"),
        (item("SHPETA", "11/30/2026", element="DateValue"), "100028"),
        (item("TRKSTS", "X"), "240004"),
        (item("TRACK1", "1", element="TextValue"), "100030"),
        (item("TRACK1", "1", ""), "100030"),
    ],
)
def test_a_wrong_item_is_refused_and_the_others_of_its_call_are_stored(syspro: Syspro, sent: str, number: str) -> None:
    good = item("FRTCST", "1", element="NumericValue") if "FRTCST" not in sent else item("TRACK1", "1")
    answer = syspro.setup("Add", sent, good)
    assert f"<errornumber>{number}</errornumber>" in answer
    assert "<recordsread>000002</recordsread><recordsinvalid>000001</recordsinvalid>" in answer
    assert len(syspro.engine.writes) == 1


def test_a_value_may_be_cut_to_its_field_without_a_word(syspro: Syspro) -> None:
    syspro.manners.too_long = "cut"
    assert "error" not in syspro.setup("Add", item("TRACK1", "x" * 50))
    assert syspro.value("TRACK1")[0] == "x" * 40


def test_an_empty_number_is_zero_or_refused(syspro: Syspro) -> None:
    assert "error" not in syspro.setup("Add", item("FRTCST", "", element="NumericValue"))
    assert float(syspro.value("FRTCST")[0]) == 0
    syspro.manners.empty_number = "refused"
    assert "240096" in syspro.setup("Update", item("FRTCST", "", element="NumericValue"))


def test_without_validateonly_nothing_is_posted_and_nothing_says_so(syspro: Syspro) -> None:
    answer = syspro.setup("Add", item("TRACK1", "1Z1"), parameters="<Parameters/>")
    assert answer == syspro.setup("Add", item("TRACK1", "1Z1"), parameters="<Parameters/>")
    assert "error" not in answer
    assert "validationstatus" not in answer
    assert syspro.value("TRACK1") == ("", "Y")


def test_validateonly_y_says_what_would_be(syspro: Syspro) -> None:
    good = syspro.setup("Add", item("TRACK1", "1Z1"), parameters=YES)
    assert "<validationstatus><status>Successful</status></validationstatus>" in good
    bad = syspro.setup("Add", item("NOPE", "1Z1"), parameters=YES)
    assert "<status>Failed</status>" in bad
    assert syspro.engine.writes == []


# --- what is posted -------------------------------------------------------------------------------------------------


def header(**values: str) -> str:
    return f"<Item>{''.join(f'<{name}>{text}</{name}>' for name, text in values.items())}</Item>"


def test_sortdh_empties_or_keeps_what_is_left_out(syspro: Syspro) -> None:
    syspro.company.change("MdnMaster", NOTE, UserField2="THEIRS")
    sent = header(DispatchNote="4000001", UserField1="1Z1")
    answer = syspro.post("SORTDH", "PostDispNoteHeader", sent)
    assert "<itemsprocessed>000001</itemsprocessed><itemsinvalid>000000</itemsinvalid>" in answer
    assert "<StatusofItems>" in answer
    columns = "UserField1 UserField2 CustomerPoNumber"
    assert syspro.found(columns=columns) == [["1Z1", "", ""]]
    syspro.company.change("MdnMaster", NOTE, UserField2="THEIRS")
    syspro.manners.left_out = "kept"
    syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, UserField1="1Z2"))
    assert syspro.found(columns=columns) == [["1Z2", "THEIRS", ""]]


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"DispatchNote": "99"}, "240004"),
        ({"DispatchNote": "4000001", "ActualDeliveryDate": "11/30/2026"}, "100028"),
        ({"DispatchNote": "4000001", "UserField1": "x" * 21}, "100000"),
        ({"UserField1": "x"}, "100030"),
    ],
)
def test_a_wrong_header_is_refused(syspro: Syspro, values: dict[str, str], number: str) -> None:
    answer = syspro.post("SORTDH", "PostDispNoteHeader", header(**values))
    assert f"<errornumber>{number}<" in answer
    assert "<itemsinvalid>000001<" in answer


def test_user_fields_have_a_length_that_nobody_knows_and_may_cut(syspro: Syspro) -> None:
    syspro.manners.too_long = "cut"
    syspro.manners.user_field_length = 10
    syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, UserField1="1Z999AA10123456784"))
    assert syspro.found(columns="UserField1") == [["1Z999AA101"]]


def test_sortdh_may_want_a_signature(syspro: Syspro) -> None:
    syspro.manners.e_signature = True
    assert "100030" in syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE))
    assert "error" not in syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, eSignature="x"))


def test_postld_takes_the_same_in_its_body(syspro: Syspro) -> None:
    sent = header(DispatchNote=NOTE, UserField1="1Z1", ActualDeliveryDate="2026-11-02")
    assert "error" not in syspro.post("SORTDH", "PostDispNoteHeader", sent, large=True)
    assert syspro.found(columns="UserField1 ActualDeliveryDate") == [["1Z1", "2026-11-02"]]
    assert syspro.engine.recorded[-2].operation == "SORTDH"
    wrong = Request("POST", f"{REST}/Transaction/PostLD", {"Content-Type": "application/xml"}, b"<Other/>")
    assert syspro.engine.handle(wrong).status == 400


def test_a_post_that_timed_out_may_have_happened(syspro: Syspro) -> None:
    syspro.engine.faults.append(Fault("SORTDH", "silent_after"))
    syspro.engine.faults.append(Fault("COMSFM", "reset_after"))
    with pytest.raises(ConnectionDropped):
        syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, UserField1="1Z1"))
    with pytest.raises(ConnectionDropped):
        syspro.setup("Add", item("TRACK1", "1Z1"))
    assert syspro.found(columns="UserField1") == [["1Z1"]]
    assert syspro.value("TRACK1") == ("1Z1", "N")


def test_a_note_s_status_moves_as_the_vendor_says(syspro: Syspro) -> None:
    for new, refused in (("9", True), ("7", False), ("5", True)):
        answer = syspro.post("SORTDS", "PostDispStatus", header(DispatchNote=NOTE, NewDispatchStatus=new))
        assert ("<errornumber>" in answer) == refused
    assert syspro.found(columns="DispatchNoteStatus PrevStatus") == [["7", "5"]]


def test_an_order_s_status_moves_from_4_to_8_and_only_when_validateonly_is_n(syspro: Syspro) -> None:
    sent = header(SalesOrder="9000001", NewOrderStatus="8")
    asked = {"table": "SorMaster", "columns": "OrderStatus"}
    syspro.post("SORTOS", "PostSorOrderStatus", sent, "<Parameters/>")
    assert syspro.found(**asked) == [["4"]]
    syspro.post("SORTOS", "PostSorOrderStatus", sent)
    assert syspro.found(**asked) == [["8"]]
    assert "<errornumber>" in syspro.post("SORTOS", "PostSorOrderStatus", sent)


def test_freight_that_is_posted_twice_stands_twice_and_an_empty_order_is_a_refusal(syspro: Syspro) -> None:
    more = "<CustomerPoNumber>P</CustomerPoNumber><OrderActionType>C</OrderActionType>"
    head = f"<OrderHeader><SalesOrder>{{0}}</SalesOrder>{more}</OrderHeader>"
    freight = "<FreightValue>15.00</FreightValue><FreightCost>12.30</FreightCost>"
    line = f"<OrderDetails><FreightLine>{freight}</FreightLine></OrderDetails>"
    sent = f"<Orders>{head.format('9000001')}{line}</Orders>"
    for _ in range(2):
        assert "<order>" not in syspro.post("SORTOI", "SalesOrders", sent), "a clean import has no Order"
    assert len(syspro.found(where("LineType", "EQ", "4"), table="SorDetail", columns="MPrice")) == 2
    refused = syspro.post("SORTOI", "SalesOrders", f"<Orders>{head.format('77')}{line}</Orders>")
    assert "<salesorder/>" in refused
    assert "<itemsrejectedwithwarnings>000001<" in refused


def test_a_notepad_is_replaced_or_appended_to(syspro: Syspro) -> None:
    def note_down(text: str) -> None:
        key = "<Key><NoteType>ORD</NoteType><KeyField>9000001</KeyField></Key>"
        sent = f"<Item>{key}<NotepadText>{text}</NotepadText></Item>"
        asked = {"UserId": syspro.session, "BusinessObject": "COMSNO", "XmlIn": f"<SetupNotepad>{sent}</SetupNotepad>"}
        syspro.get("Setup/Add", **asked, XmlParameters=f"<SetupNotepad>{NO}</SetupNotepad>")

    note_down("one")
    note_down("two")
    assert syspro.company.notepads["ORD", ORDER] == "two"
    syspro.manners.notepad = "appends"
    note_down("!")
    assert syspro.company.notepads["ORD", ORDER] == "two!"


def test_posting_is_licensed_by_itself(syspro: Syspro) -> None:
    syspro.operator.areas.discard(PRIMARY_POSTING)
    assert "100000" in syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE))
    assert "<Field>" in syspro.form()


def test_a_text_of_the_system_itself_says_nothing_about_the_effect(syspro: Syspro) -> None:
    syspro.manners.stumbles += [
        Stumble("SORTDH", "ERROR: memory leak"),
        Stumble("SORTDH", "ERROR: Key not found on table", after=False),
        Stumble("COMSFM", "ERROR: SQL error 1205"),
    ]
    for value in ("1Z1", "1Z2"):
        answer = syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, UserField1=value))
        assert answer.startswith("ERROR")
    assert "SQL" in syspro.setup("Add", item("TRACK1", "1Z3"))
    assert (syspro.found(columns="UserField1"), syspro.value("TRACK1")[0]) == ([["1Z1"]], "1Z3")


@pytest.mark.parametrize(
    ("ignore", "stands", "counter"),
    [("N", "", "rejected"), ("W", "1Z1", "processed"), ("Y", "1Z1", "")],
)
def test_a_warning_refuses_is_reported_or_dropped(syspro: Syspro, ignore: str, stands: str, counter: str) -> None:
    syspro.manners.warning = "Customer is on hold"
    parameters = NO.replace("</Parameters>", f"<IgnoreWarnings>{ignore}</IgnoreWarnings></Parameters>")
    answer = syspro.post("SORTDH", "PostDispNoteHeader", header(DispatchNote=NOTE, UserField1="1Z1"), parameters)
    assert syspro.found(columns="UserField1") == [[stands]]
    assert ("<warningdescription>Customer is on hold<" in answer) == bool(counter)
    for each in ("rejected", "processed"):
        assert (f"<items{each}withwarnings>000001<" in answer) == (each == counter)


def test_an_entire_document_is_applied_or_nothing_of_it(syspro: Syspro) -> None:
    sent = header(DispatchNote=NOTE, UserField1="1Z1") + header(DispatchNote="99")
    whole = NO.replace("</Parameters>", "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid></Parameters>")
    answer = syspro.post("SORTDH", "PostDispNoteHeader", sent, whole)
    assert "<itemsprocessed>000000<" in answer
    assert syspro.found(columns="UserField1") == [[""]]
    assert "<itemsprocessed>000001<" in syspro.post("SORTDH", "PostDispNoteHeader", sent)
    assert syspro.found(columns="UserField1") == [["1Z1"]]


# --- trouble --------------------------------------------------------------------------------------------------------


def test_throttled_unavailable_and_empty_on_demand(syspro: Syspro) -> None:
    for kind, seconds in (("throttled", 7), ("error_before", 0), ("empty", 0)):
        syspro.engine.faults.append(Fault("Logon", kind, seconds=seconds))  # type: ignore[arg-type]
    answers = [syspro.get("Logon", Operator="A", OperatorPassword="", CompanyId="A", CompanyPassword="") for _ in "123"]
    assert [each.status for each in answers] == [429, 503, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[2].body == b""


def test_the_service_may_be_stopped(syspro: Syspro) -> None:
    syspro.manners.e_net = False
    assert syspro.get("GetVersion").status == 503


# --- the feed -------------------------------------------------------------------------------------------------------


@pytest.fixture
def basic(syspro: Syspro) -> str:
    syspro.engine.feed.passwords["PBRIDGE"] = seed.FEED_PASSWORD
    syspro.engine.feed.restart()
    return base64.b64encode(f"PBRIDGE:{seed.FEED_PASSWORD}".encode()).decode()


def test_the_feed_takes_credentials_of_its_own_and_knows_new_ones_after_a_restart(syspro: Syspro, basic: str) -> None:
    own = base64.b64encode(f"PBRIDGE:{seed.PASSWORD}".encode()).decode()
    assert [syspro.feed("MdnMaster", credential=each).status for each in ("", own, "%%", basic)] == [401, 401, 401, 200]
    syspro.engine.feed.passwords["PBRIDGE"] = "changed"
    assert syspro.feed("MdnMaster", credential=basic).status == 200
    syspro.engine.feed.restart()
    assert syspro.feed("MdnMaster", credential=basic).status == 401


def test_the_feed_is_read_only_and_may_be_off(syspro: Syspro, basic: str) -> None:
    assert syspro.feed("MdnMaster", "POST", basic).status == 405
    syspro.manners.feed = False
    assert syspro.feed("MdnMaster", credential=basic).status == 404


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("DispatchNoteStatus%20eq%20'5'%20and%20DispatchNote%20gt%20'000000000000023'", 1),
        ("PlannedDeliverDate%20ge%202026-11-02T00:00:00Z", 1),
        ("PlannedDeliverDate%20ge%202026-11-03", 0),
        ("InvoiceCreatedDate%20eq%20null%20and%20not%20(State%20eq%20'NY')", 1),
        ("startswith(tolower(DispatchCustName),'hansen')%20or%20State%20eq%20'O''Hara'", 1),
        ("NextDetailLine%20le%200", 1),
        ("DispatchNoteStatus+eq+'5'", None),
        ("PlannedDeliverDate%20ge%20datetime'2026-11-01T00:00:00'", None),
        ("State%20eq%20'O'Hara'", None),
        ("DispatchNoteStatus%20in%20('5','7')", None),
        ("DispatchNoteStatus%20eq%205", None),
        ("Nope%20eq%20'x'", None),
        ("TimeStamp%20gt%20'0'", None),
        ("(State%20eq%20'MA'", None),
    ],
)
def test_the_grammar_of_the_feed_s_filter(syspro: Syspro, basic: str, text: str, count: int | None) -> None:
    answer = syspro.feed(f"MdnMaster?$filter={text}", credential=basic)
    assert answer.status == (400 if count is None else 200)
    assert count is None or len(answer.json()["value"]) == count


def test_the_feed_gives_5000_rows_and_says_so_or_not(syspro: Syspro, basic: str) -> None:
    syspro.manners.largest_page = 2
    for number in range(2, 6):
        syspro.note(f"400000{number}", f"900000{number}")
    asked = "MdnMaster?$orderby=DispatchNote&$select=DispatchNote"
    page = syspro.feed(asked, credential=basic).json()
    assert [list(each) for each in page["value"]] == [["DispatchNote"]] * 2
    assert "@odata.nextLink" not in page
    assert len(syspro.feed(f"{asked}&$skip=4&$top=9", credential=basic).json()["value"]) == 1
    syspro.manners.next_link = True
    link = syspro.feed(asked, credential=basic).json()["@odata.nextLink"]
    assert len(syspro.feed(link.partition("/A/")[2], credential=basic).json()["value"]) == 2


def test_the_feed_names_its_sets_in_its_metadata(syspro: Syspro, basic: str) -> None:
    syspro.setup("Add", item("TRACK1", "1Z1"))
    assert b'EntitySet Name="CusSorMaster+"' in syspro.feed("$metadata", credential=basic).body
    syspro.manners.plus = "underscore"
    assert b'EntitySet Name="CusSorMaster_"' in syspro.feed("$metadata", credential=basic).body
    row = syspro.feed("CusSorMaster_", credential=basic).json()["value"][0]
    assert row["TrackingNumbers"] == "1Z1"
    assert syspro.feed("CusSorMaster+", credential=basic).status == 404
    assert syspro.feed("MdnMaster?$expand=Lines", credential=basic).status == 400


def test_the_feed_s_dates_are_null_when_there_is_none_and_a_rowversion_is_binary(syspro: Syspro, basic: str) -> None:
    row = syspro.feed("MdnMaster", credential=basic).json()["value"][0]
    assert row["InvoiceCreatedDate"] is None
    assert row["PlannedDeliverDate"] == "2026-11-02T00:00:00Z"
    assert len(base64.urlsafe_b64decode(row["TimeStamp"])) == 8


def test_every_quirk_is_numbered_and_names_its_test() -> None:
    assert [quirk.number for quirk in QUIRKS] == list(range(1, len(QUIRKS) + 1))
    assert [quirk.what for quirk in QUIRKS if not callable(globals().get(f"test_{quirk.test}"))] == []
