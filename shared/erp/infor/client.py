"""Single calls of the M3 API REST v2 through the ION API gateway: GET for reads and, as Infor has it, for writes.

Sources of what is done here: facts/infor.md, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.state import Reason
from shared.erp.infor.answer import Answer, MiError, read_answer
from shared.erp.infor.auth import Auth
from shared.erp.infor.bindings import Binding
from shared.erp.infor.build import EXECUTE, Place, call_request, call_url
from shared.erp.infor.export import decoded
from shared.erp.infor.ionapi import IonApi
from shared.erp.infor.settings import InforSettings
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Response, Transport
from shared.ports import Clock

TIMEOUT = 65.0
"""Seconds: the gateway gives up after 60 with a 504, and its word is worth waiting for."""

MOST = {"CMS100MI": 10_000}
"""Programs that end a list after this number of records without saying so (facts/infor.md, section 2)."""

Record = Mapping[str, str]


class RecordExists(Exception):
    """An Add met a record that is there already: read it and change it."""


class M3Client:
    """Calls by job. Reads raise Retry, Refused or Misconfigured; writes raise Unknown too, after a lost answer."""

    def __init__(self, settings: InforSettings, ionapi: IonApi, auth: Auth, transport: Transport, clock: Clock) -> None:
        self._settings, self._auth = settings, auth
        self._place = Place(ionapi.gateway, ionapi.tenant, settings.cono, settings.divi)
        self._transport, self._clock = transport, clock

    def record(self, job: str, values: Mapping[str, str], columns: Sequence[str] = ()) -> Record | None:
        """One record, or None when M3 has none with that key. `columns` asks for MI fields by their own names."""
        records = self.records(job, values, columns)
        return records[0] if records else None

    def records(
        self, job: str, values: Mapping[str, str], columns: Sequence[str] = (), most: int | None = None
    ) -> list[Record]:
        """All records, under the names of the entry's output (or by MI field for `columns`). Absent values are ""."""
        binding = self._settings.bindings[job]
        names = {column: column for column in columns} or binding.output
        call = _Call(job, binding, binding.transaction, binding.render(values), writing=False)
        packed, asked = binding.decode, tuple(names.values())
        if packed and most:
            most += 1  # the heading is a record too
        answer = self._execute(call, (packed.field,) if packed else asked, most)
        if answer.error and answer.error.code in binding.not_found:
            return []
        rows = self._checked(call, answer)
        if not answer.listed:  # "there is none" is an error or an empty list (facts/infor.md, section 2)
            raise call.unreadable(200)
        if len(rows) >= MOST.get(binding.program, len(rows) + 1):
            raise call.cut(len(rows))
        if packed:
            rows = decoded(rows, packed, asked, job)
        return [{name: row.get(field, "") for name, field in names.items()} for row in rows]

    def write(self, job: str, transaction: str, values: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Adds or changes one record. Raises RecordExists when an Add finds one; Unknown when the answer was lost."""
        binding = self._settings.bindings[job]
        call = _Call(job, binding, transaction, {**binding.render(values), **fields}, writing=True)
        answer = self._execute(call, (), None)
        if answer.error and answer.error.code in binding.exists:
            raise RecordExists(str(answer.error))
        self._checked(call, answer)

    def _checked(self, call: _Call, answer: Answer) -> Sequence[Record]:
        if answer.error:
            raise call.fault(answer.error)
        return answer.records

    def _execute(self, call: _Call, columns: Sequence[str], most: int | None) -> Answer:
        response = self._send(call, call_url(self._place, call.binding, call.transaction, call.fields, columns, most))
        if response.status not in (200, 400):
            raise call.refusal(response.status, response.retry_after(self._clock.now()))
        answer = read_answer(response)
        if answer is None:
            raise call.unreadable(response.status)
        return answer

    def _send(self, call: _Call, url: str) -> Response:
        """Sends; a 401 renews the token once and repeats once: the gateway let nothing pass."""
        token = self._auth.token()
        response = self._once(call, url, token)
        if response.status == 401:
            self._auth.expire(token)
            response = self._once(call, url, self._auth.token())
        return response

    def _once(self, call: _Call, url: str, token: str) -> Response:
        try:
            return self._transport.send(call_request(url, token), timeout=TIMEOUT)
        except NotSent as error:
            raise Retry(f"{call.name} was not sent: {error}") from error
        except Lost as error:
            raise call.lost(f"no answer: {error}") from error


class _Call:
    """One call, and what its failures mean: a read may be repeated, a write whose answer is lost is unknown."""

    def __init__(
        self, job: str, binding: Binding, transaction: str, fields: Mapping[str, str], *, writing: bool
    ) -> None:
        self.job, self.binding, self.transaction, self.fields = job, binding, transaction, fields
        self.writing = writing
        self.name = f"{binding.program}.{transaction}"

    def lost(self, why: str, after: float | None = None) -> Retry | Unknown:
        return Unknown(f"{self.name}: {why}") if self.writing else Retry(f"{self.name}: {why}", after)

    def refusal(self, status: int, after: float | None) -> Retry | Unknown | Misconfigured:
        """The gateway's own refusals, by status."""
        if status == 429:
            return Retry(f"{self.name}: the tenant's quota is used up (429)", after)
        if status == 408 or status >= 500:
            return self.lost(f"the gateway answered {status}", after)
        field, hint = {
            401: (
                "saak",
                "the token server accepts the service account, the gateway does not: ask Infor's administrator",
            ),
            403: ("ci", "give the authorized app and the service account access to the M3 API in ION API"),
        }.get(status, ("iu", f"no M3 at {EXECUTE} of this tenant: check ti and iu of the .ionapi file"))
        return Misconfigured(f"{self.name}: the ION API gateway answered {status}", field=field, hint=hint)

    def unreadable(self, status: int) -> Retry | Unknown | Misconfigured:
        """No MI answer in the body; an unknown transaction was seen to give a bare 400."""
        if status == 400:
            return self._misbound("the gateway answered 400 and nothing else: is there such a transaction?")
        return self.lost("an empty or unreadable answer")

    def fault(self, error: MiError) -> Retry | Unknown | Misconfigured | Refused:
        """Return the error of ours that an MI error means for this call."""
        text = f"{self.name}: {error}"
        if error.kind == "transient":
            return Retry(text)
        if error.kind == "uncertain":
            return self.lost(str(error))
        if error.kind == "configuration":
            return self._misbound(str(error), error.field)
        reason = Reason.WRITE_BACK if self.writing else Reason.REFUSED
        value = self.fields.get(error.field, "")
        return Refused(reason, text, field=error.field or self.name, value=value, hint="see the message in M3")

    def cut(self, count: int) -> Misconfigured:
        """A list that ends where its program always ends: what follows is not known."""
        return self._misbound(f"gave {count} records, and never gives more: narrow the list")

    def _misbound(self, why: str, field: str = "") -> Misconfigured:
        place = f"erp.bindings.{self.job}" + (f".input.{field}" if field else "")
        hint = "compare the entry with the program in MRS001, and the service account's user and company in M3"
        return Misconfigured(f"{self.name}: {why}", field=place, hint=hint, general=False)
