"""The quirks that the emulated Fusion has, each with its section of facts/oracle.md and the test that shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirk:
    """`test` is the name of a test without `test_`."""

    number: int
    section: str
    what: str
    test: str


_TOLD = (
    ("1", "framework versions are the pod's", "the_root_tells_the_framework_versions"),
    ("1", "q has another grammar from framework 2 on", "the_grammar_of_q_from_framework_2_on"),
    ("1", "q joins terms by ; in framework 1 only", "the_grammar_of_q_in_framework_1"),
    ("1", "what is not queryable is 400", "a_field_that_is_not_queryable_is_400_and_describe_says_so"),
    ("3", "a field of the reference is not there", "a_field_that_a_pod_does_not_have_is_nowhere"),
    ("1", "a + is no blank and no offset; an unknown parameter", "a_parameter_that_does_not_fit_is_400"),
    ("1", "errors are plain text", "errors_are_json_for_who_accepts_it_and_plain_text_else"),
    ("1", "401 has no body, or a page", "401_has_no_body_or_a_page"),
    ("1", "missing access is 200 and empty", "a_privilege_is_403_and_data_access_is_an_empty_list"),
    ("1", "expanded children are cut at 25", "expanded_children_are_cut_at_25_and_say_so"),
    ("1", "fields win over expand", "fields_win_over_expand_and_reach_into_children"),
    ("1", "numbers are strings", "numbers_are_strings_in_framework_9_or_everywhere"),
    ("1", "ids have 19 digits", "ids_of_the_interface_have_19_digits"),
    ("1", "a longer page is cut silently", "the_page_has_25_rows_and_500_at_most"),
    ("1", "hasMore is wrong with an offset", "has_more_lies_as_soon_as_there_is_an_offset"),
    ("1", "totalResults, and fields, are 500", "total_results_and_some_fields_are_500"),
    ("1", "no order without orderBy", "rows_without_an_order_come_in_another_one_each_time"),
    ("1", "offsets shift", "pages_shift_between_two_reads"),
    ("1", "keys are hashes, links have the pod's host", "keys_are_hashes_in_links_of_the_pods_own_host"),
    ("1", "where the ETag stands", "the_etag_is_a_header_a_change_indicator_and_from_framework_6_in_the_body"),
    ("1", "times with and without milliseconds", "times_have_milliseconds_or_not"),
    ("1", "429, 503, reset", "throttled_unavailable_and_reset_on_demand"),
    ("1", "a media type of one's own for actions and advices", "media_types_are_those_of_the_reference"),
    ("2", "a token of an hour, no refresh token", "a_token_lives_an_hour_and_has_no_refresh_token"),
    ("2", "the scope has no blank", "the_identity_domain_wants_the_scope_of_the_console"),
    ("2", "a token alone gives no data", "a_token_without_a_user_in_fusion_gives_no_data"),
    ("2", "a JWT without a token server", "a_trusted_jwt_is_a_bearer_or_an_assertion"),
    ("2", "Basic", "basic_is_a_users_name_and_password"),
    ("3", "purchaseOrders cannot be written", "orders_are_read_and_acted_on_only"),
    ("3", "one order, several places; schedules flat", "an_order_goes_to_several_places_and_its_schedules_are_flat"),
    ("3", "an address in one line may be junk", "addresses_stand_with_hcm_or_one_time_or_in_one_line"),
    ("3", "the first address is for payments", "a_supplier_has_addresses_for_several_purposes"),
    ("3", "an item has a row an organization", "an_item_has_a_row_an_organization"),
    ("3", "created as a draft, approved days later", "an_order_is_created_long_before_it_is_approved"),
    ("3", "the open quantity is on no schedule", "open_quantity_is_less_what_is_advised_and_received"),
    ("4A", "an advice leaves the order alone", "an_advice_leaves_the_order_alone_and_lives_in_its_life_cycle"),
    ("4A", "201 with ERROR", "201_with_error_and_processing_errors"),
    ("4A", "a unit's name is not its code", "an_item_and_its_unit_have_several_names"),
    ("4A", "a failed request blocks its number", "a_failed_request_blocks_its_number_until_it_is_deleted"),
    ("4A", "a package a licence plate", "a_line_takes_its_packages_and_no_errors_of_its_own"),
    ("4A", "a failed request is corrected", "a_failed_request_can_be_corrected"),
    ("4A", "a number is taken", "a_shipment_number_is_taken_once_a_supplier"),
    ("4A", "one organization, one supplier", "one_advice_is_of_one_organization_and_one_supplier"),
    ("4A", "PENDING turns", "a_pending_request_turns_to_an_advice_or_to_an_error"),
    ("5", "InsertAndProcessFlag", "insert_and_process_flag_false_waits_for_the_job"),
    ("4A", "an absent ASNType is a receipt", "a_wrong_code_posts_a_receipt_or_an_invoice"),
    ("4A", "a drop shipment recognises revenue", "an_advice_of_a_drop_shipment_recognises_revenue"),
    ("4A", "no receipt, no advice", "a_line_without_a_receipt_takes_no_advice"),
    ("4A", "lengths: a waybill has 20", "lengths_types_and_unknown_fields_are_400"),
    ("4A", "412", "milestones_are_patched_and_a_stale_tag_is_412"),
    ("4A", "the waybill cannot be changed", "waybill_and_packing_slip_of_an_advice_may_be_fixed"),
    ("4A", "the header's flexfield", "the_header_flexfield_has_another_name_and_a_tag_of_its_own"),
    ("4A", "200 does not mean cancelled", "cancelling_answers_200_whether_it_did_or_not"),
    ("4A", "parameters are the pod's", "the_parameters_of_cancelling_stand_in_describe"),
    ("4A", "too late to cancel", "what_is_received_cannot_be_cancelled"),
    ("5", "a cancelled advice keeps its number", "a_cancelled_advice_keeps_its_number_or_frees_it"),
    ("4A", "a lost answer", "an_advice_whose_answer_is_lost_is_there"),
    ("4B", "approval takes hours", "a_patch_opens_a_change_order_and_submit_implements_it_after_hours"),
    ("4B", "the supplier accepts too", "an_external_change_waits_for_the_supplier_too"),
    (
        "4B",
        "an order with a pending change has another status",
        "an_order_with_a_pending_change_may_have_another_status",
    ),
    ("4B", "somebody else's change is joined", "the_change_order_of_another_user_is_seen_and_joined"),
    (
        "4B",
        "submit refused; a draft locks the buyer out",
        "submit_is_refused_and_the_draft_locks_the_buyer_out_until_it_is_deleted",
    ),
    ("4B", "a submitted change stays", "only_an_incomplete_change_can_be_deleted"),
    ("4B", "approval passed over", "an_approval_that_is_passed_over_stands_in_the_ledger"),
    ("4B", "frozen, cancelled, closed", "a_frozen_cancelled_or_closed_order_takes_no_change"),
    ("4B", "what an open order lets change", "the_header_takes_what_an_open_order_lets_change"),
    ("5", "the flexfield's own tag", "the_flexfield_row_has_a_tag_of_its_own_and_may_not_be_there_yet"),
    ("4", "outbound: a change request, all lines or none", "a_shipment_line_gets_its_number_by_a_change_request"),
    ("4", "outbound: no reference lists an address", "a_shipment_has_no_address_but_where_a_pod_has_fields_of_its_own"),
)
QUIRKS = tuple(Quirk(number, *told) for number, told in enumerate(_TOLD, 1))
