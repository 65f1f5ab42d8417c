"""Every quirk of UPS that the operations of this adapter meet, numbered once.

A test keeps a quirk by naming its number: `@keeps(7)`. test_quirks.py holds the list against the tests, both ways, and
against the facts file: `word` stands in the section that is named. Operations: token, address validation, rate, ship,
label recovery, track by reference, track by number, void of a shipment and of packages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Quirk:
    """One fact: what is so, the section of the facts that says it ("w12" is row 12 of the wishes), a word of it."""

    sentence: str
    section: str
    word: str


def _quirks(section: str, *rows: tuple[int, str, str]) -> dict[int, Quirk]:
    return {number: Quirk(sentence, section, word) for number, word, sentence in rows}


QUIRKS: dict[int, Quirk] = {
    **_quirks(
        "1",
        (1, "wwwcie.ups.com", "there are two hosts, production and test"),
        (2, "/security/v1/oauth/token", "only the token's path has no /api"),
        (3, "transId", "transId has at most 32 characters, and goes with transactionSrc on every call"),
        (4, "idempot", "transId makes nothing idempotent: each request has its own, a create is not repeated by it"),
        (5, "errors", "an error is an envelope with code and message as strings"),
        (6, "camelCase", "success bodies are PascalCase, Tracking is camelCase"),
        (7, "apierrorcode", "errors stand in the headers too, in two pairs"),
        (8, "bkndtransid", "bkndtransid is the number to quote to UPS"),
        (9, "Content-Length 0", "a 200 may have no body"),
        (10, "control character", "a control character in an address line gives such a 200"),
        (11, "206", "a 206 leaves a choice of places open"),
        (12, "10004", "503 with 10004 is passing, and proves nothing on a create"),
        (13, "10429", "429 comes without body or Retry-After, or as 10429"),
        (14, "120081", "a hard code can be spurious: 120081 came for valid requests"),
        (15, "strings", "numbers, money, weights and dates are strings"),
        (16, "Presence indicators", "an indicator counts by being there, whatever its value"),
        (17, "single object", "a list of one may come as an object"),
        (18, "TransactionReference", 'empty containers come as ""'),
        (19, "null", "absent values come as null, too"),
    ),
    **_quirks(
        "2",
        (20, "grant_type=client_credentials", "the token is asked for by Basic and a form"),
        (21, "refresh_count missing", "the token's answer is all strings, and lacks documented members"),
        (22, "expires_in", "the lifetime is the answer's: 4 hours were seen, 1 hour was announced"),
        (23, "250 a day", "tokens are limited to about 250 a day, by hearsay"),
        (24, "251004", "251004 alone means that the token has expired"),
        (25, "250002", "250002, 250003 and UJ0001 are not healed by a token"),
        (26, "Blocked Merchant", "403 is a blocked merchant, 429 a spent quota of the token desk"),
    ),
    **_quirks(
        "3",
        (27, "v2409", "rating has one current version, and four options in the path"),
        (28, "RequestOption", "RequestOption repeats the path's, though the schema has no such member"),
        (29, "NegotiatedRatesIndicator", "negotiated rates are asked for, with the shipper number"),
        (30, "NegotiatedRateCharges", "an account that does not qualify gets the published price only"),
        (31, "PackagingType", "rating says PackagingType where shipping says Packaging"),
        (32, "UnitOfMeasurement", "rating requires the unit's Description"),
        (33, "ignored for Shop", "shopping names no service, and answers with all of them"),
        (34, "EstimatedArrival", "the day of arrival stands in TimeInTransit, for the times options only"),
        (35, "RatedShipmentAlert", "a price comes with warnings"),
        (36, "SubVersion", "SubVersion 2409 is none of shipping's, so none is sent"),
    ),
    **_quirks(
        "4",
        (37, "nonvalidate", "nonvalidate checks postcode and state, validate the city as well, neither the street"),
        (38, "additionaladdressvalidation=city", "the query asks for the city, too"),
        (39, "same account as ShipperNumber", "who is billed as shipper is the account at Shipper"),
        (40, "a sibling of Shipment", "LabelSpecification stands beside Shipment"),
        (41, "US and CA", "the US and Canada need a state code"),
        (42, "ShipFrom only", "ShipFrom stands only where it differs from the shipper"),
        (43, "1Z number of the first package", "a shipment's number is its first parcel's"),
        (44, "warnings on success", "a success comes with warnings"),
        (45, "1ZXXXXXXXXXXXXXXXX", "the test environment masks every number"),
        (46, "no PDF", "a create makes GIF, ZPL, EPL and SPL; PDF comes from recovery only"),
        (47, "4 x 8", "stock is 4 x 6 or 4 x 8"),
        (48, "lower case", "a format's code may come back in lower case"),
        (49, "COD first label", "a label's format is the answer's, not the request's"),
        (50, "Package max 200", "a shipment has at most 200 packages"),
        (51, "3 x 35", "an address has three lines of 35"),
        (52, "Name 35", "names have 35 characters"),
        (53, "City 30", "a city has 30 characters"),
        (54, "Phone 15", "a phone has 15 digits"),
        (55, "35, barcode", "a reference has 35 characters"),
        (56, "120544", "only two references are sure to be taken"),
        (57, "5 characters", "a weight has five characters"),
        (58, "whole numbers rounded up", "sides are whole numbers, rounded up, the longest first"),
        (59, "165 in", "there is a longest side, and a largest length with girth"),
        (60, "150 lb", "150 lb a package is hearsay: UPS's own refusal decides"),
        (61, "only on the package", "references stand on the package inside the US or Puerto Rico, else above"),
        (62, "120202", "a line of 36 characters is 120202"),
        (63, "Tracking and Pickup use other codes", "a service has a code of two characters here"),
        (64, "02 Customer Supplied", "a parcel of one's own is packaging 02"),
        (65, "trackingnumber", "a void names none, one, or up to 20 packages as a list"),
        (66, "placeholder trackingnumber", "a placeholder in it turns the answer into 190102"),
        (67, "no package results", "a whole shipment's void has no package results"),
        (68, "PackageLevelResult", "package results come under two names"),
        (69, "0 = not voided", "status 1 is voided or already voided, 0 is not voided"),
        (70, "&#xD;", "texts are polluted with line ends"),
        (71, "190102", "190102 is ambiguous: late, unknown, or not processed yet"),
        (72, "190117", "already voided has a code of its own"),
        (73, "190113", "returns, expired and international voids have theirs"),
        (74, "190001", "one void code is passing"),
        (75, "Length of the void period", "how long a void is possible is not known"),
        (76, "v1|v1701|v1903|v2603", "recovery has four versions"),
        (77, "ReferenceValues", "recovery asks by number, or by reference and shipper number"),
        (78, "TrackingCandidate", "recovery answers with labels, or with candidates when several match"),
        (79, "30 days", "labels are recovered for 30 days"),
        (80, "no charges", "recovery returns no charges"),
        (81, "300007", "not found may mean not processed yet"),
        (82, "300035", "several shipments may be there without being named"),
        (83, "300033", "a voided shipment has a code of its own"),
        (84, "300000", "one recovery code is passing"),
    ),
    **_quirks(
        "5",
        (85, "unique reference", "a create is looked up by a reference of our own before any second one"),
        (86, "Date format not stated", "the form of pickup dates is not documented"),
        (87, "SHIPMENT|PACKAGE", "tracking shows references of both levels"),
        (88, "No label in the answer", "tracking gives no label"),
        (89, "Not found", "not found right after a lost answer proves nothing"),
        (90, "4xx with an error body", "a 4xx of UPS's own proves that nothing was made"),
        (91, "120021", "120021 may speak of a shipment that was made"),
    ),
    **_quirks(
        "6",
        (92, "/api/addressvalidation/v2/", "option 3 validates and classifies"),
        (93, "US and PR", "streets are validated in the US and Puerto Rico"),
        (94, "Region", "with Region the city, state and postcode would be ignored"),
        (95, "9264030", "the test environment validates New York and California"),
        (96, "All three outcomes are HTTP 200", "valid, ambiguous and unknown are all a 200"),
        (97, "0 unknown", "the classification may be unknown"),
        (98, "house-number ranges", "a candidate may be a range of house numbers"),
        (99, "no indicator", "option 2 alone would give no indicator"),
    ),
    **_quirks(
        "7",
        (100, "newest first", "activities are newest first"),
        (101, "no type", "currentStatus has no type, and its code is the statusCode"),
        (102, "TW0001", "an unknown number is a 200 with a warning"),
        (103, "TV1002", "a malformed number is an error"),
        (104, "MV voided", "a void is status 007 or type MV"),
        (105, "7-34 characters", "an inquiry number has 7 to 34 characters"),
    ),
    **_quirks(
        "11",
        (106, "408, 409", "408, 409 and every 5xx prove nothing on a create"),
        (107, "never 4xx hard codes", "a hard code is never retried"),
        (108, "110971", "some codes are only warnings"),
        (109, "112111", "a wrong shipper number has other codes in rating and shipping"),
    ),
    **_quirks(
        "12",
        (110, "maxLength 10", "Shoptimeintransit is longer than its documented field"),
        (111, "LabelStockSize required for GIF", "a GIF is asked for without stock"),
        (112, "TrackingNumbers", "recovery needs no Roadie numbers"),
    ),
    **_quirks(
        "13",
        (113, "x-merchant-id", "the merchant id is the account number, and needs no header"),
        (114, "burn the token quota", "a 401 that is no 251004 spends no token"),
        (115, "hard errors", "a shipment refused for weight, size or address is not tried again as it is"),
    ),
    **_quirks(
        "w",
        (116, "attn", "an attention in line 1 eats the street"),
        (117, "drops or changes the suite", "validation may drop or change the suite"),
        (118, "sent empty = residential", "a residential flag that is sent empty means residential"),
        (119, "9801031", "a recovery right after the creation fails"),
        (120, "spec disagrees", "answers change their shape, and members are added"),
        (121, "third-party billing", "half the customers ship on their own account"),
    ),
}  # fmt: skip


def keeps(*numbers: int) -> Callable[[Test], Test]:
    """Names the quirks that a test keeps; a number that stands in no list is a KeyError at collection."""
    for number in numbers:
        QUIRKS[number]
    return lambda test: test
