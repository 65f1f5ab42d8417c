"""The particulars of Fusion's REST resources, numbered: each is kept by a test that has its number in its name (q07).

The sections are those of facts/oracle.md.
"""

from __future__ import annotations

QUIRKS: dict[int, tuple[str, str]] = {
    1: ("The login differs by pod: client credentials, an assertion, a token of one's own, or user and password", "2"),
    2: ("A pod allows some framework versions only, and without the header it chooses one itself", "1"),
    3: ("A plus of an offset must be %2B, a blank %20", "1"),
    4: ("An error may be plain text, a page, or nothing", "1"),
    5: ("hasMore is wrong with offsets, and a page shifts while others change: pages go by the key", "1"),
    6: ("totalResults, and some lists of fields, are answered with 500: neither is asked for", "1"),
    7: ("Only fields that the description calls queryable can be filtered", "1, 3, 5"),
    8: ("Keys of items may be hashes: the item's own link has them, on a host that is never called", "1"),
    9: ("Children are pages of 25, and bare arrays in earlier frameworks", "1"),
    10: ("Who arranges transport is certain on the draft side only; names on the order are not sure", "3"),
    11: ("Missing data access is an empty list, and a missing privilege a 403", "1"),
    12: ("A date of 4712 is never", "1"),
    13: ("That the flat list of schedules can be filtered by the order is not confirmed", "3"),
    14: ("The open quantity is on no schedule: the life cycle has what was advised and received", "3"),
    15: ("Locations of HCM are often refused", "2, 3"),
    16: ("An address of one line may be junk", "3"),
    17: ("Numbers may be texts, and a weight has its item's own unit", "1, 3"),
    18: ("A request without ASNType ASN is a receipt, and AutoTransactCode decides what is posted with it", "4"),
    19: ("The waybill takes 20 characters, the packing slip 25; neither can be changed afterwards", "4"),
    20: ("A supplier may make advices of its own in the portal", "4"),
    21: ("An advice of a drop shipment recognises revenue; expense lines may take none", "4"),
    22: ("Only a look-up in both places says whether an advice exists", "4"),
    23: ("A 201 may have failed, and the failed row keeps the number", "4"),
    24: ("A 201 may be pending", "4"),
    25: ("A change needs the ETag of what is changed; 412 says that somebody was first", "1, 4"),
    26: ("A 200 to the cancelling does not mean cancelled: the result's values do, or the lines", "4"),
    27: ("The parameters of the cancelling are described by the pod only; lengths differ", "4, 5"),
    28: ("A change of an open order is a change order: opened by the first change, made by submit", "4"),
    29: ("A submitted change may wait hours for its approval", "4"),
    30: ("A change would join somebody's open change", "4"),
    31: ("A submit that is refused leaves an incomplete change, which locks the buyer out", "4"),
    32: ("The answer to a submit may be lost", "4"),
    33: ("The flexfield's row has an ETag of its own", "5"),
    34: ("No reference lists an address of a shipment line: the file names the fields of this pod", "4"),
    35: ("A change request for shipment lines has no ETag, and its 201 says only that it was taken", "4"),
}
