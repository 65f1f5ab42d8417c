"""Parcels as UPS takes them: weights, sizes and references (facts 4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from shared.carriers.ups.options import package_options
from shared.domain.measures import Dimensions, LengthUnit, Weight, WeightUnit
from shared.domain.shipment import Package, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

CUSTOMER_SUPPLIED = "02"
MOST_PACKAGES, WEIGHT_CHARACTERS, REFERENCE = 200, 5, 35

# The unit has to be one of the origin's (Shipping, UnitOfMeasurement): the US and its territories use pounds.
_POUNDS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_WEIGHT_CODES: dict[WeightUnit, tuple[str, str]] = {"lb": ("LBS", "Pounds"), "kg": ("KGS", "Kilograms")}
_LENGTH_CODES: dict[LengthUnit, tuple[str, str]] = {"in": ("IN", "Inches"), "cm": ("CM", "Centimeters")}
# facts 4 [S]: the longest side, and length plus girth.
_LARGEST: dict[LengthUnit, tuple[int, int]] = {"in": (108, 165), "cm": (270, 330)}

Packaging = Literal["Packaging", "PackagingType"]


def package_list(plan: ShipmentPlan, packaging: Packaging, references: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One element a parcel. Shipping names its kind Packaging, Rating PackagingType (facts 3)."""
    if len(plan.packages) > MOST_PACKAGES:
        raise Refused(Reason.FREIGHT, f"{len(plan.packages)} packages, UPS takes {MOST_PACKAGES}", field="packages")
    if not plan.packages:
        raise Refused(Reason.MISSING, "the shipment has no package", field="packages")
    origin = plan.ship_from.address.country.upper()
    built = []
    for number, parcel in enumerate(plan.packages, 1):
        element: dict[str, Any] = {packaging: {"Code": CUSTOMER_SUPPLIED}, **_size(parcel, origin, number)}
        element["PackageWeight"] = _weighed(parcel.weight, origin, f"packages[{number}].weight")
        element |= package_options(plan, parcel)
        if references:
            element["ReferenceNumber"] = [{"Value": value} for value in references]
        built.append(element)
    return built


def total_weight(plan: ShipmentPlan) -> dict[str, Any]:
    """The shipment's weight, which times in transit need across borders (Rating, ShipmentTotalWeight)."""
    total = plan.packages[0].weight
    for parcel in plan.packages[1:]:
        total += parcel.weight
    return _weighed(total, plan.ship_from.address.country.upper(), "packages.weight")


def _weighed(weight: Weight, origin: str, field: str) -> dict[str, Any]:
    unit: WeightUnit = "lb" if origin in _POUNDS else "kg"
    return {"UnitOfMeasurement": _measured_in(*_WEIGHT_CODES[unit]), "Weight": _digits(weight.to(unit).value, field)}


def _digits(value: Decimal, field: str) -> str:
    """A weight in at most five characters, rounded up to a tenth, or to a whole one where a tenth does not fit."""
    if value <= 0:
        raise Refused(Reason.WEIGHT, f"{field} is {value}: zero is no weight", field=field, value=str(value))
    tenths = value.quantize(Decimal("0.1"), ROUND_CEILING)
    whole = value.quantize(Decimal(1), ROUND_CEILING)
    written = f"{whole:f}" if tenths == whole or len(f"{tenths:f}") > WEIGHT_CHARACTERS else f"{tenths:f}"
    if len(written) > WEIGHT_CHARACTERS:
        raise Refused(Reason.WEIGHT, f"{field} does not fit into UPS's field", field=field, value=written)
    return written


def _size(parcel: Package, origin: str, number: int) -> dict[str, Any]:
    """Whole numbers, rounded up, the longest first; nothing when the size is not known."""
    if parcel.dimensions is None:
        return {}
    unit: LengthUnit = "in" if origin in _POUNDS else "cm"
    sides = _rounded_up(parcel.dimensions if parcel.dimensions.unit == unit else parcel.dimensions.to(unit))
    longest, girth = _LARGEST[unit]
    if sides[0] > longest or sides[0] + 2 * (sides[1] + sides[2]) > girth:
        size = " x ".join(map(str, sides))
        message = f"a package of {size} {unit} is over {longest} long or {girth} in length and girth"
        raise Refused(Reason.FREIGHT, message, field=f"packages[{number}].dimensions", value=size)
    names = ("Length", "Width", "Height")
    return {
        "Dimensions": {
            "UnitOfMeasurement": _measured_in(*_LENGTH_CODES[unit]),
            **{name: str(side) for name, side in zip(names, sides, strict=True)},
        }
    }


def _rounded_up(size: Dimensions) -> list[int]:
    sides = (size.length, size.width, size.height)
    return sorted((int(side.to_integral_value(ROUND_CEILING)) for side in sides), reverse=True)


def _measured_in(code: str, description: str) -> dict[str, str]:
    """Rating requires the description by schema, though traffic without it has passed (facts 3)."""
    return {"Code": code, "Description": description}


def reference_values(reference: str, erp_reference: str) -> list[str]:
    """Ours first, then the ERP's number: only the first two are printed (Shipping, ReferenceNumber).

    A reference of ours that UPS would change or refuse could not be looked up again: ValueError, for we make it."""
    if not 1 <= len(reference) <= REFERENCE or " " in reference:
        raise ValueError(f"reference {reference!r} is not 1 to {REFERENCE} characters without a blank")
    erp_reference = " ".join(erp_reference.split())
    if len(erp_reference) > REFERENCE:
        message = f"the ERP's number has {len(erp_reference)} characters, UPS takes {REFERENCE}"
        raise Refused(Reason.REFUSED, message, field="erp_reference", value=erp_reference)
    return [reference, erp_reference] if erp_reference else [reference]


def referenced_on_packages(plan: ShipmentPlan) -> bool:
    """Facts 4: inside the US and inside Puerto Rico references stand on the package, on all other lanes above it."""
    lane = (plan.ship_from.address.country.upper(), plan.ship_to.address.country.upper())
    return lane in {("US", "US"), ("PR", "PR")}
