"""Authorised calls of Fusion's REST resources: items, collections, changes against an ETag, and actions.

Addresses are relative to the version: `purchaseOrders/3000/child/lines`. Links are never built of what an answer says
but for their path, and the host is always the connection's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shared.erp.oracle.answers import NotOpen, Row, Stale, body_of, error_of, fault_of, items_of, self_link, text
from shared.erp.oracle.auth import Auth
from shared.erp.oracle.query import both, path_of, query
from shared.erp.oracle.settings import OracleSettings
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock

PAGE = 200
DEFAULT = 25
"""Rows of a page that was asked for no size, or whose size was overlooked."""
PAGES = 500
"""Pages of one listing at most: 100,000 rows."""
MOST = 16 * 1024 * 1024
"""Bytes of an answer at most: 200 orders with all their fields have about a megabyte."""
ACCEPT = "application/json, application/vnd.oracle.adf.error+json"
JSON, ACTION = "application/json", "application/vnd.oracle.adf.action+json"
HCM = "hcmRestApi"


class Item(dict[str, Any]):
    """One item as it was answered: its fields, its ETag ("" without one), and its own path ("" without a link)."""

    def __init__(self, fields: Row, etag: str, path: str) -> None:
        super().__init__(fields)
        self.etag, self.path = etag, path


class Client:
    """Sends requests for one connection. Reads raise Retry, Refused or Misconfigured; writes raise Unknown and Stale
    as well. A 404 of an item is no error: it is None."""

    def __init__(self, settings: OracleSettings, auth: Auth, transport: Transport, clock: Clock) -> None:
        self.settings, self._auth, self._transport, self._clock = settings, auth, transport, clock

    # --- reading -----------------------------------------------------------------------------------------------------

    def item(self, path: str, *, expand: str = "", api: str = "fscmRestApi") -> Item | None:
        """One item by its path, None when there is none or it may not be seen."""
        try:
            response = self._read(path, {"expand": expand}, keyed=True, api=api)
        except Refused as error:
            if error.reason == "gone":
                return None
            raise
        body = body_of(response, path)
        if not isinstance(body, dict):
            raise Retry(f"{path}: Fusion answered no item")
        return _item(body, _resource(path), response)

    def rows(
        self, path: str, where: str = "", *, key: str = "", most: int = 0, order: str = "", keyset: bool = False,
        bare: bool = False, api: str = "fscmRestApi",
    ) -> Iterator[Row]:  # fmt: skip
        """All rows of a collection, by `order` or by `key`; each once where a key is named.

        With `keyset` a page begins behind the last row of the one before it, whatever changes meanwhile; without, by
        offset. A page that is full is followed by another one, whatever `hasMore` says. `most` ends early,
        and `bare` rows have no links.
        """
        after, offset, given, seen = "", 0, 0, set[str]()
        for _ in range(PAGES):
            size = min(PAGE, most) if most else PAGE
            keyed = both(where, f"{key} > {after}" if keyset and after else "")
            order = order or (f"{key}:asc" if key else "")
            options = {"q": keyed, "orderBy": order, "onlyData": "true" if bare else "", "limit": str(size)}
            page, more = self._page(path, {**options, "offset": str(offset) if offset else ""}, size, api)
            for each in page:
                name = text(each.get(key)) if key else ""
                if not name or name not in seen:
                    seen.add(name)
                    yield each
                    given += 1
                    if given == most:
                        return
            if not page or not more:
                return
            following = text(page[-1].get(key)) if keyset else ""
            if keyset and (not following or following == after):
                raise Retry(f"{path}: the rows of a page do not ascend by {key}")
            after, offset = following, 0 if keyset else offset + len(page)
        raise Refused("size", f"{path}: more than {PAGES} pages", field="select", hint="narrow the selection")

    def _page(self, path: str, options: Mapping[str, str], size: int, api: str) -> tuple[list[Row], bool]:
        """A page's rows, and whether another one is to be asked for."""
        body = body_of(self._read(path, options, keyed=False, api=api), path)
        found = items_of(body, arrays=self.settings.part.framework < 3)
        if found is None:
            raise Retry(f"{path}: Fusion answered no collection")
        says = body if isinstance(body, dict) else {}
        cut = text(says.get("limit"))  # a pod may give fewer than were asked for, and says only so
        full = min(size, int(cut)) if cut.isdecimal() and int(cut) else size
        return found, bool(says.get("hasMore")) or len(found) >= full or len(found) == DEFAULT

    def describe(self, resource: str, api: str = "fscmRestApi") -> Mapping[str, Any] | None:
        """Return the pod's own description of a resource; None where the user may not ask."""
        try:
            body = body_of(self._read(f"{resource}/describe", {}, keyed=True, api=api), resource)
        except (Refused, NotOpen):
            return None
        known = body.get("Resources") if isinstance(body, dict) else None
        found = known.get(resource) if isinstance(known, dict) else None
        if not isinstance(found, dict):
            raise Retry(f"{resource}: Fusion answered no description")
        return found

    def catalogue(self) -> list[Row]:
        """The versions that the root's catalogue names."""
        body = body_of(self._checked(self._send("GET", ""), "resources", writing=False, keyed=False), "resources")
        found = items_of(body, arrays=False)
        if found is None:
            raise Retry("resources: Fusion answered no catalogue")
        return found

    def _read(self, path: str, options: Mapping[str, str], *, keyed: bool, api: str) -> Response:
        """Never with `totalResults` or `fields`: some pods answer these with 500."""
        response = self._send("GET", path, options, api=api)
        return self._checked(response, path, writing=False, keyed=keyed)

    # --- writing -----------------------------------------------------------------------------------------------------

    def create(self, path: str, values: Mapping[str, Any]) -> Item:
        """Makes an item. A success without one is Unknown."""
        response = self._checked(
            self._send("POST", path, body=_encoded(values), of=JSON), path, writing=True, keyed=False
        )
        return self._shown(response, path)

    def change(self, item: Item, values: Mapping[str, Any]) -> None:
        """Changes these fields of the item that has this ETag. Raises Stale when somebody else was first, Unknown for a
        success that does not show the item."""
        if not item.etag or not item.path:
            raise Misconfigured(
                f"{item.path or 'an item'} has no {'link' if item.etag else 'ETag'}, so no change of it is safe",
                field="erp.framework",
            )
        response = self._send("PATCH", item.path, body=_encoded(values), of=JSON, etag=item.etag)
        self._shown(self._checked(response, item.path, writing=True, keyed=True), item.path)

    def act(self, path: str, name: str, parameters: Mapping[str, str]) -> Any:
        """Calls an action and gives its `result`. A success without one is Unknown."""
        response = self._send("POST", f"{path}/action/{name}", body=_encoded(parameters), of=ACTION)
        body = self._checked(response, name, writing=True, keyed=True).json()
        if not isinstance(body, dict) or "result" not in body:
            raise Unknown(f"{name}: Fusion answered {response.status} without a result")
        return body["result"]

    def remove(self, path: str) -> None:
        """Deletes an item; one that is gone is deleted."""
        try:
            self._checked(self._send("DELETE", path), path, writing=True, keyed=True)
        except Refused as error:
            if error.reason != "gone":
                raise

    def _shown(self, response: Response, path: str) -> Item:
        try:
            body = body_of(response, path)
        except Retry as error:
            raise Unknown(str(error)) from None
        if not isinstance(body, dict) or not body:
            raise Unknown(f"{path}: Fusion answered {response.status} without the item")
        return _item(body, _resource(path), response)

    # --- one call ----------------------------------------------------------------------------------------------------

    def _send(
        self, method: str, path: str, options: Mapping[str, str] | None = None, *, body: bytes = b"", of: str = "",
        etag: str = "", api: str = "fscmRestApi",
    ) -> Response:  # fmt: skip
        """Repeats once with a new token after a 401, which proves that nothing was done."""
        asked = query(options or {})
        root = self.settings.root(api)
        url = f"{root}/{self.settings.part.version}/{path}" if path else root
        url = f"{url}?{asked}" if asked else url
        header = self._auth.header()
        response = self._once(method, url, header, body, of, etag)
        if response.status == 401 and self._auth.expire(header):
            response = self._once(method, url, self._auth.header(), body, of, etag)
        return response

    def _once(self, method: str, url: str, authorization: str, body: bytes, of: str, etag: str) -> Response:
        headers = {
            "Authorization": authorization,
            "Accept": ACCEPT,
            "REST-Framework-Version": str(self.settings.part.framework),
        }
        if of:
            headers["Content-Type"] = of
        if etag:
            headers["If-Match"] = etag
        try:
            return self._transport.send(Request(method, url, headers, body), timeout=self.settings.timeout)
        except NotSent as error:
            raise Retry(f"Fusion was not reached: {error}") from error
        except Lost as error:
            raise (Retry if method == "GET" else Unknown)(f"no answer of Fusion: {error}") from error

    def _checked(self, response: Response, what: str, *, writing: bool, keyed: bool) -> Response:
        if 200 <= response.status < 300:
            if len(response.body) > MOST:
                raise Refused("size", f"{what}: Fusion answered {len(response.body)} bytes, {MOST} are read")
            return response
        after = response.retry_after(self._clock.now())
        raise error_of(fault_of(response), what, writing=writing, keyed=keyed, after=after)


def as_item(row: Row, resource: str) -> Item:
    """A row of a collection as an item, with the ETag and the path of its own link."""
    return _item(row, resource, None)


def _item(body: Row, resource: str, response: Response | None) -> Item:
    link, tag = self_link(body)
    etag = (response.headers.get("etag", "") if response else "") or tag
    etag = etag.removeprefix("W/")
    return Item(body, etag if not etag or etag.startswith('"') else f'"{etag}"', path_of(link, resource))


def _resource(path: str) -> str:
    """The names of a path without its keys: `purchaseOrders/3/child/lines/4` is `purchaseOrders/lines`."""
    steps = path.split("/")
    return "/".join(step for place, step in enumerate(steps) if place == 0 or steps[place - 1] == "child")


def _encoded(values: Mapping[str, Any]) -> bytes:
    """A body of JSON, its decimals as numbers."""
    return json.dumps(values, ensure_ascii=False, default=_number).encode()


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)


__all__ = ["HCM", "Client", "Item", "Stale", "as_item"]
