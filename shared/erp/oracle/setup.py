"""The set-up of Oracle Fusion: the integration user's credential, and the ERP's part of a new file."""

from __future__ import annotations

from collections.abc import Mapping

from shared.connection import Asked, CredentialForm, Setup
from shared.errors import Misconfigured

SAMPLE = """\
flow: inbound                # our purchase orders, shipped by the supplier on our account

erp:
  kind: oracle-fusion
  url: ""                    # the pod, such as https://pod.fa.us2.oraclecloud.com
  login: oauth               # or assertion, jwt, basic: see the page of this ERP
  token_url: ""              # https://<identity domain>.identity.oraclecloud.com/oauth2/v1/token
  scope: ""                  # as the identity domain's console shows it
  test_system: false         # true when writing to it harms nobody; needed where labels are samples

select:                      # which orders are taken; each key narrows, an empty one means all
  shipping_method: [UPS]
  buyer_managed: true
  supplier_codes: []

write_back:                  # both doors are off until you switch one on: see the page of this ERP
  advice: {enabled: false, moment: picked_up, drop_ship: false}
  order: {enabled: false, tracking_numbers: {segment: trackingNumber, mode: if_empty}}
"""


def _fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """The fields as they were given. Raises Misconfigured for a key file that has not both of its parts."""
    key = given.get("key", "")
    missing = [each for each in ("PRIVATE KEY", "CERTIFICATE") if key and f"{each}-----" not in key]
    if missing:
        raise Misconfigured(f"the file has no {' and no '.join(missing)} in PEM", field="key")
    return dict(given)


SETUP = Setup(
    CredentialForm(
        asked=(
            Asked(
                "client_id", "client id of the confidential application; the user's name for login basic and jwt", "ID"
            ),
            Asked(
                "client_secret", "client secret; the password for login basic, that of the key for jwt", how="secret"
            ),
            Asked(
                "key",
                "PEM file with private key and certificate for login assertion and jwt",
                "FILE",
                "file",
                optional=True,
            ),
        ),
        shown=("client", "client_id"),
        fields_of=_fields_of,
    ),
    SAMPLE,
)
