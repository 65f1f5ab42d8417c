"""The part of the file that selects documents: each kind of ERP has keys of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.connection.part import Part
from shared.connection.problem import FieldPath, Problem


class SelectPart(Part):
    """The `select` part: each key narrows, an absent or empty one means all. The lists under the common names are of
    the ERP's own codes: a kind that has such a list declares the key."""

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """Its keys that are lists of codes, such as suppliers."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if isinstance(value, tuple)}

    @property
    def looked_up(self) -> Mapping[str, str]:
        """List of the ERP's codes (methods, suppliers, warehouses ...) → the key that selects of it."""
        return {}

    def narrows(self) -> bool:
        """Tell if any key is set."""
        return any(getattr(self, name) for name in type(self).model_fields)

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        """Selected codes that need a service of their own, with their place."""
        return iter(())

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of keys that do not fit together."""
        return iter(())

    def meets(self, other: SelectPart) -> bool:
        """Tell if both could select the same document: no key keeps them apart."""
        theirs = other.lists
        shared = ((codes, theirs.get(name, ())) for name, codes in self.lists.items())
        return all(not one or not other or not set(one).isdisjoint(other) for one, other in shared)
