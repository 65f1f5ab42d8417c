"""The set-up of IFS Cloud: the form for the service user's client, and the ERP's part of a new file."""

from __future__ import annotations

from shared.connection import Asked, CredentialForm, Setup

SAMPLE = """\
flow: outbound               # shipments to our customers

erp:
  kind: ifs-cloud
  host: ""                   # the tenant's host, such as acme.ifs.cloud
  realm: ""                  # the realm in the token's address (API Explorer, OpenAPI document)
  company: ""                # company of the sites
  test_system: false         # true when writing to it harms nobody; needed where labels are samples
  weight_unit: kg            # the company's unit of weight, which no row says

select:                      # which shipments are taken; each key narrows, an empty one means all
  site: []
  state: [Completed]
  forwarder: [UPS]

write_back:                  # properties of the shipment; off writes nothing
  tracking_numbers: {to: AirwayBillNo, mode: if_empty, max: 50}
"""

SETUP = Setup(
    CredentialForm(
        asked=(
            Asked("client_id", "client id of the IAM client", "CLIENT"),
            Asked("client_secret", "client secret", how="secret"),
        ),
        shown=("client", "client_id"),
    ),
    SAMPLE,
)
