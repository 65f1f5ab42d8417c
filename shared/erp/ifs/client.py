"""Authorised calls of IFS Cloud: rows by key and by filter, and changes of one row against its ETag."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.erp.ifs.answers import CSRF, RELOADED, error_of, fault_of
from shared.erp.ifs.auth import Auth
from shared.erp.ifs.metadata import Metadata, read_metadata
from shared.erp.ifs.odata import after, both, query
from shared.erp.ifs.settings import IfsSettings
from shared.erp.ifs.source import Key
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock

PAGE = 200
MOST = 8 * 1024 * 1024
"""Bytes of an answer at most: a page of 200 rows has some hundred kilobytes."""
KNOWN_FOR = timedelta(hours=1)
"""How long a process keeps to what `$metadata` said: custom fields come and go while it runs."""
Row = Mapping[str, Any]


class Client:
    """Sends requests for one connection. Reads raise Retry, Refused or Misconfigured; writes raise Unknown and Stale
    as well. `kept` lives as long as the process: the metadata that was read."""

    def __init__(
        self,
        settings: IfsSettings,
        auth: Auth,
        transport: Transport,
        clock: Clock,
        kept: MutableMapping[str, Any] | None = None,
    ) -> None:
        self.settings, self._auth, self._transport, self._clock = settings, auth, transport, clock
        self._kept = {} if kept is None else kept
        self._cookie = ""

    # --- reading -----------------------------------------------------------------------------------------------------

    def row(self, projection: str, key: str) -> Row | None:
        """One row by its key, such as `ShipmentSet(ShipmentId=19)`; None when there is none."""
        try:
            body = self._read(f"{projection}.svc/{key}", key)
        except Refused as error:
            if error.reason == "gone":
                return None
            raise
        if not isinstance(body, dict):
            raise Retry(f"{key}: IFS answered no row")
        return body

    def rows(
        self,
        projection: str,
        entity: str,
        where: str,
        keys: Sequence[Key],
        *,
        most: int = 0,
        only: Sequence[str] = (),
    ) -> Iterator[Row]:
        """All rows of a set by pages of the key, ascending: no page is cut, whatever changes meanwhile.

        A page that is not full is the last one, unless it names another (facts 3). `most` ends early; `only` names the
        properties that are asked for, the key's among them, none for all.
        """
        names, last, given = [self.settings.name(key.name) for key in keys], list[str](), 0
        while True:
            beyond = after(names, [key.literal(value) for key, value in zip(keys, last, strict=False)])
            options = {"$filter": both(where, beyond), "$orderby": ",".join(names), "$top": str(PAGE)}
            options["$select"] = ",".join(only)
            body = self._read(f"{projection}.svc/{entity}?{query(options)}", entity)
            page = body.get("value") if isinstance(body, dict) else None
            if not isinstance(page, list):
                raise Retry(f"{entity}: IFS answered no list")
            for each in page:
                yield each
                given += 1
                if most and given >= most:
                    return
            more = len(page) >= PAGE or bool(body.get("@odata.nextLink"))
            if not page or not more:
                return
            following = [plain(page[-1].get(name)) for name in names]
            if not all(following) or following == last or not _ascends(page, keys, names):
                raise Retry(f"{entity}: the rows of a page do not ascend by {', '.join(names)}")
            last = following

    def metadata(self, projection: str) -> bytes:
        """The `$metadata` document of a projection, as XML."""
        response = self._checked(
            self._send("GET", f"{projection}.svc/$metadata", accept="application/xml"), "$metadata", writing=False
        )
        return response.body

    def known(self, projection: str) -> Metadata:
        """The projection's metadata, at most an hour old: it is large, and it changes rarely."""
        name, now = f"{self._auth.name}/{self.settings.root}/{projection}", self._clock.now()
        until, kept = self._kept.get(name, (now, None))
        found: Metadata = kept if until > now else read_metadata(self.metadata(projection))
        if found is not kept:
            self._kept[name] = now + KNOWN_FOR, found
        return found

    def _read(self, path: str, what: str) -> Any:
        response = self._send("GET", path)
        if response.status in (500, 503) and RELOADED in fault_of(response).codes:
            response = self._send("GET", path)  # the service was loaded anew: the same read is right at once
        return _body(self._checked(response, what, writing=False), what)

    # --- writing -----------------------------------------------------------------------------------------------------

    def change(self, projection: str, key: str, etag: str, values: Mapping[str, Any]) -> Row | None:
        """Changes these properties of the row that has this ETag, and gives the row as the answer shows it, None when
        it shows none (204). Any other success without a row is Unknown: who answered is not sure. Raises Stale when
        somebody else was first. Never without the ETag: some releases would make a new row of it (facts 6)."""
        if not etag:
            raise Misconfigured(f"{key}: the row has no ETag, so it cannot be changed safely", field="erp.projection")
        path, body = f"{projection}.svc/{key}", _encoded(values)
        response = self._send("PATCH", path, body=body, etag=etag)
        if response.status == 403 and CSRF in fault_of(response).codes:
            self._take_cookie(projection, key)
            response = self._send("PATCH", path, body=body, etag=etag)
        found = self._checked(response, key, writing=True)
        if found.status == 204:
            return None
        shown = found.json()
        if not isinstance(shown, dict) or not shown:
            raise Unknown(f"{key}: IFS answered {found.status} without the row")
        return shown

    def create(self, projection: str, entity: str, beside: str, values: Mapping[str, Any]) -> Row:
        """Makes a row, and gives it as the answer shows it. It may not be repeated: a success without a row is Unknown.
        `beside` is the key of a row of the same projection."""
        path, body = f"{projection}.svc/{entity}", _encoded(values)
        response = self._send("POST", path, body=body)
        if response.status == 403 and CSRF in fault_of(response).codes:
            self._take_cookie(projection, beside)
            response = self._send("POST", path, body=body)
        shown = self._checked(response, entity, writing=True).json()
        if not isinstance(shown, dict) or not shown:
            raise Unknown(f"{entity}: IFS answered {response.status} without the row")
        return shown

    def _take_cookie(self, projection: str, key: str) -> None:
        """The cookie that a protected endpoint wants to see again with each change, for this connection only."""
        response = self._send("GET", f"{projection}.svc/{key}")
        for part in response.headers.get("set-cookie", "").replace(",", ";").split(";"):
            name, _, value = part.strip().partition("=")
            if name == "XSRF-TOKEN" and value.isascii() and value.isprintable():
                self._cookie = value

    # --- one call ----------------------------------------------------------------------------------------------------

    def _send(self, method: str, path: str, *, body: bytes = b"", etag: str = "", accept: str = "") -> Response:
        """Repeats once with a new token after a 401, which proves that nothing was done."""
        token = self._auth.token()
        response = self._once(method, path, token, body, etag, accept)
        if response.status == 401:
            self._auth.expire(token)
            response = self._once(method, path, self._auth.token(), body, etag, accept)
        return response

    def _once(self, method: str, path: str, token: str, body: bytes, etag: str, accept: str) -> Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": accept or "application/json"}
        if method == "GET":
            headers["Prefer"] = f"wait={self.settings.wait}"
        else:
            headers |= {"Content-Type": "application/json"} | ({"If-Match": etag} if etag else {})
            if self.settings.part.accept_warnings:
                headers["X-IFS-Accept-Warnings"] = "true"
        if self._cookie:
            headers |= {"Cookie": f"XSRF-TOKEN={self._cookie}", "X-XSRF-TOKEN": self._cookie}
        request = Request(method, f"{self.settings.root}/{path}", headers, body)
        try:
            return self._transport.send(request, timeout=self.settings.timeout)
        except NotSent as error:
            hint = (
                " (does the host send its whole chain of certificates? erp.ca_certificate takes what it leaves out)"
                if "certificate" in str(error).lower()
                else ""
            )
            raise Retry(f"IFS was not reached: {error}{hint}") from error
        except Lost as error:
            raise (Retry if method == "GET" else Unknown)(f"no answer of IFS: {error}") from error

    def _checked(self, response: Response, what: str, *, writing: bool) -> Response:
        if 200 <= response.status < 300:
            if len(response.body) > MOST:
                raise Refused("size", f"{what}: IFS answered {len(response.body)} bytes, {MOST} are read")
            return response
        after = response.retry_after(self._clock.now())
        raise error_of(fault_of(response), what, writing=writing, keyed="(" in what, after=after)


def _ascends(page: Sequence[Row], keys: Sequence[Key], names: Sequence[str]) -> bool:
    """Tell if the rows ascend as the filter compares: a database that sorts texts in the order of a language may put
    some before others that the next page begins behind, and they would be lost."""
    numbers = [key.kind == "number" for key in keys]
    found = [
        tuple(
            Decimal(plain(row.get(name)) or 0) if number else plain(row.get(name))
            for name, number in zip(names, numbers, strict=True)
        )
        for row in page
    ]
    return found == sorted(found)


def _body(response: Response, what: str) -> Any:
    """The body with its numbers as decimals, as exact as they were sent."""
    try:
        return json.loads(response.body, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        raise Retry(f"{what}: IFS answered {response.status} without a body that can be read") from None


def _encoded(values: Mapping[str, Any]) -> bytes:
    """The body of a change: decimals as numbers, as they are."""
    parts = (
        f"{json.dumps(name)}: {f'{value:f}' if isinstance(value, Decimal) else json.dumps(value)}"
        for name, value in values.items()
    )
    return ("{" + ", ".join(parts) + "}").encode()


def plain(value: Any) -> str:
    """A value as text, "" for none; a number without an exponent or a needless zero."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()
