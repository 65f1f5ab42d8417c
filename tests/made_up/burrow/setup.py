"""The set-up of a Burrow connection for a person."""

from __future__ import annotations

from shared.connection import Asked, CredentialForm, Setup

SAMPLE = """\
flow: inbound                # requests that a supplier sends to us

erp:
  kind: burrow
  site: ""                   # the site whose requests are read

select:
  methods: [HOP]

freight_terms: {OURS: we_pay, THEIRS: not_ours}
"""

SETUP = Setup(
    CredentialForm(
        asked=(
            Asked("tenant", "tenant", "TENANT"),
            Asked("user", "user", "USER"),
            Asked("password", "password", how="secret"),
        ),
        shown=("tenant", "tenant"),
        tenant="tenant",
    ),
    SAMPLE,
)
