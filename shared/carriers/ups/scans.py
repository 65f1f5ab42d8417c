"""UPS's codes of a scan in one table: in which of our milestones each leaves a parcel.

The three digits are those that Tracking calls `statusCode` and Track Alert `descriptionCode` (facts 7 and 14.27). They
are UPS's appendix "Status/Description Codes", as kept in karrioapi/karrio (modules/connectors/ups/vendors, 597cf2a).
Each stands in exactly one row. Steps that move nothing (requests, claims, notices) are no milestone.
"""

from __future__ import annotations

from shared.domain.milestones import Milestone

_ROWS: dict[Milestone | None, str] = {
    Milestone.LABEL_CREATED: "003 044 045 079 080 157 166",
    Milestone.PICKED_UP: "038 160 167 168 169",
    # Customs steps are of type X and come and go within minutes (14.17): a parcel in clearance is on its way.
    Milestone.IN_TRANSIT: (
        "005 010 012 014 016 019 025 028 039 042 047 055 057 058 063 070 071 072 073 074 075 084 087 092 096 099 100"
        " 115 120 122 123 124 125 126 134 136 137 138 158 159 164 165"
    ),
    Milestone.OUT_FOR_DELIVERY: "006 021 037 078 089 091 146 162",
    Milestone.EXCEPTION: (
        "013 017 022 023 024 029 030 032 033 035 036 040 046 048 049 050 051 052 053 059 060 061 062 064 066 068 069"
        " 076 083 085 086 090 103 104 106 108 118 132 139 141 144 145 147 149"
    ),
    Milestone.DELIVERED: "011 026 143 156 161",
    Milestone.RETURNED: "034 067 081",
    Milestone.VOIDED: "007",
    None: (
        "000 018 020 027 041 043 054 056 065 077 082 088 093 094 095 097 098 101 102 105 107 109 110 111 112 113 114"
        " 116 117 119 121 127 128 129 130 131 133 135 140 142 148 153 154 155 163"
    ),
}
"""By milestone its codes. Held for pickup and refused parcels wait for a person, so they are exceptions; so is a parcel
that is on its way back, until it is there (034)."""

MILESTONES: dict[str, Milestone | None] = {
    code: milestone for milestone, codes in _ROWS.items() for code in codes.split()
}

RETURNING = frozenset({"035", "036"})
"""Digits that say that a parcel is on its way back: "Returning to Sender" and the same in transit. That a return was
asked for (033, 119) or is to come (118) does not say so: the next scan can be the delivery."""

DELIVERED = frozenset({"FS", "F4", "SR", "KB", "KM", "2W", "9E"})
"""Activity codes with which an event of type D was a delivery (14.20, and the events of Track Alert's own examples)."""
_TYPES = {
    "M": Milestone.LABEL_CREATED,
    "MV": Milestone.VOIDED,
    "P": Milestone.PICKED_UP,  # seen in 2024, though the document does not have it (14.15)
    "I": Milestone.IN_TRANSIT,
    "X": Milestone.EXCEPTION,
    "RS": Milestone.RETURNED,
}
"""By activity type, for a scan whose three digits are not told, or are not in the table."""


def milestone_of(kind: str, code: str, digits: str, *, given: bool = False) -> Milestone | None:
    """The milestone of a scan: by its three digits, else by its type; None for one that moves nothing.

    `given` says that the event names a day and time of delivery. A type D alone is no delivery: Track Alert also calls
    loaded and out for delivery so (facts 7).
    """
    if digits in MILESTONES:
        return MILESTONES[digits]
    if kind == "D":
        return Milestone.DELIVERED if given or code in DELIVERED else Milestone.OUT_FOR_DELIVERY
    return _TYPES.get(kind)


def is_returning(digits: str) -> bool:
    """Tell if the scan's three digits say that the parcel is on its way back to its sender."""
    return digits in RETURNING


def is_known(kind: str, digits: str) -> bool:
    """Tell if the table has a meaning for the codes; the caller counts those for which it has none."""
    return digits in MILESTONES or (not digits and (kind in _TYPES or kind == "D"))
