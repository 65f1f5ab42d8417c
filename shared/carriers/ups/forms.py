"""Papers for customs as UPS takes them with a create: the commercial invoice, numbers and roles, who pays duties.

Sources: facts/ups-international.md 2 to 5 and the judged examples intl-*.json.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.carriers.ups.parties import NAME, party
from shared.carriers.ups.texts import cleaned, fitting
from shared.domain.address import Party
from shared.domain.borders import EU, place_of
from shared.domain.customs import InvoiceLine, Papers
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused

_INVOICE = "01"
_RISKS = {"at_risk": "01", "not_at_risk": "02", "unknown": "03"}
_KINDS = {"business": "01", "consumer": "02"}
_COLLECTED = {"EU": "0356", "NO": "0357", "SG": "1051", "AU": "1052", "NZ": "1053", "MY": "1054"}
_TEXT, _NUMBER, _COMMENTS, _DECLARATION = 35, 35, 150, 550


def customs_of(plan: ShipmentPlan) -> dict[str, Any]:
    """The parts of a Shipment that customs are told by, {} where nothing is told. Raises Refused naming the field."""
    papers = plan.papers
    if papers is None:
        return {}
    kinds = {"ShipperType": _KINDS["business"], "ConsigneeType": _KINDS[papers.receiver_kind]}
    built: dict[str, Any] = {**kinds, "GlobalTaxInformation": _tax_information(plan, papers)}
    if papers.risk:
        built["ShipmentRiskEnteringEU"] = _RISKS[papers.risk]
    if papers.declared:
        built["MovementReferenceNumber"] = papers.declared
    return built


def customs_options(plan: ShipmentPlan) -> dict[str, Any]:
    """ShipmentServiceOptions for customs, {} for none."""
    papers = plan.papers
    if papers is None:
        return {}
    options: dict[str, Any] = {}
    if papers.small is not None:
        options["EUDeMinimisIndicator"] = "Y" if papers.small else "N"
    if papers.form:
        options["InternationalForms"] = _invoice(papers)
    return options


def vendor_of(plan: ShipmentPlan) -> dict[str, Any]:
    """VendorInfo of the ship-from: that we collected the VAT, and under which number; {} where we did not."""
    papers = plan.papers
    if papers is None or not papers.collected[1]:
        return {}
    where, number = papers.collected
    told = {
        "VendorCollectIDTypeCode": _COLLECTED[where],
        "VendorCollectIDNumber": fitting(number, _NUMBER, "customs.vat_collected"),
        "ConsigneeType": _KINDS[papers.receiver_kind],
    }
    return {"VendorInfo": told}


def duty_charge(plan: ShipmentPlan, account: str) -> list[dict[str, Any]]:
    """The charge of type 02 where we pay duties; the receiver pays without one. It is invalid inside of a country
    (facts 5)."""
    papers = plan.papers
    inland = place_of(plan.ship_from.address) == place_of(plan.ship_to.address)
    if papers is None or not papers.duties_by_us or inland:
        return []
    return [{"Type": "02", "BillShipper": {"AccountNumber": account}}]


def _invoice(papers: Papers) -> dict[str, Any]:
    form: dict[str, Any] = {
        "FormType": [_INVOICE],
        "Contacts": {"SoldTo": _sold_to(papers.sold_to)},
        "Product": [_product(line) for line in papers.lines],
        "InvoiceNumber": fitting(papers.number, _NUMBER, "document", required=True),
        "InvoiceDate": f"{papers.day:%Y%m%d}",
        "TermsOfShipment": papers.terms,
        "ReasonForExport": fitting(papers.reason, 20, "customs.reason", required=True),
        "CurrencyCode": papers.currency,
        "DeclarationStatement": fitting(papers.declaration, _DECLARATION, "customs.declaration", required=True),
    }
    if papers.order_number and len(papers.order_number) <= _NUMBER:
        form["PurchaseOrderNumber"] = cleaned(papers.order_number)
    if comments := _comments(papers):
        form["Comments"] = comments
    if papers.paperless:
        form["OverridePaperlessIndicator"] = ""
    if papers.filing:
        form["EEIFilingOption"] = {"Code": "1", "ShipperFiled": _filed(papers.filing)}
    return form


def _filed(filing: str) -> dict[str, str]:
    if filing.startswith("X"):
        return {"Code": "A", "PreDepartureITNNumber": filing}
    return {"Code": "B", "ExemptionLegend": filing}


def _comments(papers: Papers) -> str:
    """Numbers for which the request has no element that is known, and the ITN, are printed on the invoice."""
    said = (
        ("VAT", papers.exporter.vat or papers.receiver.vat),
        ("UKIMS", papers.exporter.ukims or papers.receiver.ukims),
        ("ITN", papers.filing if papers.filing.startswith("X") else ""),
        ("Importer", papers.sold_to.name if papers.importer_sold_to else ""),
    )
    text = "; ".join(f"{name} {value}" for name, value in said if value)
    return fitting(text, _COMMENTS, "customs.ours")


def _sold_to(who: Party) -> dict[str, Any]:
    """Who bought: its attention is required, and stands in for a missing one as the name does (facts 2)."""
    built = party(who, "bill_to")
    built.setdefault("AttentionName", fitting(who.name, NAME, "bill_to.name", required=True))
    return built


def _product(line: InvoiceLine) -> dict[str, Any]:
    product: dict[str, Any] = {
        "Description": _texts(line.description),
        "Unit": {
            "Number": str(line.quantity),
            "UnitOfMeasurement": {"Code": line.unit},
            "Value": f"{line.unit_value:f}",
        },
        "CommodityCode": line.commodity_code,
        "PartNumber": fitting(line.item, _TEXT, "lines.item", required=True),
        "OriginCountryCode": line.origin,
    }
    if line.net_weight:
        kilograms = line.net_weight.unit in ("kg", "g")
        weight = line.net_weight.to("kg" if kilograms else "lb").value.quantize(Decimal("0.1"))
        unit = {"Code": "KGS" if kilograms else "LBS"}
        product["ProductWeight"] = {"UnitOfMeasurement": unit, "Weight": f"{max(weight, Decimal('0.1')):f}"}
    if line.maker_id:
        ids = (("0100", line.seller_id), ("0200", line.maker_id), ("0300", line.standard_id))
        product["ProductIdentifier"] = [{"ProductID": each, "ProductIDTypeCode": code} for code, each in ids if each]
        if not line.standard_id:
            product["CommodityFieldSpecialConditionCode"] = "01"
    return product


def _texts(description: str) -> list[str]:
    """One to three texts of 35 characters, broken at word borders where that fits; nothing is cut."""
    words, texts = cleaned(description).split(), list[str]()
    for word in words:
        if texts and len(texts[-1]) + 1 + len(word) <= _TEXT:
            texts[-1] += f" {word}"
        else:
            texts.append(word)
    if len(texts) > 3 or any(len(each) > _TEXT for each in texts):
        line = " ".join(words)
        texts = [line[at : at + _TEXT] for at in range(0, len(line), _TEXT)]
    if not 1 <= len(texts) <= 3:
        message = f"a description for customs does not fit into 3 texts of {_TEXT} characters: {description}"
        raise Refused(Reason.CUSTOMS, message, field="lines.customs_description", value=description)
    return texts


def _tax_information(plan: ShipmentPlan, papers: Papers) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ShipperTypeValue": _KINDS["business"],
        "ConsigneeTypeValue": _KINDS[papers.receiver_kind],
    }
    here, there = plan.ship_from.address.country.upper(), plan.ship_to.address.country.upper()
    ours = [_number(papers.exporter.eori, "0001", "02", "37", _issuer(papers.exporter.eori, here))]
    theirs = [
        _number(papers.receiver.eori, "1002", "02", "05", _issuer(papers.receiver.eori, there)),
        _number(papers.receiver.tax_id, "1002", "01", "18", there),
    ]
    agents = [
        {"AgentRole": role, "TaxIdentificationNumber": found}
        for role, numbers in (("20", ours), ("30", theirs))
        if (found := [each for each in numbers if each])
    ]
    return {**told, "AgentTaxIdentificationNumber": agents} if agents else told


def _issuer(number: str, country: str) -> str:
    """An EORI number begins with its country; XI is Northern Ireland's, which is GB's."""
    begins = number[:2].upper()
    return "GB" if begins == "XI" else begins if begins in EU or begins == "GB" else country


def _number(number: str, kind: str, purpose: str, role: str, country: str) -> dict[str, str]:
    if not number:
        return {}
    return {
        "IdentificationNumber": cleaned(number),
        "IDNumberCustomerRole": role,
        "IDNumberEncryptionIndicator": "0",
        "IDNumberIssuingCntryCd": country,
        "IDNumberPurposeCode": purpose,
        "IDNumberTypeCode": kind,
        "IncludeIDNumberOnShippingBrokerageDocs": "01",
    }
