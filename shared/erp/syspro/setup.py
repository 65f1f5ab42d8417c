"""The credential of SYSPRO, an operator of its own, and the ERP's part of a new file."""

from __future__ import annotations

from collections.abc import Mapping

from shared.connection import Asked, CredentialForm, Setup
from shared.errors import Misconfigured

SAMPLE = """\
flow: outbound               # dispatch notes to our customers

erp:
  kind: syspro
  url: ""                    # where e.net REST answers, such as https://erp.acme.example:30001
  company: ""                # the company's code at the logon
  source: dispatch           # dispatch, order, invoice or purchase
  weight_unit: lb            # the company's unit of Mass, which no row says
  default_country: US        # of addresses that name no country
  test_system: false         # true when writing to it harms nobody; needed where labels are samples

select:                      # which dispatch notes are taken; each key narrows, an empty one means all
  status: ["5", "7"]         # printed, ready to invoice
  ship_via: [UPS]            # the sales order's shipping instructions

write_back:                  # fields of custom forms, by the codes of Custom Form Design; off writes nothing
  tracking_numbers: {form: ORD, field: TRACK1, mode: append}
  milestone: {form: ORD, field: TRKSTS}
  dispatch: {enabled: false} # the dispatch note itself: UserField1 and others, from SYSPRO 2022 on
"""


def _fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that are stored; a company may have no password. Raises Misconfigured for half of the feed's
    credential."""
    if bool(given.get("odata_user")) != bool(given.get("odata_password")):
        raise Misconfigured(
            "the feed has a user and a password of its own",
            field="odata_user, odata_password",
            hint="give both, or neither where erp.read is comfnd",
        )
    return {"company_password": "", **{name: value for name, value in given.items() if value}}


SETUP = Setup(
    CredentialForm(
        asked=(
            Asked("operator", "operator of its own", "OPERATOR"),
            Asked("operator_password", "operator's password", how="secret"),
            Asked("company_password", "company's password", how="secret", optional=True),
            Asked("odata_user", "user of the OData feed", "USER", optional=True),
            Asked("odata_password", "password of the OData feed", how="secret", optional=True),
        ),
        shown=("operator", "operator"),
        fields_of=_fields_of,
    ),
    SAMPLE,
)
