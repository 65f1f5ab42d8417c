"""The quirks of IFS's OData, numbered: each is kept by a test that names its number with `@keeps`.

The sections are those of facts/ifs.md. Only what concerns the operations of this adapter stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

QUIRKS: dict[int, tuple[str, str]] = {
    1: ("A token lives 180 s or what an administrator set: expires_in is obeyed, and a 401 renews it once", "1"),
    2: ("The token's answer may carry a refresh token, which is not needed", "1"),
    3: ("The realm need not be the tenant's name, and a projection may be on one of two endpoints only", "1"),
    4: ("A missing site grant is 200 and empty", "2"),
    5: ("A missing permission is 403 as plain text, or as an error", "2, 7"),
    6: ("$expand is not implemented: lines and handling units are calls of their own", "3"),
    7: ("A blank is %20; a + and a text without quotes are refused", "3"),
    8: ("Without $top a set comes cut, and nothing says so", "3"),
    9: ("A nextLink can be absent although rows remain: pages go by the key", "3"),
    10: ("An upper bound of $top makes a page short that is not the last one", "3"),
    11: ("Some sites refuse a filter by state", "3"),
    12: ("Enumeration members are written with projection and type, and there is no `in`", "3"),
    13: ("A quote in a text is doubled, and whatever else it holds is encoded", "3"),
    14: ("Absent values are null or missing", "3"),
    15: ("A moment that ends in Z is the wall clock of the site", "3"),
    16: ("A missing row is 404", "3"),
    17: ("The server gives up at `Prefer: wait`, so that a lost answer is rare", "3"),
    18: ("No column says `changed since`: the stamp is the version inside the ETag, of a second's grain", "6, 9"),
    19: ("A late commit is seen late with an old version", "9"),
    20: ("There is no state Delivered, and Closed follows by itself", "4"),
    21: ("A consolidated shipment has no lines, its members name it", "4"),
    22: ("A line of quantity 0 is skipped, and what was picked counts before what was ordered", "4"),
    23: ("A shipment can be without an address", "4"),
    24: ("The shipment stands on every level of the tree of handling units", "5"),
    25: ("A weight of zero is missing, and its property and its unit are settings", "5"),
    26: ("A change without If-Match is refused, or makes a row: it is never sent", "6"),
    27: ("The ETag goes back decoded, with W/ and quotes and without backslashes", "6"),
    28: ("A PATCH is answered with the row, or with nothing", "6"),
    29: ("A field can be accepted and not stored", "6"),
    30: ("A conflict is 412, 409 or ORA-20114, in any language", "7"),
    31: ("Cancelled takes nothing; Closed takes the number, and one property that it refuses refuses them all", "6"),
    32: ("main can ask for a cookie and a header against forged requests", "6"),
    33: ("Numbers are decimals: a number field gets a number, and an empty one shows no type", "3, 6"),
    34: ("A code can stand in the outer error or in its details, and a message may be an object", "7"),
    35: ("A locked row is ORA-20113: later", "7"),
    36: ("MI_MODIFIED_ERROR is 500 or 503 while metadata is loaded: the same read is right at once", "7"),
    37: ("A write that timed out may have happened, and PATCH with If-Match may be repeated after a read", "6, 7"),
    38: ("A gateway before IFS answers with a page, which says nothing of a row", "7"),
    39: ("Names differ by tenant: $metadata says which there are, and the nearest is offered", "10"),
    40: ("Lists of codes are sets that a tenant has or has not", "9"),
    41: ("Customer orders have keys of texts and of several properties", "9"),
    42: ("$select fails on some projections: it is a setting, off by default", "3"),
}
"""Number → what is so, and where the facts say it."""


def keeps(*numbers: int) -> Callable[[Test], Test]:
    """Names the quirks that a test keeps; a number that stands in no list is a KeyError at collection."""
    for number in numbers:
        QUIRKS[number]
    return lambda test: test
