"""One HTTP call of e.net or of the feed. Addresses hold password and session: they stand in no error and no log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from shared import log
from shared.erp.syspro.answers import error_in, peeled
from shared.erp.syspro.settings import SysproSettings
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock

LONGEST = 8_000
"""Characters of an address at most; the stack behind e.net takes about twice as many."""
MOST = 8 * 1024 * 1024
"""Bytes of an answer at most: a page of 500 rows has some hundred kilobytes."""

_ROW = re.compile(r"<row>", re.IGNORECASE)
_ERROR = re.compile(r"<errornumber>\s*(\d{1,8})", re.IGNORECASE)


class Wire:
    """Sends for one connection. Reads raise Retry, Refused or Misconfigured; a write that lost its answer Unknown."""

    def __init__(self, settings: SysproSettings, transport: Transport, clock: Clock) -> None:
        self._settings, self._transport, self._clock = settings, transport, clock

    def get(self, call: str, parameters: Mapping[str, str], *, writing: bool = False) -> str:
        """The text of an answer. The call's name is all that an error tells of the request."""
        query = query_of(parameters)
        if len(query) + len(call) > LONGEST:
            raise Refused("size", f"{call}: the request is too long for an address", field="erp.large")
        request = Request("GET", f"{self._settings.root}/{call}" + (f"?{query}" if query else ""))
        return self._text(request, call, parameters.get("BusinessObject", ""), writing=writing)

    def post(self, call: str, business_object: str, body: bytes, *, writing: bool) -> str:
        """The text of an answer to a document that is too long for an address."""
        headers = {"Content-Type": "application/xml"}
        request = Request("POST", f"{self._settings.root}/{call}", headers, body)
        return self._text(request, call, business_object, writing=writing)

    def _text(self, request: Request, call: str, business_object: str, *, writing: bool) -> str:
        """The text of an answer. The log has a line of the call: what was asked for, how long it took, and what of the
        answer can be counted; nothing of the request itself, which holds password, session and documents."""
        began, text, error = self._clock.now(), "", "no answer"
        try:
            text = peeled(self._sent(request, call, writing=writing).body)
            error = next(iter(_ERROR.findall(text)), "") or ("text" if error_in(text) else "")
        finally:
            log.step(
                "syspro_call",
                connection=self._settings.connection_id,
                call=call,
                object=business_object,
                milliseconds=int((self._clock.now() - began).total_seconds() * 1000),
                rows=len(_ROW.findall(text)) or None,
                error=error,
            )
        return text

    def feed(self, path: str, what: str, authorization: str) -> Response:
        """An answer of the OData feed."""
        headers = {"Authorization": authorization, "Accept": "application/json"}
        return self._sent(Request("GET", f"{self._settings.feed}/{path}", headers), what, writing=False)

    def _sent(self, request: Request, what: str, *, writing: bool) -> Response:
        try:
            response = self._transport.send(request, timeout=self._settings.part.timeout.total_seconds())
        except NotSent as error:
            raise Retry(f"{what}: SYSPRO was not reached: {_words(error)}") from None
        except Lost as error:
            raise (Unknown if writing else Retry)(f"{what}: no answer of SYSPRO: {_words(error)}") from None
        if response.status == 200 and len(response.body) > MOST:
            raise Refused("size", f"{what}: SYSPRO answered {len(response.body)} bytes, {MOST} are read")
        if response.status != 200:
            raise _failure(response, what, response.retry_after(self._clock.now()), writing=writing)
        return response


def _failure(response: Response, what: str, after: float | None, *, writing: bool) -> Exception:
    """The error behind a status: e.net itself answers 200, so it is of the service's host or of what stands before."""
    text, status = f"{what}: answered {response.status}", response.status
    if status == 429:
        return Retry(text, after)
    if status in (401, 403):
        return Misconfigured(
            text, field="odata_user, odata_password", hint="the credential of the feed, or a proxy before SYSPRO"
        )
    if status in (400, 404, 405) or 300 <= status < 400:
        hint = "compare erp.url (or erp.odata_url) with the REST endpoint in SYSPRO's e.net Communications settings"
        return Misconfigured(text, field="erp.url", hint=hint)
    return Unknown(text) if writing else Retry(text, after)


def query_of(parameters: Mapping[str, str]) -> str:
    """The query of an address: everything is percent-encoded, a blank as %20."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())


def _words(error: Exception) -> str:
    """Return the words of a transport, unless they could tell an address."""
    said = str(error)
    return type(error).__name__ if "?" in said or "%" in said or "UserId" in said else said
