"""The commented file that `connections init` writes. What a person must fill in is empty: `apply` then names each.

What this text does not name follows from the model (cli/connections/commented.py), so that no key is forgotten.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from cli.connections.commented import commented
from cli.errors import BadUsage

TEMPLATE = """\
# One ERP, one carrier, and what moves between them. What is empty ("") must be filled in; `connections apply` names it.
# Every key that can be left out stands behind a # with its default: take the # away to set it. "such as" marks one
# that has no default. docs/connections.md says what is allowed.
# The ERP's own codes (methods, terms, suppliers, warehouses), also while this file is being filled in:
#   parcelbridge connections lookup {id} methods --file connections/{id}.yaml
# Credentials are not kept here:
#   parcelbridge secrets set {id} erp --ionapi FILE
#   parcelbridge secrets set {id} carrier --client-id CLIENT
id: {id}
flow: inbound                # our purchase orders, shipped by the supplier on our account

erp:
  kind: {erp}
  cono: ""                   # company number, in quotes: a code, not a number
  divi: ""                   # division; "" is all of them
  test_system: false         # true when writing to it harms nobody; needed with carrier.environment: test
  weight_unit: kg            # M3's records do not say their units
  length_unit: cm
  #+ erp

carrier:
  kind: {carrier}
  account: ""                # 6 capital letters and digits
  environment: test          # test: labels are samples. production: labels cost money
  shipper: {{location: HQ}}    # who holds the account: one of the locations below
  #+ carrier

timezone: UTC                # of the schedule, and of locations without their own: America/New_York
schedule: rate(10 minutes)   # or cron(0/30 7-18 ? * MON-FRI *)

select:                      # which orders are taken; each key narrows, an empty one means all
  status: {{from: "20", to: "35"}}
  delivery_method: [UPS]
  suppliers: []
  warehouses: []
  #+ select

services: {{UPS: "03"}}        # the ERP's delivery method -> UPS service; 03 is Ground, 02 is 2nd Day Air
freight_terms: {{COL: we_pay, PPD: not_ours}}   # the ERP's code -> who pays the carrier; only we_pay is shipped

packing:
  rule: max_weight           # or one_per_order, one_per_line
  max_weight: {{value: 50, unit: lb}}
  #+ packing

approve:
  mode: manual               # a person says yes to each quote; or automatic, or below (an amount)
  #+ approve

limits:                      # what it may buy before it stops and an alarm says so
  labels_per_hour: 50
  labels_per_day: 200
  amount_per_day: 1000.00    # in the currency of approve, or else in USD
  #+ limits

label: {{format: GIF, stock: 4x6, to: supplier}}

write_back:                  # fields of the purchase order's head; off writes nothing
  tracking_numbers: A121
  service: A230
  cost: N096
  currency: A430
  #+ write_back

locations:
  HQ:
    name: ""
    phone: ""
    address: {{lines: [""], city: "", state: "", postcode: "", country: ""}}
    # attention: Receiving   # such as; person or department
    # timezone: America/New_York   # such as; its zone, where it is not the connection's

# --- parts that can be left out ---------------------------------------------------------------------------------------
#+
"""
ERPS, CARRIERS = ("infor-m3",), ("ups",)
_MORE = re.compile(r"^( *)#\+ ?(\w*)$", re.MULTILINE)


def template(connection_id: str, erp: str, carrier: str) -> str:
    """The file's text. Raises BadUsage for a kind that this version does not have."""
    for name, kind, kinds in (("--erp", erp, ERPS), ("--carrier", carrier, CARRIERS)):
        if kind not in kinds:
            raise BadUsage(f"{name} {kind} is not built in this version; allowed: {', '.join(kinds)}")
    text = TEMPLATE.format(id=connection_id, erp=erp, carrier=carrier)
    live: Any = YAML(typ="safe", pure=True).load(StringIO(text))
    filled = _MORE.sub(lambda found: commented(found[2], live, found[1]) or "#-", text)
    return re.sub(r"^ *#-\n", "", filled, flags=re.MULTILINE)
