"""Calls of e.net in the operator's session: queries, repeated once in a new session, and writes, which are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.erp.syspro import documents
from shared.erp.syspro.answers import Unreadable, document_in, error_in, is_not_licensed, name_of
from shared.erp.syspro.auth import Session
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.wire import LONGEST, Wire, query_of
from shared.errors import Misconfigured, Refused, Retry, Unknown


class SessionEnded(Exception):
    """A write was answered by an error without a document: whether it happened is seen by reading."""


class Client:
    """e.net for one connection, one call after the other."""

    def __init__(self, settings: SysproSettings, session: Session, wire: Wire) -> None:
        self.settings, self.session, self.wire = settings, session, wire

    # --- reading -----------------------------------------------------------------------------------------------------

    def query(self, business_object: str, document: str) -> Any:
        """The answer's root. Raises Retry where it cannot be read."""
        return self._read("Query/Query", business_object, {"BusinessObject": business_object, "XmlIn": document})

    def fetch(self, table: str, key: str) -> Any:
        """One row of a table with all its columns (COMFCH)."""
        return self._read("Query/Fetch", "COMFCH", {"XmlIn": documents.fetch(table, key)})

    def profile(self) -> Any:
        """Return the session's profile: versions, company, site."""
        return self._read("GetLogonProfile", "logon profile", {})

    def version(self) -> str:
        """The version of the service. Needs no session."""
        return self.wire.get("GetVersion", {}).strip()

    def _read(self, call: str, what: str, parameters: Mapping[str, str]) -> Any:
        while True:
            answer = self.wire.get(call, {"UserId": self.session.value(), **parameters})
            error = error_in(answer)
            if not error:
                break
            self._refuse_unlicensed(error, what)
            self.session.gone(error)  # raises for the second time
        try:
            root = document_in(answer)
        except Unreadable:
            raise Retry(f"{what}: SYSPRO answered with no document") from None
        if name_of(root) in ("html", "string"):
            raise Retry(f"{what}: SYSPRO answered with no document")
        self.session.works()
        return root

    # --- writing -----------------------------------------------------------------------------------------------------

    def setup(self, call: str, business_object: str, parameters: str, document: str, *, only: bool = False) -> Any:
        """Setup/Add, Setup/Update or Setup/Delete. `only` says that it is validated and nothing else. Raises Unknown
        for an answer that is lost or cannot be read, SessionEnded for an error without a document."""
        given = self._given(business_object, parameters, document)
        return self._written(self.wire.get(call, given, writing=not only), business_object, only=only)

    def post(self, business_object: str, parameters: str, document: str, *, only: bool = False) -> Any:
        """Transaction/Post, or PostLD for what is too long for an address."""
        given, large = self._given(business_object, parameters, document), self.settings.part.large
        too_long = len(query_of(given)) > LONGEST - 100
        if too_long and large == "off":
            raise Refused(
                "size", f"{business_object} is too long for an address", field="erp.large", hint="set erp.large: auto"
            )
        if too_long or large == "post":
            body = documents.large(given["UserId"], business_object, parameters, document)
            answer = self.wire.post("Transaction/PostLD", business_object, body, writing=not only)
        else:
            answer = self.wire.get("Transaction/Post", given, writing=not only)
        return self._written(answer, business_object, only=only)

    def _given(self, business_object: str, parameters: str, document: str) -> dict[str, str]:
        return {
            "UserId": self.session.value(),
            "BusinessObject": business_object,
            "XmlParameters": parameters,
            "XmlIn": document,
        }

    def fits(self, business_object: str, parameters: str, document: str) -> bool:
        """True where a document fits into an address."""
        return len(query_of(self._given(business_object, parameters, document))) <= LONGEST - 100

    def _written(self, answer: str, what: str, *, only: bool) -> Any:
        error = error_in(answer)
        if error:
            self._refuse_unlicensed(error, what)
            self.session.gone(error)
            raise SessionEnded(error)
        try:
            root = document_in(answer)
        except Unreadable:
            raise (Retry if only else Unknown)(f"{what}: SYSPRO answered with no document") from None
        if name_of(root) in ("html", "string"):
            raise (Retry if only else Unknown)(f"{what}: SYSPRO answered with no document")
        self.session.works()
        return root

    def _refuse_unlicensed(self, error: str, what: str) -> None:
        if is_not_licensed(error):
            self.session.works()
            raise Misconfigured(
                f"{what} is not installed in SYSPRO, or not licensed for operator {self.session.operator}: {error}",
                field="erp secret",
                hint=f"give operator {self.session.operator} the functional area of {what} in SYSPRO's program "
                "e.net License Apportionment",
            )
