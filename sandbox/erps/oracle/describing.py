"""A pod tells of itself: its catalogue of versions and `describe` (facts/oracle.md, sections 1 and 5)."""

from __future__ import annotations

from typing import Any

from sandbox.erps.oracle.pod import Pod
from sandbox.erps.oracle.shipments import UNSURE, parameters_of
from sandbox.erps.oracle.tables import Field, Node

_TYPES = {"N": "integer", "D": "number", "T": "string", "M": "datetime", "Y": "date", "B": "boolean"}


def catalogue(pod: Pod) -> dict[str, Any]:
    """The root: the versions with their frameworks."""
    manners = pod.manners
    framework = {
        "defaultFrameworkVersion": manners.default_framework,
        "allowedFrameworkVersions": list(manners.allowed_frameworks),
    }
    return {"items": [{"version": "11.13.18.05", "isLatest": True, "adf:extension": framework}]}


def describe(pod: Pod, node: Node) -> dict[str, Any]:
    """One resource with its children."""
    return {"Resources": {node.name: _described(pod, node)}}


def _described(pod: Pod, node: Node) -> dict[str, Any]:
    attributes = [_attribute(pod, node, item) for item in node.fields.values()]
    for name, length in (pod.segments if node.segments else {}).items():
        attributes.append(_attribute(pod, node, Field(name, "T", length, created=True, updated=True)))
    verbs = {"GET": "get", "POST": "create", "PATCH": "update", "DELETE": "delete"}
    return {
        "attributes": attributes,
        "collection": {
            "rangeSize": 25,
            "finders": [{"name": name, "attributes": [{"name": each}]} for name, each in node.finders.items()],
            "actions": [{"name": verbs[method], "method": method} for method in sorted(node.collection)]
            + [_action(name, parameters_of(pod, name)) for name in node.collection_actions],
        },
        "item": {
            "actions": [{"name": verbs[method], "method": method} for method in sorted(node.item)]
            + [_action(name, parameters) for name, parameters in node.actions.items()],
        },
        "children": {name: _described(pod, child) for name, child in node.children.items()},
    }


def _attribute(pod: Pod, node: Node, item: Field) -> dict[str, Any]:
    closed = node.name == "inboundShipments" and item.name in UNSURE and pod.manners.advice_waybill == "refused"
    found = {
        "name": item.name,
        "type": _TYPES[item.kind],
        "queryable": item.queryable,
        "updatable": item.updated and not closed,
        "mandatory": False,
    }
    return found | ({"maxLength": str(item.length)} if item.length else {})


def _action(name: str, parameters: tuple[str, ...]) -> dict[str, Any]:
    described = [{"name": each, "type": "string", "mandatory": True} for each in parameters]
    return {"name": name, "method": "POST", "parameters": described}
