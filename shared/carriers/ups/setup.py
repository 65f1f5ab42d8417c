"""The set-up of a UPS account: the form for the app's credential, and the carrier's part of a new file."""

from __future__ import annotations

from shared.carriers.ups.simulated import simulated
from shared.connection import Asked, CredentialForm, Setup

SAMPLE = """\
carrier:
  kind: ups
  account: ""                # 6 capital letters and digits
  environment: test          # test: labels are samples. production: labels cost money
  shipper: {location: HQ}    # who holds the account: one of the locations below

label: {format: GIF, stock: 4x6, to: supplier}

locations:
  HQ:
    name: ""
    phone: ""
    address: {lines: [""], city: "", state: "", postcode: "", country: ""}
"""

SETUP = Setup(
    CredentialForm(
        asked=(
            Asked("client_id", "client id of the UPS app", "CLIENT"),
            Asked("client_secret", "client secret", how="secret"),
        ),
        shown=("client", "client_id"),
    ),
    SAMPLE,
    simulated,
)
