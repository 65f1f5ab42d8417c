"""Tenants that differ: programs that one lacks or has of its own, fields that another release has otherwise."""

from __future__ import annotations

from sandbox.erps.m3.catalogue import Field, Transaction
from sandbox.erps.m3.tenant import Tenant


def lack(tenant: Tenant, program: str, transaction: str = "") -> None:
    """The tenant has no such program, or no such transaction in it."""
    if transaction:
        del tenant.programs[program][transaction]
    else:
        del tenant.programs[program]


def have(tenant: Tenant, program: str, transaction: str, like: str) -> None:
    """A program of the customer's own (PPS300MI, an EXT...MI), with a transaction that works like a known one."""
    known, _, name = like.partition(".")
    tenant.programs.setdefault(program, {})[transaction] = tenant.programs[known][name]
    tenant.behaves_as[f"{program}.{transaction}"] = like


def change_inputs(tenant: Tenant, program: str, transaction: str, **fields: Field | None) -> None:
    """Another release: input fields that are longer, shorter, mandatory, new, or (None) gone."""
    before = tenant.programs[program][transaction]
    inputs = {name: field for name, field in {**before.inputs, **fields}.items() if field is not None}
    tenant.programs[program][transaction] = Transaction(before.many, inputs, before.outputs)


def change_outputs(tenant: Tenant, program: str, transaction: str, **fields: Field | None) -> None:
    """Another release: output fields of another length, new, or (None) gone."""
    before = tenant.programs[program][transaction]
    outputs = {name: field for name, field in {**before.outputs, **fields}.items() if field is not None}
    tenant.programs[program][transaction] = Transaction(before.many, before.inputs, outputs)
