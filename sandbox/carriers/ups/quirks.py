"""The quirks that the emulated UPS has with parcels under way, each with its section of facts/ups.md and the test that
shows it."""

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
    ("7", "an unknown number is a 200 with TW0001 and no package", "an_unknown_number_is_a_200_with_a_warning"),
    ("7", "data is kept for 120 days, then TW0001", "after_120_days_a_parcel_is_not_found"),
    ("7", "the parcel alone; its shipment by offset and count", "a_shipment_is_told_by_pages_and_a_parcel_alone"),
    ("7", "currentStatus has the three-digit code and no type", "the_current_status_has_no_type"),
    ("7", "gmtTime with colons, gmtOffset of the place's day", "local_time_and_offset_are_those_of_the_place"),
    ("7", "dates in gmt have no hyphen; answers before 2024 no gmt at all", "old_answers_have_no_gmt_fields"),
    ("14.15", "a pickup scan is of type P", "a_pickup_scan_is_of_type_p"),
    ("14.16", "the newest activity can lack code and address", "the_newest_activity_can_lack_code_and_address"),
    ("14.17", "customs steps are of type X and no exceptions", "customs_steps_are_of_type_x_and_no_exceptions"),
    (
        "14.18",
        "the label's record is later than the first scans",
        "the_record_of_the_label_is_later_than_the_first_scans",
    ),
    ("14.19", "several scans in one second", "several_scans_share_a_second"),
    (
        "14.20",
        "descriptions end with a blank; values can be blank",
        "descriptions_end_with_a_blank_and_values_are_blank",
    ),
    ("14.21", "the photo's flags come before delivery", "a_photo_is_told_of_before_delivery"),
    ("14.21", "after delivery the name can be missing", "after_delivery_the_name_can_be_missing"),
    ("14.22", "days of delivery have no zone, and can be none", "the_day_of_delivery_moves_or_is_missing"),
    ("14.23", "deliveryTime without times, and later without start", "the_delivery_time_has_no_times_or_no_start"),
    ("14.24", "references with blanks and slashes, and repeated", "references_come_back_with_blanks_and_repeated"),
    ("14.25", "userRelation is a list, pickupDate has no zone", "the_shipment_has_a_list_of_relations_and_a_day"),
    ("14.26", "a parcel that moves is not found", "a_parcel_that_moves_can_be_not_found"),
    ("8", "what happened before the subscription is never pushed", "there_is_no_history_before_the_subscription"),
    ("8", "a subscription ends after 14 days, without a word", "an_expired_subscription_pushes_nothing"),
    ("8", "one event a request, with v1's credential and no signature", "v1_sends_the_credential_of_the_subscription"),
    ("8", "v2 gets a token at our endpoint, by Basic, and names its client", "v2_gets_a_token_first"),
    ("8", "another credential works only once it is subscribed with", "a_changed_credential_needs_a_new_subscription"),
    ("8", "what the webhook does not take is lost", "what_the_webhook_does_not_take_is_lost"),
    ("8", "dropped, repeated and out of order", "pushes_are_dropped_repeated_and_out_of_order"),
    ("8", "missing values are blank, places too", "missing_values_are_blank_or_absent"),
    ("8", "a blank before the tracking number", "a_label_record_has_a_blank_before_its_number"),
    ("8", "a postcode only once it is delivered", "the_postcode_is_told_at_delivery_only"),
    ("8", "D for loaded; 071 for preparing", "loaded_is_of_type_d"),
    ("8", "an update of the day is of type U", "an_update_of_the_day_is_pushed_only"),
    ("8", "the test environment sends several events a second apart", "the_test_numbers_send_events_a_second_apart"),
    (
        "14.27",
        "v1's delivery has no descriptionCode; v2's may be a number",
        "the_description_code_can_be_missing_or_a_number",
    ),
    ("14.28", "no event has a gmtOffset", "no_event_has_an_offset"),
    ("14.29", "the scheduled day of a delivered parcel is years old", "the_scheduled_day_at_delivery_is_years_old"),
    ("9", "there are only files of the account's subscription, no numbers", "quantum_view_has_what_is_subscribed_to"),
    ("9", "seven days back, and an empty end is seven days on", "quantum_view_goes_seven_days_back"),
    ("9", "a bookmark means more, and goes with the same request", "a_bookmark_goes_with_the_request_as_it_was"),
    ("9", "without a request unread files; an answer marks them read", "unread_files_are_told_once"),
    ("9", "errors stand inside a 200", "quantum_view_refuses_inside_a_200"),
    ("9", "a scan on the way is in no file; customs stand as exceptions", "files_have_no_scan_on_the_way"),
    ("14.31", "objects for lists of one, no references, weights with a sign", "a_manifest_is_written_in_its_own_way"),
    ("14.31", "transId is not asked for", "quantum_view_asks_for_no_trans_id"),
)
QUIRKS = tuple(Quirk(number, *row) for number, row in enumerate(_ROWS, 1))
