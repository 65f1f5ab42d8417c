"""`$metadata` of a projection, generated from the tenant's own tables (facts/ifs.md: a tenant's $metadata wins).

It marks neither mandatory nor updatable fields (section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from sandbox.erps.ifs.tables import ENUMS, EntitySet, Property

_EDM = {"M": "Edm.DateTimeOffset", "D": "Edm.Date", "B": "Edm.Boolean"}


def metadata(projection: str, sets: Mapping[str, EntitySet]) -> bytes:
    """The CSDL document."""
    namespace = f"IfsApp.{projection}"
    enums = sorted({item.enum for entity in sets.values() for item in entity.properties.values() if item.enum})
    parts = [_enum(name) for name in enums]
    parts += [_entity(namespace, entity) for entity in sets.values()]
    rows = "".join(f'<EntitySet Name="{item.name}" EntityType="{namespace}.{item.entity}"/>' for item in sets.values())
    parts.append(f'<EntityContainer Name="{projection}">{rows}</EntityContainer>')
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><edmx:Edmx Version="4.0" '
        'xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="{namespace}">'
        f"{''.join(parts)}</Schema></edmx:DataServices></edmx:Edmx>"
    )
    return text.encode()


def _enum(name: str) -> str:
    members = "".join(f'<Member Name="{member}" Value="{at}"/>' for at, member in enumerate(ENUMS[name]))
    return f'<EnumType Name="{name}">{members}</EnumType>'


def _entity(namespace: str, entity: EntitySet) -> str:
    keys = "".join(f'<PropertyRef Name="{key}"/>' for key in entity.keys)
    rows = "".join(_property(namespace, item) for item in entity.properties.values())
    return f'<EntityType Name="{entity.entity}"><Key>{keys}</Key>{rows}</EntityType>'


def _property(namespace: str, item: Property) -> str:
    if item.kind == "T":
        kind = f'Type="Edm.String" MaxLength="{item.length}"'
    elif item.kind == "N":
        kind = 'Type="Edm.Decimal" Precision="130" Scale="65"'
    else:
        kind = f'Type="{f"{namespace}.{item.enum}" if item.enum else _EDM[item.kind]}"'
    return f"<Property Name={quoteattr(item.name)} {kind}/>"
