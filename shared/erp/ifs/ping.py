"""The connection test: calls that change nothing, one for each fact that is unsure (facts/ifs.md, section 10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.erp.ifs import names
from shared.erp.ifs.answers import NotTaken
from shared.erp.ifs.auth import Auth
from shared.erp.ifs.changes import rows, scanned, version_of, written_at
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.names import failed
from shared.erp.ifs.shipments import said
from shared.errors import ParcelbridgeError
from shared.ports import Check

SELECT = "choice of properties"


def checks(client: Client, auth: Auth, now: datetime) -> Iterator[Check]:
    """The token, the names of each projection, a shipment of each site, the state's filter, the version's clock."""
    try:
        auth.token()
    except ParcelbridgeError as error:
        yield failed("token", error)
        return
    yield Check("token", True, f"realm {client.settings.part.realm} accepted the client")
    yield from names.checks(client)
    samples: list[Row] = []
    for site in client.settings.select.site or ("",):
        yield _site(client, site, now, samples)
    yield _filter(client, now)
    yield _selects(client, now)
    yield from _seen(client, samples, now)


def _site(client: Client, site: str, now: datetime, samples: list[Row]) -> Check:
    """One document of any state: a site that is not granted answers with nothing and no error, as a new one does."""
    name, noun = f"site {site}" if site else "sites", client.settings.source.noun
    try:
        seen = rows(client, now, most=20, any_state=True)
        found = [row for row in seen if not site or said(client.settings, row, "Contract") == site]
    except ParcelbridgeError as error:
        return failed(name, error)
    samples += found
    if found:
        return Check(name, True, f"{noun} {said(client.settings, found[0], 'ShipmentId')} is seen")
    why = f"no {noun} of any state is seen: there is none, or the site is not among the user's allowed sites"
    return Check(name, True, why, "look whether it is among the service user's allowed sites in IFS")


def _filter(client: Client, now: datetime) -> Check:
    """Check that the tenant filters by state."""
    if client.settings.part.filter_state == "client":
        return Check("filter by state", True, "states are compared after reading (erp.filter_state: client)")
    try:
        found = list(rows(client, now, most=1))
    except ParcelbridgeError as error:
        return failed("filter by state", error, "set erp.filter_state: client")
    states = ", ".join(client.settings.select.state)
    return Check("filter by state", True, f"{states}: {'one is there' if found else 'none now'}")


def _selects(client: Client, now: datetime) -> Check:
    """Check that the tenant gives chosen properties, by one call with $select and one without."""
    used = client.settings.part.use_select
    try:
        whole = list(rows(client, now, most=1, any_state=True))
        only = scanned(client)
        chosen = list(rows(client, now, most=1, any_state=True, only=only))
    except ParcelbridgeError as error:
        if isinstance(error, NotTaken) and not used:
            return Check(SELECT, True, f"erp.use_select is false, and must stay so: {error}")
        return failed(SELECT, error, "set erp.use_select: false" if used else "")
    if [_compared(each, only) for each in whole] != [_compared(each, only) for each in chosen]:
        return Check(SELECT, not used, "rows are others with it", "set erp.use_select: false" if used else "")
    words = "listings ask for what they compare" if used else "works; erp.use_select: true would make listings smaller"
    return Check(SELECT, True, words)


def _compared(row: Row, only: Sequence[str]) -> tuple[str, ...]:
    return (str(row.get("@odata.etag") or ""), *(plain(row.get(each)) for each in only))


def _seen(client: Client, samples: list[Row], now: datetime) -> Iterator[Check]:
    """Check unsure facts by the rows that were seen: versions, their clock, and addresses."""
    if not samples:
        return
    versions = [version_of(str(row.get("@odata.etag") or "")) for row in samples]
    times = [written_at(client.settings, each, first=True) for each in versions if each]
    newest = max((each for each in times if each), default=None)
    if newest is None:
        yield Check("versions", True, "ETags say no time: what is older than start_from is known by its creation day")
    elif newest > now + timedelta(minutes=5):
        yield Check(
            "versions", False, f"the newest change is {newest:%Y-%m-%d %H:%M} UTC", "correct erp.database_timezone"
        )
    else:
        yield Check("versions", True, f"the newest change seen is {newest:%Y-%m-%d %H:%M} UTC")
    told = [client.settings.name(each) for each in ("ReceiverAddress1", "ReceiverCity", "ReceiverCountry")]
    whole = sum(all(plain(row.get(each)) for each in told) for row in samples)
    yield Check("addresses", whole > 0, f"{whole} of {len(samples)} have street, city and country")
