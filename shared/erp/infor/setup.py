"""The set-up of an M3 connection: the .ionapi file, and the ERP's part of a new file."""

from __future__ import annotations

from collections.abc import Mapping

from shared.connection import Asked, CredentialForm, Setup
from shared.erp.infor.ionapi import read_ionapi

SAMPLE = """\
flow: inbound                # our purchase orders, shipped by the supplier on our account

erp:
  kind: infor-m3
  cono: ""                   # company number, in quotes: a code, not a number
  divi: ""                   # division; "" is all of them
  test_system: false         # true when writing to it harms nobody; needed where labels are samples
  weight_unit: kg            # M3's records do not say their units
  length_unit: cm

select:                      # which orders are taken; each key narrows, an empty one means all
  status: {from: "20", to: "35"}
  delivery_method: [UPS]
  suppliers: []
  warehouses: []

freight_terms: {COL: we_pay, PPD: not_ours}   # the ERP's code -> who pays the carrier; only we_pay is shipped

write_back:                  # fields of the purchase order's head; off writes nothing
  tracking_numbers: A121
  service: A230
  cost: N096
  currency: A430
"""


def _fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """The file's fields as they stand. Raises Misconfigured naming the key that is missing or wrong."""
    return read_ionapi(given["ionapi"])


SETUP = Setup(
    CredentialForm(
        asked=(Asked("ionapi", ".ionapi file of the backend service", "FILE", "file"),),
        shown=("tenant", "ti"),
        fields_of=_fields_of,
        tenant="ti",
    ),
    SAMPLE,
)
