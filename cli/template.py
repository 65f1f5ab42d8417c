"""The commented file that `connections init` writes. What a person must fill in is empty: `apply` then names each."""

from __future__ import annotations

from cli.errors import BadUsage

TEMPLATE = """\
# One ERP, one carrier, and what moves between them. What is empty ("") must be filled in; `connections apply` names it.
# Credentials are not kept here:
#   parcelbridge secrets set {id} erp --ionapi FILE
#   parcelbridge secrets set {id} carrier --client-id ID
id: {id}
flow: inbound                # our purchase orders, shipped by the supplier on our account

erp:
  kind: {erp}
  cono: ""                   # company number, in quotes: a code, not a number
  divi: ""                   # division; "" is all of them
  test_system: false         # true when writing to it harms nobody; needed with carrier.environment: test
  weight_unit: kg            # M3's records do not say their units
  length_unit: cm

carrier:
  kind: {carrier}
  account: ""                # 6 capital letters and digits
  environment: test          # test: labels are samples. production: labels cost money
  shipper: {{location: HQ}}    # who holds the account: one of the locations below

timezone: UTC                # of the schedule, and of locations without their own: America/New_York
schedule: rate(10 minutes)   # or cron(0/30 7-18 ? * MON-FRI *)

select:                      # which orders are taken; each key narrows, an empty one means all
  status: {{from: "20", to: "35"}}
  delivery_method: [UPS]
  suppliers: []
  warehouses: []

services: {{UPS: "03"}}        # the ERP's delivery method -> UPS service; 03 is Ground, 02 is 2nd Day Air
freight_terms: {{COL: we_pay, PPD: not_ours}}   # the ERP's code -> who pays the carrier; only we_pay is shipped

packing:
  rule: max_weight           # or one_per_order, one_per_line
  max_weight: {{value: 50, unit: lb}}

# defaults:                  # for a value that the ERP does not have; a default weight is per unit and needs approval
#   unit_weight: {{value: 1, unit: lb}}
#   warehouse: {{W01: {{unit_weight: {{value: 2, unit: lb}}}}}}

approve: {{mode: manual}}      # a person says yes to each quote; or automatic, or
                             # {{mode: below, amount: 150.00, currency: USD}}
limits: {{labels_per_hour: 50, labels_per_day: 200, amount_per_day: 1000.00}}
label: {{format: GIF, stock: 4x6, to: supplier}}

write_back:                  # fields of the purchase order's head; off writes nothing
  tracking_numbers: A121
  service: A230
  cost: N096
  currency: A430

locations:
  HQ:
    name: ""
    phone: ""
    address: {{lines: [""], city: "", state: "", postcode: "", country: ""}}
"""
ERPS, CARRIERS = ("infor-m3",), ("ups",)


def template(connection_id: str, erp: str, carrier: str) -> str:
    """The file's text. Raises BadUsage for a kind that this version does not have."""
    for name, kind, kinds in (("--erp", erp, ERPS), ("--carrier", carrier, CARRIERS)):
        if kind not in kinds:
            raise BadUsage(f"{name} {kind} is not built in this version; allowed: {', '.join(kinds)}")
    return TEMPLATE.format(id=connection_id, erp=erp, carrier=carrier)
