"""The dispatch note itself, changed by SORTDH: user fields and the day of delivery (facts/syspro.md, section 6).

It touches no stock, price or status. What an element that is left out does is not known, so all four are sent as they
were read, with ours changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.domain.state import Reason
from shared.erp.syspro import documents
from shared.erp.syspro.answers import COUNTERS, DONE, Row, counted, faults_in, name_of, said
from shared.erp.syspro.client import Client
from shared.errors import Refused, Retry, Unknown

FIELDS = ("UserField1", "UserField2", "CustomerPoNumber", "ActualDeliveryDate")


def write(client: Client, head: Row, values: Mapping[str, str]) -> bool:
    """Changes these fields of the note, and gives whether SYSPRO clearly said yes. Raises Refused for a clear no,
    Unknown after a lost answer, SessionEnded for an error without a document."""
    whole = {field: values.get(field, said(head, field)) for field in FIELDS}
    document = documents.note_header(said(head, "DispatchNote"), whole)
    root = client.post("SORTDH", documents.note_parameters(only=False), document)
    if name_of(root) != "postdispnoteheader":
        raise Unknown(f"SORTDH: SYSPRO answered with {name_of(root)[:40]}")
    faults = faults_in(root)
    if any(each.of_the_system for each in faults):
        raise Unknown(f"SORTDH: SYSPRO answered {faults[0]}")
    if faults or counted(root, COUNTERS):
        what = "; ".join(map(str, faults[:3])) or "that the note is invalid"
        raise Refused(
            Reason.WRITE_BACK,
            f"SYSPRO refused the change of the dispatch note: {what}",
            field="write_back.dispatch",
            hint="an eSignature on the transaction refuses it, and so does a text that is too long",
        )
    return counted(root, DONE) > 0


def probe(client: Client, head: Row) -> str:
    """Return the words of SYSPRO on a change that is validated only, "" for a yes."""
    whole = {field: said(head, field) for field in FIELDS}
    document = documents.note_header(said(head, "DispatchNote"), whole)
    root = client.post("SORTDH", documents.note_parameters(only=True), document, only=True)
    if name_of(root) != "postdispnoteheader":
        raise Retry(f"SORTDH: SYSPRO answered with {name_of(root)[:40]}")
    return "; ".join(map(str, faults_in(root)))
