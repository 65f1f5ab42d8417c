"""The quirks that the emulated ShipStation has, each with its section of facts/shipstation.md and the test that shows
it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirk:
    """`test` is the name of a test without `test_`."""

    number: int
    section: str
    what: str
    test: str


_ROWS = (
    ("1", "V2 has one key in a header of its own", "a_request_without_the_right_key_is_a_401_with_the_envelope"),
    (
        "1",
        "one version's key does not open the other",
        "the_key_of_v2_does_not_open_v1_and_each_host_has_its_own_paths",
    ),
    ("1", "200 a minute; 429 with Retry-After alone", "a_minute_has_200_requests_and_the_429_has_retry_after_alone"),
    ("1", "V2 may tell its limit in headers", "v2_may_tell_its_limit_in_headers"),
    ("2", "a 429 may come from the carrier, without Retry-After", "a_429_may_be_the_carrier_s_own"),
    ("2", "labels have no filter by change; a misspelt filter", "an_unknown_parameter_is_refused_or_passed_over"),
    ("2", "errors have an envelope with the field", "a_wrong_field_of_a_body_is_refused_by_its_name"),
    ("2", "errors in the form of one page", "one_page_of_the_documentation_has_another_form_of_errors"),
    ("2", "shipping_amount is not the price", "the_price_is_the_sum_of_four_amounts_and_what_is_billed"),
    ("2", "invalid rates and no rates inside a 200", "what_a_carrier_does_not_take_is_an_invalid_rate_in_a_200"),
    ("8", "a rate request may leave a shipment behind", "a_rate_request_may_leave_a_shipment_behind"),
    ("1", "HTTP 200 with has_errors; or a 400", "http_200_does_not_mean_that_a_shipment_was_created"),
    ("1", "50 characters, then cut in silence: collision", "a_long_external_id_is_cut_without_a_word"),
    ("1", "ids that the server makes", "without_an_external_id_the_server_makes_one_and_the_number_is_equal_to_it"),
    ("1", "shipment_number repeats, or must not", "shipment_numbers_may_repeat_or_not"),
    ("1", "external_shipment_id is immutable", "an_external_id_never_changes_and_a_label_locks_the_shipment"),
    ("2", "cancel is a 204 without a body", "a_cancelled_shipment_gets_no_label"),
    ("2", "lists are sorted by change, newest first", "shipments_are_listed_by_their_time_of_change_newest_first"),
    (
        "2",
        "page_size is capped in silence, links end in {}",
        "pages_have_links_that_are_empty_at_the_ends_and_a_size_that_is_capped",
    ),
    ("2", "downloads need the key", "a_label_has_a_number_a_package_and_images_that_need_the_key"),
    (
        "2",
        "package_id is a number on labels, a text on shipments",
        "the_id_of_a_package_is_a_number_on_labels_and_a_text_on_shipments",
    ),
    ("2", "buying is not idempotent", "buying_again_buys_again"),
    ("2", "an answer is lost and the label is bought", "a_lost_answer_has_bought_a_label"),
    ("8", "a known id inline: repeated, refused or reused", "what_an_inline_shipment_does_with_a_known_id_is_a_manner"),
    ("1", "labels are found late", "labels_are_found_late"),
    (
        "1",
        "external_shipment_id repeats over labels; the path gives one",
        "an_external_id_is_not_unique_over_labels_and_the_path_gives_the_first_alone",
    ),
    (
        "1",
        "a split order: SEAuto on labels, null on shipments, money once",
        "labels_of_a_split_order_share_an_id_that_the_shipments_do_not_show",
    ),
    ("2", "a label is processing, without number and image", "a_label_can_be_processing_without_number_cost_and_image"),
    ("2", "three texts, each carrier's lengths", "texts_of_a_label_are_three_and_each_carrier_has_its_lengths"),
    ("2", "a batch is processed over minutes, with errors of its own", "a_batch_is_processed_over_minutes"),
    ("2", "a refused void is a 200", "a_void_is_refused_inside_a_200"),
    ("2", "a void is seen late", "a_void_is_seen_late_in_lists"),
    ("5", "NY with the words Accepted", "a_label_alone_is_ny_and_called_accepted"),
    (
        "5",
        "UPS has no detail after pre-transit; newest first",
        "events_are_told_newest_first_and_ups_has_no_details_once_it_moves",
    ),
    (
        "5",
        "no zone, a Z that is local, seven hours too late",
        "the_estimated_day_has_no_zone_and_one_carrier_s_times_are_wrong",
    ),
    ("2", "ship_date or shipped_date", "the_day_of_shipping_has_two_names"),
    ("2", "an unknown number is a 200 with UN", "a_number_that_is_not_known_is_a_200_with_un"),
    ("3", "order_number is ShipStation's own", "an_order_is_a_draft_with_a_number_of_its_own"),
    ("3", "a purchase order made again is there twice", "an_order_made_again_is_there_twice"),
    ("3", "all of a draft, shipping details of an open order", "only_a_draft_is_edited_and_only_an_open_one_received"),
    ("3", "transitions must be followed", "transitions_must_be_followed"),
    (
        "3",
        "a receipt again receives again",
        "a_receipt_raises_stock_and_changes_the_status_and_repeated_receives_again",
    ),
    ("8", "received quantities: told or not, with the rejected, too many", "what_is_not_known_of_receipts_is_a_manner"),
    ("3", "two lines of one SKU, unknown SKUs, wrong names", "a_wrong_order_is_refused_by_its_field"),
    (
        "3",
        "names of a line; which space warehouse_id is of",
        "names_of_a_line_and_the_space_of_the_warehouse_are_manners",
    ),
    ("3", "reference_number kept, dropped or refused", "the_reference_number_may_be_dropped_without_a_word_or_refused"),
    ("8", "filters by part, start or equality", "a_filter_lets_a_part_through"),
    ("2", "purchase orders go by a cursor", "orders_go_by_a_cursor_and_a_page_is_passed_over"),
    ("1", "the plan may lack both", "an_account_may_have_no_purchase_orders_and_no_inventory"),
    ("2", "adjust is repeatable, increment is not", "adjust_may_be_repeated_and_increment_may_not"),
    ("2", "one SKU and one location a call", "a_change_is_of_one_sku_and_one_location"),
    ("7", "an open shipment allocates stock; no filter by change", "levels_are_grouped_and_what_is_open_is_allocated"),
    ("2", "two id spaces of warehouses", "the_two_kinds_of_warehouses_have_ids_of_their_own"),
    ("2", "products are read only", "products_are_read_only_and_their_id_is_a_number"),
    (
        "2",
        "suppliers have no external id, and other address names",
        "a_supplier_made_again_is_there_twice_and_has_no_number_of_ours",
    ),
    ("2", "fulfillments: partial success, no items, own filters", "fulfillments_succeed_in_part_and_have_no_items"),
    ("2", "the list of webhooks is a bare array", "the_list_of_webhooks_is_a_bare_array_and_takes_no_page"),
    ("5", "new event names, or old ones", "an_account_takes_new_names_old_ones_or_both"),
    ("5", "a pointer of two keys, to several records", "a_pointer_has_two_keys_and_leads_to_several_records"),
    ("5", "an outside number is no label", "a_label_is_told_by_its_batch_and_an_outside_number_as_a_fulfillment"),
    ("5", "track_event_v2 has all inline", "a_tracking_event_has_the_whole_record_inline"),
    ("5", "signed over timestamp and bytes, key by kid", "a_webhook_of_v2_is_signed_over_its_timestamp_and_its_bytes"),
    ("5", "an unknown kid", "a_new_key_signs_before_everybody_knows_it"),
    (
        "5",
        "V1: unsigned, shards, includeShipmentItems=False",
        "a_webhook_of_v1_is_unsigned_and_points_to_a_shard_without_items",
    ),
    ("5", "a webhook that is not taken is lost, or sent again", "what_is_not_taken_is_lost_unless_it_is_sent_again"),
    ("5", "at least once, unordered, possibly lost", "webhooks_are_dropped_repeated_and_out_of_order"),
    ("1", "V1 has key and secret", "v1_wants_key_and_secret"),
    (
        "4",
        "40 a minute with headers; throttled without 429",
        "a_minute_has_40_requests_and_every_answer_tells_what_is_left",
    ),
    ("4", "two forms of errors", "errors_come_in_two_forms"),
    ("4", "an upsert by orderKey until it is locked", "an_order_is_made_or_changed_by_its_key_until_it_is_locked"),
    ("1", "order of V1 is shipment of V2", "an_order_of_v1_is_a_shipment_of_v2"),
    ("4", "hasErrors inside a 200, at most 100", "many_orders_have_each_their_own_result_in_a_200"),
    ("1", "Pacific time, seven digits, no offset", "times_are_pacific_without_an_offset"),
    ("4", "filters take Pacific time", "a_filter_takes_pacific_time_and_no_offset"),
    ("8", "the hour that comes twice", "in_the_hour_that_comes_twice_wall_clocks_are_compared"),
    ("1", "the hour that never comes", "the_hour_that_never_comes_is_no_time_of_anything"),
    ("4", "orderNumber filters by its start", "the_number_of_an_order_is_that_by_which_it_starts"),
    ("4", "shipmentItems are null, no modifyDate", "shipments_have_no_filter_by_change_and_no_items_unless_asked"),
    ("4", "marked as shipped is in fulfillments alone", "an_order_marked_as_shipped_is_a_fulfillment_and_no_shipment"),
    ("4", "PUT of a product needs all of it", "a_product_is_replaced_whole_and_never_made"),
    ("4", "a subscription answers in two forms", "a_subscription_answers_in_two_forms"),
)
QUIRKS = tuple(Quirk(number, *row) for number, row in enumerate(_ROWS, 1))
