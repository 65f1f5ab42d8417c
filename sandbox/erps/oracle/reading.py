"""GET of a collection, a row and its children: filter, order, pages, and how a row is written (facts, section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from sandbox.erps.oracle.faults import FusionFault, bad_parameter, bad_query, gone, unknown_field
from sandbox.erps.oracle.filters import Filter, Predicate
from sandbox.erps.oracle.orders import as_shown, draft_of, life_cycle, schedules_of
from sandbox.erps.oracle.pod import Pod, Row, Values, etag, hashed
from sandbox.erps.oracle.queries import EVERYTHING, Place, Wanted, child_name, count_of, order_of, wanted_of
from sandbox.erps.oracle.tables import HEADER_FLEXFIELD, Field, Node
from sandbox.erps.oracle.values import written

HOST = "https://pod.fa.us2.oraclecloud.com:443"
_BY_ORDER = frozenset({"purchaseOrders", "draftPurchaseOrders", "purchaseOrderLifeCycleDetails"})
_AS_NUMBER = frozenset({"purchaseOrders", "draftPurchaseOrders"})


@dataclass(frozen=True)
class Target:
    """The end of a path: `rows` of a node's collection, or one `row`; `trail` are the names without keys, `path`
    the address; `top` is the row of the resource itself."""

    node: Node
    trail: str
    path: str
    rows: list[Row]
    row: Row | None = None
    top: Row | None = None
    action: str = ""


@dataclass(frozen=True)
class Style:
    """How an answer is written: the framework's version, and whether links are left out."""

    framework: int
    bare: bool


@dataclass
class Reader:
    """Answers reads of one pod."""

    pod: Pod
    _reads: int = 0

    # --- where a path leads ------------------------------------------------------------------------------------------

    def resolve(self, place: Place) -> Target:
        """A whole resource has its rows not yet. Raises FusionFault 404."""
        node = self.node_of(place)
        path = f"/{place.root}/resources/11.13.18.05/{node.name}"
        target, rest = Target(node, node.name, path, []), list(place.steps[1:])
        if not rest or rest[0] == "action":
            return replace(target, action="".join(rest[1:2]))
        row = self._by_key(node.name, node, rest.pop(0), None)
        target = replace(target, row=row, top=row, path=f"{path}/{quote(self.key(node, node.name, row))}")
        while rest:
            if rest[0] == "action" and target.row is not None:
                return replace(target, action="".join(rest[1:2]))
            target, rest = self._below(target, rest)
        return target

    def _below(self, target: Target, rest: list[str]) -> tuple[Target, list[str]]:
        if target.row is None:
            row = self._by_key(target.trail, target.node, rest[0], target.rows)
            key = self.key(target.node, target.trail, row)
            return replace(target, row=row, path=f"{target.path}/{quote(key)}"), rest[1:]
        name = child_name(rest, target.node)
        trail, path = f"{target.trail}/{name}", f"{target.path}/child/{name}"
        rows = target.row.children.get(name, [])
        return replace(target, node=target.node.children[name], trail=trail, path=path, rows=rows, row=None), rest[2:]

    def node_of(self, place: Place) -> Node:
        """The resource's node as this pod has it. Raises FusionFault 404."""
        node = self.pod.node(place.root, place.resource)
        if node is None:
            raise gone(place.resource)
        return self._own(node, node.name)

    def _own(self, node: Node, trail: str) -> Node:
        """Without the fields that this pod does not have, with those that it alone has, and with its name of the
        header's flexfield."""
        absent, closed = self.pod.absent, self.pod.not_queryable
        renamed = {HEADER_FLEXFIELD: self.pod.manners.header_flexfield}
        if not absent and not closed and not self.pod.added and renamed[HEADER_FLEXFIELD] == HEADER_FLEXFIELD:
            return node
        table = {
            name: replace(item, queryable=item.queryable and f"{trail}.{name}" not in closed)
            for name, item in node.fields.items()
            if f"{trail}.{name}" not in absent
        }
        table |= {name: Field(name, "T") for name in self.pod.added.get(trail, ())}
        below = {n: self._own(each, f"{trail}/{n}") for n, each in node.children.items()}
        children = {renamed.get(n, n): replace(each, name=renamed.get(n, n)) for n, each in below.items()}
        return replace(node, fields=table, children=children)

    def rows_of(self, resource: str, equal: Mapping[str, Any]) -> list[Row]:
        """Every row of a resource that the caller may see, at least those that have the values of `equal`."""
        if not self.pod.data_access or not self.pod.client_user:
            return []
        number, named = equal.get("POHeaderId"), equal.get("OrderNumber")
        orders = list(self.pod.orders.values())
        if number is not None or named is not None:
            one = self.pod.orders.get(number) if number is not None else self.pod.order(str(named))
            orders = [one] if one else []
        if resource == "purchaseOrders":
            return [as_shown(self.pod, each) for each in orders]
        if resource == "draftPurchaseOrders":
            return [draft_of(self.pod, each) for each in orders]
        if resource == "purchaseOrderSchedules":
            return [self._flat(order, line, each) for order in orders for line, each in schedules_of(order)]
        if resource == "purchaseOrderLifeCycleDetails":
            return [life_cycle(self.pod, each) for each in orders]
        return list(self.pod.table(resource).values())

    @staticmethod
    def _flat(order: Row, line: Row, schedule: Row) -> Row:
        names = ("OrderNumber", "BuyerId", "SoldToLegalEntityId")
        values: Values = {name: order.values.get(name) for name in names}
        values |= {name: line.values.get(name) for name in ("LineNumber", "UOMCode", "ItemId")}
        values |= {"ItemDescription": line.values["Description"], **schedule.values}
        return Row(schedule.id, values, schedule.version)

    def key(self, node: Node, trail: str, row: Row) -> str:
        """The part of an address that names the row."""
        return str(row.values.get(node.key, row.id)) if node.key else hashed(trail, row.id)

    def _by_key(self, trail: str, node: Node, text: str, rows: list[Row] | None) -> Row:
        if rows is None:
            rows = self.rows_of(trail, self._order_meant(trail, node, text) if trail in _BY_ORDER else {})
        for row in rows:
            number = trail in _AS_NUMBER and self.pod.manners.numbers_as_keys and text == str(row.id)
            if number or text == self.key(node, trail, row):
                return row
        raise gone(f"{node.name} {text}")

    def _order_meant(self, trail: str, node: Node, text: str) -> dict[str, Any]:
        if text.isdecimal():
            return {"POHeaderId": int(text)}
        return {"POHeaderId": next((each for each in self.pod.orders if hashed(trail, each) == text), 0)}

    # --- answers -----------------------------------------------------------------------------------------------------

    def many(self, place: Place, options: Mapping[str, str], style: Style) -> Values:
        """A page of a collection."""
        target = self.resolve(place)
        check_fields(self.pod, target.node, options)
        wanted, equal = self._predicate(target, options, style)
        if len(place.steps) == 1:
            target = replace(target, rows=self.rows_of(target.node.name, equal))
        rows = [row for row in target.rows if wanted(row.values)]
        rows = self._ordered(rows, options.get("orderBy", ""), target.node)
        offset, asked = count_of(options, "offset", 0), count_of(options, "limit", 25)
        limit = min(asked, self.pod.manners.most)
        page, chosen = rows[offset : offset + limit], wanted_of(options, target.node)
        more = offset + limit < len(rows)
        if offset and self.pod.manners.has_more == "wrong":
            more = not more
        items = [self._item(target, row, chosen, style) for row in page]
        body: Values = {"items": items, "count": len(page), "hasMore": more, "limit": limit, "offset": offset}
        if options.get("totalResults") == "true":
            body["totalResults"] = len(rows)
        self._reads += 1
        if self.pod.between_reads:
            self.pod.between_reads.pop(0)()
        return body | {"links": [_link("self", target.path, target.node.name, "collection")]}

    def one(self, target: Target, row: Row, options: Mapping[str, str], style: Style) -> Values:
        check_fields(self.pod, target.node, options)
        return self.written(target.node, target.trail, target.path, row, wanted_of(options, target.node), style)

    def _item(self, target: Target, row: Row, wanted: Wanted, style: Style) -> Values:
        path = f"{target.path}/{quote(self.key(target.node, target.trail, row))}"
        return self.written(target.node, target.trail, path, row, wanted, style)

    def written(self, node: Node, trail: str, path: str, row: Row, wanted: Wanted, style: Style) -> Values:
        """A row as JSON."""
        manners = self.pod.manners
        ways = {
            "strings": manners.numbers_as_strings or style.framework >= 9,
            "milliseconds": manners.milliseconds == "with" or (manners.milliseconds == "mixed" and row.id % 2 == 0),
        }
        names = [*node.fields, *(self.pod.segments if node.segments else ())]
        shown = [name for name in names if wanted.names is None or name in wanted.names]
        body = {name: written(row.values.get(name), **ways) for name in shown}
        for name, inner in wanted.children.items():
            body[name] = self._children(
                node.children[name], (f"{trail}/{name}", f"{path}/child/{name}"), row, inner, style
            )
        if style.framework >= 6:
            body["@context"] = {"key": path.rpartition("/")[2], "headers": {"ETag": etag(trail, row)}}
        if not style.bare and manners.links:
            link = _link("self", path, node.name, "item")
            link["properties"] = {"changeIndicator": etag(trail, row)}
            children = [_link("child", f"{path}/child/{name}", name, "collection") for name in node.children]
            body["links"] = [link, *children]
        return body

    def _children(self, node: Node, at: tuple[str, str], row: Row, wanted: Wanted, style: Style) -> Any:
        trail, path = at
        target, rows = Target(node, trail, path, []), row.children.get(node.name, [])
        most = self.pod.manners.children_page
        items = [self._item(target, each, wanted, style) for each in rows[: most if style.framework >= 3 else None]]
        if style.framework < 3:
            return items
        page = {"items": items, "count": len(items), "hasMore": len(rows) > most, "limit": most, "offset": 0}
        return page | {"links": [_link("self", path, node.name, "collection")]}

    def whole(self, target: Target, row: Row, style: Style) -> Values:
        """The answer to a write: the row with what was sent along."""
        nested = {name: EVERYTHING for name in target.node.children if row.children.get(name) and name == "lines"}
        return self._item(target, row, Wanted(None, nested), style)

    # --- what is asked for -------------------------------------------------------------------------------------------

    def _predicate(self, target: Target, options: Mapping[str, str], style: Style) -> tuple[Predicate, dict[str, Any]]:
        filter_ = Filter(lambda name: self._queryable(target, name))
        terms: list[Predicate] = []
        if finder := options.get("finder"):
            name, _, variables = finder.partition(";")
            if name not in target.node.finders or variables.partition("=")[0] != target.node.finders[name]:
                raise bad_parameter("finder")
            terms.append(filter_.read(variables, by_example=True))
        if text := options.get("q"):
            terms.append(filter_.read(text, by_example=style.framework == 1))
        return (lambda row: all(term(row) for term in terms)), filter_.equal

    @staticmethod
    def _queryable(target: Target, name: str) -> Field:
        item = target.node.fields.get(name)
        if item is None:
            raise unknown_field(name, target.node.name)
        if not item.queryable:
            raise bad_query(f"the attribute {name} is not queryable")
        return item

    def _ordered(self, rows: list[Row], text: str, node: Node) -> list[Row]:
        """Without orderBy the database gives rows as it likes."""
        if not text:
            turn = self._reads % len(rows) if rows and self.pod.manners.shuffled else 0
            return rows[turn:] + rows[:turn]
        for name, descends in reversed(order_of(text, node)):
            rows.sort(key=lambda row: _sortable(row.values.get(name)), reverse=descends)
        return rows


def check_fields(pod: Pod, node: Node, options: Mapping[str, str]) -> None:
    """Refuses the options that real pods answer with 500. Raises FusionFault."""
    if options.get("totalResults") == "true" and pod.manners.total_results == "500":
        raise FusionFault(500, "Internal Server Error")
    if options.get("fields") and node.name in pod.manners.failing_fields:
        raise FusionFault(500, "Internal Server Error")


def _link(rel: str, path: str, name: str, kind: str) -> Values:
    return {"rel": rel, "href": HOST + path, "name": name, "kind": kind}


def _sortable(value: Any) -> tuple[bool, Any]:
    """Absent values come last, as in the database."""
    return value is None, "" if value is None else value
