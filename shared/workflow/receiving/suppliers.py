"""A supplier at the warehouse: found by its name, or made once behind an intent; the map is ours."""

from __future__ import annotations

from dataclasses import replace

from shared import log
from shared.domain.address import Party
from shared.domain.supplier_mark import SupplierMark
from shared.errors import ParcelbridgeError, Retry, Unknown
from shared.workflow.receiving.job import Job
from shared.workflow.receiving.record import settles_after


def supplier_of(job: Job, number: str, seller: Party) -> str:
    """The supplier's id at the warehouse. Raises Retry while the outcome of an earlier call settles, Refused for one
    that the warehouse does not take."""
    ports, now = job.ports, job.ports.clock.now()
    mark = ports.receiving.supplier(job.connection, number)
    if mark and mark.remote_id:
        return mark.remote_id
    if mark and mark.called:
        until = mark.called + settles_after(job.stored.connection.settle)
        if now < until:
            message = f"whether supplier {number} was made is looked up once it has settled"
            raise Retry(message, (until - now).total_seconds())
    found = job.warehouse.find_supplier(seller.name)
    if found:
        return _keep(job, mark, number, seller.name, remote_id=found)
    mark = SupplierMark(job.connection, number, seller.name, (mark.version if mark else 0) + 1, called=now)
    if not ports.receiving.keep_supplier(mark):
        raise Retry(f"supplier {number} is being made by somebody else")
    try:
        made = job.warehouse.make_supplier(seller)
    except Unknown as error:
        wait = settles_after(job.stored.connection.settle).total_seconds()
        raise Retry(f"whether supplier {number} was made is not known: {error}", wait) from error
    except ParcelbridgeError:
        ports.receiving.keep_supplier(replace(mark, version=mark.version + 1, called=None))
        raise
    return _keep(job, mark, number, seller.name, remote_id=made)


def _keep(job: Job, before: SupplierMark | None, number: str, name: str, *, remote_id: str) -> str:
    mark = SupplierMark(job.connection, number, name, (before.version if before else 0) + 1, remote_id=remote_id)
    if not job.ports.receiving.keep_supplier(mark):
        raise Retry(f"supplier {number} was kept by somebody else")
    log.step("inbound_supplier", connection=job.connection, supplier=number, remote=remote_id)
    return remote_id
