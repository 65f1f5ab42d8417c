"""The duties of every ERP's adapter, whatever the ERP: asked of the emulated one, and judged by its own books."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.engine import FaultKind
from sandbox.faces import Entered, Line
from shared.domain.money import Money
from shared.domain.order import Order
from shared.errors import Misconfigured, Refused, Retry, Unknown
from tests.contract.bench import DOCUMENT, NEW_YORK, ROCHESTER, ErpBench, a_note

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USD_12 = Money(Decimal("12.30"), "USD")
LOST: tuple[FaultKind, ...] = ("reset_after", "silent_after", "error_after", "empty")
NUMBERS = ("1ZONE", "1ZTWO")


class ErpSuite:
    """`bench` is the fixture of the module that collects it: an ErpBench of each kind."""

    # --- changed -------------------------------------------------------------------------------------------------

    def test_what_is_new_since_the_cut_over_line_is_listed_once_in_ascending_order(self, bench: ErpBench) -> None:
        for number in ("4000003", "4000001", "4000002"):
            bench.enter(number)
            bench.passes(MINUTE)
        changes = bench.erp().changed("", bench.began)
        assert sorted(each.document for each in changes) == ["4000001", "4000002", "4000003"]
        stamps = [(len(each.stamp), each.stamp) for each in changes]
        assert stamps == sorted(stamps)
        assert all(each.stamp for each in changes)

    def test_it_says_whether_its_changes_have_a_time(self, bench: ErpBench) -> None:
        assert bench.erp().changes_have_time == bench.emulated.change_times

    def test_what_is_older_than_the_cut_over_line_is_not_listed(self, bench: ErpBench) -> None:
        if not bench.emulated.change_times:
            pytest.skip("a list without times cannot tell: the poll notes what its first scan sees (see the workflow)")
        bench.enter("4000001")
        bench.passes(HOUR)
        floor = bench.clock.now()
        bench.passes(MINUTE)
        bench.enter("4000002")
        assert bench.listed("", floor) == ["4000002"]
        stamp = bench.erp().changed("", floor)[-1].stamp
        assert bench.listed(stamp, floor) == ["4000002"], "the overlap, too, ends at the line"

    def test_from_the_last_stamp_on_an_edited_document_is_listed_again_with_another_stamp(
        self, bench: ErpBench
    ) -> None:
        bench.enter("4000001")
        bench.enter("4000002")
        bench.passes(MINUTE)  # a row of this very second may be listed once more, with the stamp that it settles on
        before = {each.document: each.stamp for each in bench.erp().changed("", bench.began)}
        bench.passes(DAY)
        bench.emulated.edit("4000001")
        after = {each.document: each.stamp for each in bench.erp().changed(max(before.values()), bench.began)}
        assert after["4000001"] != before["4000001"]
        assert after.get("4000002", before["4000002"]) == before["4000002"]

    def test_what_did_not_change_keeps_its_stamp(self, bench: ErpBench) -> None:
        bench.enter()
        bench.passes(MINUTE)
        first = bench.erp().changed("", bench.began)
        bench.passes(HOUR)
        assert bench.erp().changed("", bench.began) == first

    def test_what_was_committed_late_is_still_listed_by_the_overlap(self, bench: ErpBench) -> None:
        entered = bench.clock.now()
        bench.passes(2 * MINUTE)
        bench.enter("4000002")
        stamp = bench.erp().changed("", bench.began)[-1].stamp
        bench.enter("4000001")
        bench.emulated.backdate("4000001", entered + MINUTE)
        assert "4000001" in bench.listed(stamp)

    # --- listing -------------------------------------------------------------------------------------------------

    def test_its_own_account_has_what_waits_and_what_left_that_day_beside_whatever_was_polled(
        self, bench: ErpBench
    ) -> None:
        for number in ("4000001", "4000002", "4000003"):
            bench.enter(number)
        bench.passes(HOUR)
        bench.emulated.leave("4000002")
        assert bench.account() == {"4000001": True, "4000002": False, "4000003": True}
        assert bench.writes() == 0

    def test_what_left_on_an_earlier_day_is_in_the_account_of_that_day(self, bench: ErpBench) -> None:
        bench.enter("4000001")
        bench.emulated.leave("4000001")
        left = bench.today
        bench.passes(3 * DAY)
        bench.enter("4000002")
        assert bench.account(left) == {"4000001": False, "4000002": True}
        assert bench.account() == {"4000002": True}

    def test_the_account_lists_neither_what_is_cancelled_nor_what_others_carry(self, bench: ErpBench) -> None:
        bench.enter("4000001")
        bench.emulated.close("4000001")
        bench.enter("4000002", service="TRK")
        bench.emulated.leave("4000002")
        bench.enter("4000003")
        assert "4000001" not in bench.account()
        assert bench.account()["4000003"] is True
        if bench.emulated.lists_services:
            assert "4000002" not in bench.account()

    # --- read ----------------------------------------------------------------------------------------------------

    def test_an_order_is_read_as_it_was_entered(self, bench: ErpBench) -> None:
        bench.enter(DOCUMENT, Line("VALVE-1", 2), Line("GASKET-X", 5), freight_terms="EXW")
        order = bench.only()
        inbound = bench.emulated.flow == "inbound"
        assert (order.document, order.delivery, order.flow) == (DOCUMENT, "", bench.emulated.flow)
        assert order.freight_terms == ("EXW" if bench.emulated.names_terms else "")
        assert (order.service, order.supplier if inbound else order.customer) == ("UPS", "V100")
        ends = (order.ship_from, order.ship_to) if inbound else (order.ship_to, order.ship_from)
        assert [(each.name, each.address.postcode) for each in ends] == [("Valve Works", "14201"), ("Acme", "12207")]
        assert [(line.item, line.quantity) for line in order.lines] == [("VALVE-1", 2), ("GASKET-X", 5)]
        assert len({line.number for line in order.lines}) == 2
        assert kilograms(order) == (Decimal("3.5") if bench.emulated.weighs_lines else 7)
        assert not order.cancelled

    def test_a_weight_that_nobody_has_entered_is_left_blank(self, bench: ErpBench) -> None:
        bench.enter(DOCUMENT, Line("GASKET-X", 1))
        assert kilograms(bench.only()) is None
        bench.emulated.weigh("GASKET-X", "0.8")
        assert kilograms(bench.only()) == Decimal("0.8")

    def test_the_claim_s_parts_are_named_and_the_same_for_every_document(self, bench: ErpBench) -> None:
        erp = bench.erp()
        order = bench.enter("4000001") and bench.only("4000001")
        assert erp.system
        assert erp.company
        assert (order.system, order.company) == (erp.system, erp.company)

    @pytest.mark.parametrize("facts", [{"service": "TRK"}, {"received": True}], ids=["service", "received"])
    def test_what_the_selection_does_not_want_is_no_order(self, bench: ErpBench, facts: dict[str, object]) -> None:
        bench.enter(DOCUMENT, **facts)
        assert bench.read() == ()

    @pytest.mark.parametrize("end", ["close", "delete"])
    def test_what_is_closed_or_gone_is_cancelled(self, bench: ErpBench, end: str) -> None:
        bench.enter()
        getattr(bench.emulated, end)(DOCUMENT)
        orders = bench.read()
        assert orders
        assert all(order.cancelled and order.document == DOCUMENT for order in orders)

    def test_what_was_never_there_is_cancelled_too(self, bench: ErpBench) -> None:
        assert all(order.cancelled for order in bench.read("4999999"))

    def test_a_document_without_lines_is_refused_by_its_field(self, bench: ErpBench) -> None:
        bench.emulated.add(Entered(DOCUMENT))
        with pytest.raises(Refused) as refused:
            bench.read()
        assert (refused.value.reason, refused.value.field) == ("lines", "lines")

    def test_lines_to_several_places_are_several_groups_named_by_their_lowest_line(self, bench: ErpBench) -> None:
        if not bench.emulated.several_places:
            pytest.skip("a document of this ERP goes to one place: to others go other documents")
        bench.enter(
            DOCUMENT, Line("VALVE-1", 1), Line("VALVE-1", 2, to=ROCHESTER), Line("GASKET-X", 3), Line("VALVE-1", 4)
        )
        groups = bench.read()
        assert sorted(each.ship_to.address.postcode for each in groups) == ["12207", "14604"]
        numbers = [line.number for each in groups for line in each.lines]
        assert len(numbers) == len(set(numbers)) == 4
        assert len({each.key for each in groups}) == 2
        for each in groups:
            assert each.delivery == f"line-{min(each.lines, key=lambda line: int(line.number)).number}"

    def test_a_changed_place_or_quantity_is_read_the_next_time(self, bench: ErpBench) -> None:
        bench.enter()
        bench.emulated.readdress(DOCUMENT, ROCHESTER)
        bench.emulated.change_quantity(DOCUMENT, "1", 7)
        order = bench.only()
        assert (order.ship_to.address.postcode, order.lines[0].quantity) == ("14604", 7)

    def test_a_place_of_its_own_goes_before_the_warehouse(self, bench: ErpBench) -> None:
        bench.enter(DOCUMENT, to=NEW_YORK)
        assert bench.only().ship_to.address.postcode == "10004"

    # --- write ---------------------------------------------------------------------------------------------------

    def test_what_is_told_stands_in_the_fields_and_the_names_of_the_fields_are_given(self, bench: ErpBench) -> None:
        bench.enter()
        names = bench.tell(a_note(*NUMBERS, cost=USD_12, milestone="label_created"))
        stands = bench.fields()
        assert stands["tracking_numbers"].split() == list(NUMBERS)
        assert (stands["service"], stands["currency"], stands["milestone"]) == ("03", "USD", "label_created")
        assert Decimal(stands["cost"]) == Decimal("12.30")
        assert len(names) >= 5
        assert {each.who for each in bench.emulated.written()} == {bench.emulated.user}

    def test_a_repeated_write_leaves_one_effect(self, bench: ErpBench) -> None:
        bench.enter()
        first = bench.tell(a_note(*NUMBERS, cost=USD_12))
        written = bench.writes()
        assert bench.tell(a_note(*NUMBERS, cost=USD_12)) == first
        assert bench.writes() == written

    def test_only_what_differs_is_written(self, bench: ErpBench) -> None:
        bench.enter()
        told = a_note(*NUMBERS, cost=USD_12)
        bench.tell(told)
        written = bench.writes()
        bench.tell(a_note(*NUMBERS, cost=Money(Decimal("13.00"), "USD"), before=told))
        (changed,) = bench.emulated.written()[written:]
        assert (changed.name, Decimal(changed.new)) == ("cost", 13)

    def test_g4_what_others_keep_beside_the_document_is_never_touched(self, bench: ErpBench) -> None:
        bench.enter()
        bench.emulated.write_beside(DOCUMENT, "system")
        bench.tell(a_note(*NUMBERS, cost=USD_12))
        bench.emulated.write_beside(DOCUMENT, "user")
        bench.tell(a_note("1ZTHREE", withdrawn=NUMBERS, before=a_note(*NUMBERS, cost=USD_12)))
        assert bench.emulated.spoilt(DOCUMENT) == {}
        assert all(each.name for each in bench.emulated.written())

    def test_withdrawn_numbers_leave_the_field(self, bench: ErpBench) -> None:
        bench.enter()
        bench.tell(a_note(*NUMBERS))
        bench.tell(a_note("1ZTHREE", withdrawn=NUMBERS, before=a_note(*NUMBERS)))
        assert bench.fields()["tracking_numbers"] == "1ZTHREE"

    def test_where_nothing_is_left_to_say_the_fields_that_say_so_are_emptied(self, bench: ErpBench) -> None:
        bench.enter()
        told = a_note(*NUMBERS, cost=USD_12)
        bench.tell(told)
        bench.tell(a_note(service="", shipment_id="", reference="", withdrawn=NUMBERS, before=told))
        assert bench.fields() == {}

    def test_a_value_of_ours_that_a_user_has_changed_since_is_not_emptied(self, bench: ErpBench) -> None:
        bench.enter()
        told = a_note(*NUMBERS)
        bench.tell(told)
        bench.emulated.overwrite(DOCUMENT, "service", "BY HAND")
        bench.tell(a_note(service="", shipment_id="", reference="", withdrawn=NUMBERS, before=told))
        assert bench.fields() == {"service": "BY HAND"}

    def test_g4_a_value_that_a_user_entered_before_us_stays_where_the_mode_says_so(self, bench: ErpBench) -> None:
        if bench.connection().write_back.targets()["service"].mode != "if_empty":
            pytest.skip("the field is ours alone")
        bench.enter()
        bench.emulated.overwrite(DOCUMENT, "service", "BY HAND")
        bench.tell(a_note(*NUMBERS))
        assert bench.fields()["service"] == "BY HAND"

    def test_a_writing_does_not_make_the_order_another(self, bench: ErpBench) -> None:
        bench.enter()
        before = bench.only()
        bench.tell(a_note(*NUMBERS, cost=USD_12))
        after = bench.only()
        assert (after.lines, after.ship_to, after.ship_from) == (before.lines, before.ship_to, before.ship_from)

    @pytest.mark.parametrize("kind", LOST)
    def test_a_lost_answer_is_unknown_and_the_repetition_leaves_one_effect(
        self, bench: ErpBench, kind: FaultKind
    ) -> None:
        bench.enter()
        bench.will(kind, "write")
        with pytest.raises(Unknown):
            bench.tell(a_note(*NUMBERS))
        written = bench.writes()
        before = {(each.document, each.field) for each in bench.emulated.written()}
        bench.tell(a_note(*NUMBERS))
        assert bench.fields()["tracking_numbers"].split() == list(NUMBERS)
        since = bench.emulated.written()[written:]
        assert written > 0
        assert not any((each.document, each.field) in before for each in since)
        assert bench.acts or not since, "only an ERP that acts writes its fields after what was lost"

    @pytest.mark.parametrize("kind", ["reset_before", "silent_before", "error_before"])
    def test_a_write_that_was_lost_on_its_way_is_unknown_too(self, bench: ErpBench, kind: FaultKind) -> None:
        bench.enter()
        bench.will(kind, "write")
        with pytest.raises(Unknown):
            bench.tell(a_note(*NUMBERS))
        assert bench.writes() == 0
        bench.tell(a_note(*NUMBERS))
        assert bench.fields()["tracking_numbers"].split() == list(NUMBERS)

    # --- trouble -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("method", ["changed", "read", "write"])
    def test_throttling_is_retry_with_the_wait_that_was_asked_for(self, bench: ErpBench, method: str) -> None:
        bench.enter()
        bench.will("throttled", method, seconds=37)
        with pytest.raises(Retry) as retry:
            ask(bench, method)
        assert retry.value.after == 37
        assert bench.writes() == 0
        ask(bench, method)

    @pytest.mark.parametrize("method", ["changed", "read"])
    @pytest.mark.parametrize("kind", ["reset_before", "reset_after", "silent_after", "error_before", "error_after"])
    def test_a_read_that_had_no_answer_is_retry(self, bench: ErpBench, method: str, kind: FaultKind) -> None:
        bench.enter()
        bench.will(kind, method)
        with pytest.raises(Retry):
            ask(bench, method)
        ask(bench, method)

    @pytest.mark.parametrize("kind", ["reset_before", "silent_after", "error_after"])
    def test_an_account_that_broke_off_is_retry(self, bench: ErpBench, kind: FaultKind) -> None:
        bench.enter()
        bench.will(kind, "changed")
        with pytest.raises(Retry):
            bench.account()

    @pytest.mark.parametrize("method", ["changed", "read", "write"])
    def test_refused_credentials_are_misconfigured(self, bench: ErpBench, method: str) -> None:
        bench.enter()
        bench.emulated.withdraw_first()
        with pytest.raises(Misconfigured) as refused:
            ask(bench, method)
        assert str(refused.value)
        assert bench.writes() == 0

    def test_a_second_credential_takes_over_while_both_hold(self, bench: ErpBench) -> None:
        bench.enter()
        second = bench.emulated.rotate()
        assert bench.only()
        bench.emulated.withdraw_first()
        bench.secrets.fields[bench.connection().id, "erp"] = second
        assert bench.only()

    def test_an_expired_session_is_renewed_in_the_midst_of_it(self, bench: ErpBench) -> None:
        bench.enter()
        erp = bench.erp()
        assert erp.read(DOCUMENT)
        bench.emulated.expire_tokens()
        assert erp.read(DOCUMENT)
        bench.emulated.expire_tokens()
        bench.tell(a_note(*NUMBERS))
        assert bench.fields()["tracking_numbers"].split() == list(NUMBERS)

    # --- for people ----------------------------------------------------------------------------------------------

    def test_codes_are_listed_by_code_and_found_by_code_or_name(self, bench: ErpBench) -> None:
        bench.enter("4000001")
        bench.enter("4000002", warehouse="W02")
        codes = [each.code for each in bench.erp().lookup("warehouses")]
        assert codes == ["W01", "W02"]
        like = "shop" if bench.emulated.names_warehouses else "w02"
        assert [each.code for each in bench.erp().lookup("warehouses", like)] == ["W02"]
        if bench.emulated.flow == "outbound":
            with pytest.raises(Refused):
                bench.erp().lookup("suppliers", "v1")
            return
        assert [each.code for each in bench.erp().lookup("suppliers", "v1")] == ["V100"]
        assert bench.erp().lookup("suppliers", "nobody") == []

    def test_a_connection_that_is_well_passes_its_test_and_changes_nothing(self, bench: ErpBench) -> None:
        bench.enter()
        checks = bench.erp().ping()
        assert len(checks) >= 2
        assert [each for each in checks if not each.ok] == []
        assert bench.writes() == 0

    def test_a_connection_whose_credential_is_refused_fails_its_test_in_words(self, bench: ErpBench) -> None:
        bench.emulated.withdraw_first()
        failed = [each for each in bench.erp().ping() if not each.ok]
        assert failed
        assert all(each.detail for each in failed)


def kilograms(order: Order) -> Decimal | None:
    """Of one piece of the first line; of the first parcel, where parcels are weighed."""
    weight = order.handling_units[0].weight if order.handling_units else order.lines[0].unit_weight
    return (weight.to("kg").value or None) if weight else None


def ask(bench: ErpBench, method: str) -> object:
    erp = bench.erp()
    if method == "changed":
        return erp.changed("", bench.began)
    return erp.read(DOCUMENT) if method == "read" else bench.tell(a_note(*NUMBERS))
