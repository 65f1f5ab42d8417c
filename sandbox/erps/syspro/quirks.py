"""The quirks that the emulated SYSPRO has, each with its section of facts/syspro.md and the test that shows it."""

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
    Quirk(1, 2, "paths in any capitals; a wrong one is 404", "paths_are_read_in_any_capitals_and_wrong_ones_are_404"),
    Quirk(2, 2, "405, 400 of the HTTP stack", "a_wrong_method_is_405_a_missing_parameter_or_a_long_address_400"),
    Quirk(3, 2, "two blanks of a session count, or not", "a_session_has_34_characters_and_two_blanks_which_are_needed"),
    Quirk(4, 2, "a second logon ends the first session", "a_second_logon_ends_the_first_session"),
    Quirk(5, 2, "a site may allow several sessions", "where_a_site_allows_it_an_operator_has_several_sessions"),
    Quirk(
        6,
        2,
        "a person's logon ends our session in a run",
        "a_person_who_logs_on_as_our_operator_ends_our_session_in_the_middle_of_a_run",
    ),
    Quirk(7, 2, "the text of a lost session misleads", "the_text_of_a_lost_session_misleads_or_is_another"),
    Quirk(8, 9, "a session may end by idleness", "a_session_may_end_by_idleness_which_nobody_has_published"),
    Quirk(9, 2, "no logoff, no seat back", "a_session_that_is_not_logged_off_keeps_its_seat"),
    Quirk(10, 9, "a logon when seats are used up", "a_logon_when_all_seats_are_taken_is_refused_or_let_in"),
    Quirk(11, 2, "a refused logon is 200 and text", "a_refused_logon_is_200_and_text"),
    Quirk(12, 7, "accounts lock", "an_operator_is_locked_after_three_wrong_passwords"),
    Quirk(13, 2, "octet streams with a tail", "answers_are_octet_streams_with_a_tail_after_the_last_tag"),
    Quirk(14, 2, "answers quoted as JSON or wrapped in string", "answers_may_be_quoted_or_wrapped"),
    Quirk(
        15,
        2,
        "declared Windows-1252, sent as it or as UTF-8",
        "documents_declare_windows_1252_and_travel_as_it_or_as_utf_8",
    ),
    Quirk(
        16, 2, "what Windows-1252 does not have is lost", "characters_outside_windows_1252_are_stored_as_question_marks"
    ),
    Quirk(17, 2, "document types are refused", "a_document_type_and_what_is_no_xml_is_text_that_begins_with_error"),
    Quirk(18, 2, "a + that is not escaped", "a_plus_of_a_table_s_name_must_be_escaped"),
    Quirk(
        19,
        2,
        "unknown elements are ignored in silence",
        "unknown_elements_are_ignored_in_silence_and_noted_by_the_sandbox",
    ),
    Quirk(
        20, 2, "e.net exception 100000, in two shapes", "exception_100000_is_no_lost_session_and_comes_in_two_shapes"
    ),
    Quirk(21, 2, "licences by area: reading, not posting", "posting_is_licensed_by_itself"),
    Quirk(22, 2, "keys as stored, as shown, as sent", "keys_are_compared_as_stored_and_accepted_unpadded_by_objects"),
    Quirk(
        23, 1, "numbers as 000346/0001 and with a prefix", "notes_are_numbered_order_and_count_too_and_a_prefix_stays"
    ),
    Quirk(24, 3, "pages by GE bring the known row again", "pages_by_ge_on_the_last_key_bring_the_known_row_again"),
    Quirk(
        25,
        3,
        "rows cut without ReturnRows, no order without OrderBy",
        "without_returnrows_rows_are_cut_and_without_orderby_they_come_in_any_order",
    ),
    Quirk(26, 3, "Expression blocks, brackets, And before Or", "the_grammar_of_conditions"),
    Quirk(27, 3, "SQL text, IN, bad dates are refused", "a_wrong_condition_is_an_error_in_the_document"),
    Quirk(28, 3, "GT, LT, NE may work", "gt_lt_and_ne_work_where_they_do"),
    Quirk(
        29, 3, "a table or column that is not there", "a_table_or_column_that_is_not_there_is_an_error_in_the_document"
    ),
    Quirk(30, 3, "AllColumns and Sequence are of 2025", "all_columns_and_descending_order_are_of_2025"),
    Quirk(31, 3, "nothing found: no row, or 240004", "nothing_found_is_no_row_or_error_240004"),
    Quirk(32, 2, "padded numbers; empty and zero dates", "numbers_are_padded_and_no_date_is_empty_or_zeros"),
    Quirk(33, 2, "edited numbers and unedited twins", "numbers_of_a_thousand_are_edited_and_have_an_unedited_twin"),
    Quirk(34, 2, "Merchandise; a name that comes twice", "goods_are_called_merchandise_and_a_name_may_come_twice"),
    Quirk(35, 5, "SORQRY's own names; a prefix as namespace", "sorqry_has_names_of_its_own_and_a_prefix_as_namespace"),
    Quirk(36, 1, "the carrier's code is on the order only", "the_carrier_s_code_is_on_the_sales_order_only"),
    Quirk(37, 1, "a note over two orders", "a_note_may_be_of_two_orders_and_name_one_or_none"),
    Quirk(38, 5, "kit parents beside their components", "a_kit_has_a_parent_and_components_as_lines_of_their_own"),
    Quirk(
        39,
        7,
        "rows that the operator may not see",
        "rows_of_a_warehouse_that_the_operator_may_not_see_are_left_out_without_a_word",
    ),
    Quirk(
        40,
        7,
        "5 to 9 between two polls",
        "from_ready_to_invoiced_between_two_polls_a_note_is_seen_by_its_invoice_date_only",
    ),
    Quirk(41, 1, "no date of creation; a rowversion is no time", "a_rowversion_moves_with_its_row_and_is_no_time"),
    Quirk(42, 7, "a person works while pages are read", "a_person_works_while_pages_are_read"),
    Quirk(43, 6, "the form's definition", "the_form_tells_codes_columns_types_lengths_and_values"),
    Quirk(
        44, 9, "an unknown form: error or empty", "an_unknown_form_is_an_error_or_empty_and_an_unknown_order_is_240004"
    ),
    Quirk(
        45,
        6,
        "a form of the note, of a type that is designed",
        "the_form_of_a_note_is_there_where_its_type_was_designed",
    ),
    Quirk(46, 6, "Add and Update; duplicate key; lower case", "add_writes_what_is_null_and_update_what_is_not"),
    Quirk(47, 9, "Add on a value that exists", "add_on_a_value_that_is_there_is_said_in_other_words_or_overwrites"),
    Quirk(48, 6, "empty is not null", "an_empty_value_is_not_null_and_delete_makes_it_null"),
    Quirk(49, 2, "one bad item of several", "a_wrong_item_is_refused_and_the_others_of_its_call_are_stored"),
    Quirk(50, 9, "a value cut without a word", "a_value_may_be_cut_to_its_field_without_a_word"),
    Quirk(51, 9, "an empty number", "an_empty_number_is_zero_or_refused"),
    Quirk(
        52, 1, "without ValidateOnly nothing is posted", "without_validateonly_nothing_is_posted_and_nothing_says_so"
    ),
    Quirk(53, 7, "ValidateOnly Y says what would be", "validateonly_y_says_what_would_be"),
    Quirk(54, 6, "SORTDH empties, or keeps, what is left out", "sortdh_empties_or_keeps_what_is_left_out"),
    Quirk(55, 9, "the length of user fields", "user_fields_have_a_length_that_nobody_knows_and_may_cut"),
    Quirk(56, 7, "eSignatures", "sortdh_may_want_a_signature"),
    Quirk(57, 2, "PostLD", "postld_takes_the_same_in_its_body"),
    Quirk(58, 2, "timed out after the post", "a_post_that_timed_out_may_have_happened"),
    Quirk(59, 5, "moves of a note's status", "a_note_s_status_moves_as_the_vendor_says"),
    Quirk(
        60,
        1,
        "SORTOS without ValidateOnly does nothing",
        "an_order_s_status_moves_from_4_to_8_and_only_when_validateonly_is_n",
    ),
    Quirk(
        61,
        2,
        "freight twice; an empty SalesOrder",
        "freight_that_is_posted_twice_stands_twice_and_an_empty_order_is_a_refusal",
    ),
    Quirk(62, 6, "a notepad replaced or appended to", "a_notepad_is_replaced_or_appended_to"),
    Quirk(63, 2, "429, 5xx, an empty 200", "throttled_unavailable_and_empty_on_demand"),
    Quirk(64, 2, "the service stopped", "the_service_may_be_stopped"),
    Quirk(
        65,
        4,
        "credentials of the feed, after a restart",
        "the_feed_takes_credentials_of_its_own_and_knows_new_ones_after_a_restart",
    ),
    Quirk(66, 4, "the feed off, read only", "the_feed_is_read_only_and_may_be_off"),
    Quirk(67, 4, "literals of version 4", "the_grammar_of_the_feed_s_filter"),
    Quirk(68, 4, "5,000 rows, nextLink or none", "the_feed_gives_5000_rows_and_says_so_or_not"),
    Quirk(69, 4, "names from $metadata", "the_feed_names_its_sets_in_its_metadata"),
    Quirk(
        70,
        4,
        "dates and rowversions of the feed",
        "the_feed_s_dates_are_null_when_there_is_none_and_a_rowversion_is_binary",
    ),
    Quirk(
        71,
        2,
        "texts of the system itself, after the effect or before",
        "a_text_of_the_system_itself_says_nothing_about_the_effect",
    ),
    Quirk(72, 2, "IgnoreWarnings N, W, Y", "a_warning_refuses_is_reported_or_dropped"),
    Quirk(73, 6, "ApplyIfEntireDocumentValid", "an_entire_document_is_applied_or_nothing_of_it"),
    Quirk(74, 6, "a person writes between two calls", "a_person_writes_between_the_query_of_a_form_and_the_setup"),
)
