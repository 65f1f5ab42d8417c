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
    ("14.26", "a parcel that moves is not found", "a_parcel_that_moves_can_be_not_found"),
)
QUIRKS = tuple(Quirk(number, *row) for number, row in enumerate(_ROWS, 1))
