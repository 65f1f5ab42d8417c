"""The quirks that the emulated IFS has, each with its section of facts/ifs.md and the test that shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirk:
    """`test` is the name of a test without `test_`."""

    number: int
    section: int
    what: str
    test: str


QUIRKS = (
    Quirk(1, 1, "a token lives as long as told, 180 s", "a_token_lives_180_seconds"),
    Quirk(
        2, 1, "OAuth errors with and without a description; an unknown realm", "the_token_endpoint_tells_what_is_wrong"
    ),
    Quirk(3, 1, "a projection answers on one endpoint only", "a_projection_on_the_other_endpoint_is_not_found"),
    Quirk(4, 2, "a site that is not allowed is 200 and empty", "a_site_without_grant_is_200_and_empty"),
    Quirk(5, 2, "a missing grant is 403, plain or not", "a_projection_without_grant_is_403_in_plain_text_or_not"),
    Quirk(6, 2, "a custom field is absent until it is made; $metadata is the tenant's", "metadata_is_the_tenants_own"),
    Quirk(7, 3, "$expand is refused", "expand_is_refused_and_lines_are_a_second_get"),
    Quirk(8, 3, "$select may be refused; a state filter may be", "the_state_filter_and_select_may_not_work"),
    Quirk(9, 3, "$select leaves the ETag and the chosen", "select_gives_the_etag_and_the_chosen_only"),
    Quirk(10, 3, "the grammar of $filter and its literals", "the_grammar_of_a_filter"),
    Quirk(
        11,
        3,
        "a + is no blank; an option without $ is ignored",
        "a_plus_is_no_blank_and_a_misspelt_option_is_ignored",
    ),
    Quirk(12, 3, "without $top rows are cut and nothing says so", "without_top_rows_are_cut_and_nothing_says_so"),
    Quirk(
        13,
        3,
        "an upper bound of $top; a nextLink elsewhere",
        "an_upper_bound_of_top_makes_short_pages",
    ),
    Quirk(14, 3, "pages shift while they are read", "pages_shift_between_two_reads"),
    Quirk(15, 3, "no order without $orderby", "rows_without_orderby_come_in_another_order_each_time"),
    Quirk(16, 3, "an absent value is null or missing", "absent_values_are_null_or_missing"),
    Quirk(17, 3, "a moment that ends in Z is site time", "a_moment_that_ends_in_z_is_the_wall_clock_of_the_site"),
    Quirk(18, 3, "keys are named and typed; a missing row is 404", "keys_are_named_and_typed"),
    Quirk(19, 3, "Prefer: wait ends in 504", "the_server_gives_up_at_prefer_wait"),
    Quirk(20, 3, "429 with Retry-After, 503, reset", "throttled_unavailable_and_reset_on_demand"),
    Quirk(21, 4, "delivery is no state and can be undone", "delivery_is_no_state"),
    Quirk(22, 4, "members name their consolidated shipment", "members_name_their_consolidated_shipment"),
    Quirk(23, 5, "the shipment stands on every level of the tree", "the_shipment_stands_on_every_level_of_the_tree"),
    Quirk(24, 6, "without If-Match an upsert, or refused", "without_if_match_a_patch_is_an_upsert_or_refused"),
    Quirk(25, 6, "the header takes the decoded ETag only", "the_etag_with_backslashes_or_without_w_is_stale"),
    Quirk(
        26,
        6,
        "two changes in a second have one ETag",
        "a_stale_etag_is_a_conflict_unless_of_the_same_second",
    ),
    Quirk(27, 6, "a field is accepted and not stored", "a_field_is_accepted_and_not_stored"),
    Quirk(28, 6, "a set that looks editable is an illegal state", "a_set_that_looks_editable_is_an_illegal_state"),
    Quirk(29, 6, "Cancelled takes nothing, Closed its list", "cancelled_takes_nothing_and_closed_the_number_alone"),
    Quirk(
        30,
        6,
        "printed marks are taken back; a row or nothing as answer",
        "a_number_takes_back_the_printed_marks",
    ),
    Quirk(31, 6, "weight, forwarder recalculate freight", "weight_recalculates_freight_and_a_number_does_not"),
    Quirk(32, 6, "lengths, types, annotations, headers", "a_wrong_body_or_header_is_refused"),
    Quirk(33, 6, "CSRF on main", "csrf_asks_for_header_and_cookie_on_main"),
    Quirk(34, 6, "bound actions need If-Match", "a_bound_action_needs_if_match_and_the_right_state"),
    Quirk(35, 7, "four shapes of an error, in the user's language", "errors_come_in_four_shapes_and_a_language"),
    Quirk(36, 7, "a locked row is ORA-20113", "a_locked_row_is_ora_20113_until_it_is_free"),
    Quirk(37, 7, "MI_MODIFIED_ERROR with 500 or 503", "metadata_reloaded_is_500_then_503_then_over"),
    Quirk(38, 7, "504 on a write says nothing about its effect", "a_write_that_timed_out_may_have_happened"),
    Quirk(39, 8, "a charge posted twice stands twice", "a_charge_that_is_posted_twice_stands_twice"),
    Quirk(40, 9, "a late commit has an old version", "a_late_commit_is_seen_late_with_an_old_version"),
    Quirk(41, 9, "lookups are reference sets", "lookups_are_reference_sets"),
    Quirk(42, 10, "an equal value may leave the version", "an_equal_value_may_leave_the_version"),
)
