"""The bodies of V2's requests, member for member (facts 2 and 3, the vendor's definition of ShipEngine)."""

from __future__ import annotations

from sandbox.carriers.shipstation.shapes import Fields, Flag, Many, Number, Shape, Text, When, texts

SE_ID = Text(most=25)
"""At most 25 characters (facts 1)."""
CURRENCY = Text(frozenset({"usd", "cad", "aud", "gbp", "eur", "nzd", "sek", "USD", "CAD", "AUD", "GBP", "EUR"}))
MONEY = Fields({"currency": CURRENCY, "amount": Number(least=0)}, ("currency", "amount"))
WEIGHT = Fields(
    {"value": Number(above=0), "unit": Text(frozenset({"pound", "ounce", "gram", "kilogram"}))}, ("value", "unit")
)
DIMENSIONS = Fields(
    {**dict.fromkeys(("length", "width", "height"), Number(least=0)), "unit": Text(frozenset({"inch", "centimeter"}))},
    ("unit", "length", "width", "height"),
)
COUNTRY = Text(most=2)
_PLACE = {
    **texts("name phone email company_name address_line1 address_line2 address_line3 city_locality state_province"),
    **texts("postal_code instructions"),
    "country_code": COUNTRY,
    "address_residential_indicator": Text(frozenset({"unknown", "yes", "no"})),
}
_NEEDED = ("name", "address_line1", "city_locality", "state_province", "postal_code", "country_code")
ADDRESS = Fields(_PLACE, _NEEDED)
ADDRESS_TO = Fields({**_PLACE, "geolocation": Many(Fields({}, open=True))}, _NEEDED)
MESSAGES = ("reference1", "reference2", "reference3")
LABEL_MESSAGES = Fields(dict.fromkeys(MESSAGES, Text()), present=MESSAGES)
"""All three are required, and may be null."""
PRODUCT = Fields(
    {
        **texts("description harmonized_tariff_code unit_of_measure sku sku_description mid_code product_url"),
        "country_of_origin": COUNTRY,
        "quantity": Number(whole=True, least=1),
        "value": MONEY,
        "weight": WEIGHT,
        "vat_rate": Number(),
        "dangerous_goods": Many(Fields({}, open=True)),
        "extended_details": Fields({}, open=True),
    }
)
PACKAGE = Fields(
    {
        **texts("package_code package_name external_package_id content_description"),
        "package_id": SE_ID,
        "weight": WEIGHT,
        "dimensions": DIMENSIONS,
        "insured_value": MONEY,
        "label_messages": LABEL_MESSAGES,
        "products": Many(PRODUCT),
    },
    ("weight",),
    read_only=frozenset({"shipment_package_id", "tracking_number"}),
)
_SOURCES = (
    "amazon_ca amazon_us brightpearl channel_advisor cratejoy ebay etsy jane groupon_goods magento paypal "
    "seller_active shopify stitch_labs squarespace three_dcart tophatter walmart woo_commerce volusion"
)
SOURCE = Text(frozenset(_SOURCES.split()))
ITEM = Fields(
    {
        **texts("name sales_order_id sales_order_item_id sku external_order_id external_order_item_id asin"),
        "order_source_code": SOURCE,
        "quantity": Number(whole=True, least=0),
    },
    read_only=frozenset({"bundle_sku"}),
)
_CUSTOMS_ITEM = Fields(
    {
        **texts("description harmonized_tariff_code unit_of_measure sku sku_description value_currency"),
        "country_of_origin": COUNTRY,
        "quantity": Number(whole=True, least=1),
        "value": Number(least=0),
        "weight": WEIGHT,
    },
    read_only=frozenset({"customs_item_id"}),
)
_CONTENTS = "merchandise documents gift returned_goods sample other"
_INCOTERMS = "exw fca cpt cip dpu dap ddp fas fob cfr cif ddu daf deq des"
CUSTOMS = Fields(
    {
        **texts("contents_explanation declaration license_number certificate_number"),
        "contents": Text(frozenset(_CONTENTS.split())),
        "non_delivery": Text(frozenset({"return_to_sender", "treat_as_abandoned"})),
        "terms_of_trade_code": Text(frozenset(_INCOTERMS.split())),
        "invoice_additional_details": Fields({}, open=True),
        "importer_of_record": Fields({}, open=True),
        "customs_items": Many(_CUSTOMS_ITEM),
    },
    ("contents", "non_delivery"),
)
_FLAGS = (
    "contains_alcohol delivered_duty_paid dry_ice non_machinable saturday_delivery use_ups_ground_freight_pricing "
    "additional_handling shipper_release third_party_consignee dangerous_goods fragile delivery-as-addressed "
    "return-after-first-attempt"
)
ADVANCED = Fields(
    {
        **texts("bill_to_account bill_to_postal_code freight_class custom_field1 custom_field2 custom_field3"),
        **texts("license_number invoice_number certificate_number"),
        "regulated_content_type": Text(frozenset({"day_old_poultry", "other_live_animal"})),
        **dict.fromkeys(_FLAGS.split(), Flag()),
        "bill_to_country_code": COUNTRY,
        "bill_to_party": Text(frozenset({"recipient", "third_party"})),
        "dry_ice_weight": WEIGHT,
        "origin_type": Text(frozenset({"pickup", "drop_off"})),
        "collect_on_delivery": Fields({}, open=True),
        "fedex_freight": Fields({}, open=True),
        "dangerous_goods_contact": Fields({}, open=True),
        "windsor_framework_details": Fields({}, open=True),
    }
)
_CONFIRMATIONS = "none delivery signature adult_signature direct_signature delivery_mailed verbal_confirmation"
VALIDATE = Text(frozenset({"no_validation", "validate_only", "validate_and_clean"}))
_SHIPMENT: dict[str, Shape] = {
    **texts("external_order_id shipment_number comparison_rate_type external_shipment_id"),
    "order_source_code": SOURCE,
    **dict.fromkeys(("carrier_id", "warehouse_id", "shipping_rule_id"), SE_ID),
    "service_code": Text(),
    "items": Many(ITEM),
    "tax_identifiers": Many(Fields({}, open=True)),
    "ship_date": When(),
    "ship_to": ADDRESS_TO,
    "ship_from": ADDRESS,
    "return_to": ADDRESS,
    "is_return": Flag(),
    "confirmation": Text(frozenset([*_CONFIRMATIONS.split(), "delivery_code", "age_verification_16_plus"])),
    "customs": CUSTOMS,
    "advanced_options": ADVANCED,
    "insurance_provider": Text(frozenset({"none", "shipsurance", "carrier", "third_party"})),
    "packages": Many(PACKAGE, least=1),
}
_READ = frozenset({"shipment_id", "created_at", "modified_at", "shipment_status", "tags", "total_weight", "zone"})
SHIPMENT = Fields(_SHIPMENT, ("ship_to",), read_only=_READ)
"""A label's own."""
VALIDATED = Fields({**_SHIPMENT, "validate_address": VALIDATE}, ("ship_to",), read_only=_READ)
CREATED = Fields({**VALIDATED.members, "create_sales_order": Flag()}, ("ship_to",), read_only=_READ)
_PRINTED: dict[str, Shape] = {
    "validate_address": VALIDATE,
    "label_layout": Text(frozenset({"4x6", "letter", "A4", "A6"})),
    "label_format": Text(frozenset({"pdf", "png", "zpl"})),
    "label_download_type": Text(frozenset({"url", "inline"})),
    "display_scheme": Text(frozenset({"label", "paperless", "label_and_paperless"})),
}
LABEL = Fields(
    {
        **_PRINTED,
        **texts("rma_number label_image_id ship_to_service_point_id ship_from_service_point_id"),
        "shipment": SHIPMENT,
        "is_return_label": Flag(),
        "charge_event": Text(frozenset({"carrier_default", "on_creation", "on_carrier_acceptance"})),
        "outbound_label_id": SE_ID,
        "test_label": Flag(),
    },
    ("shipment",),
)
LABEL_OF_SHIPMENT = Fields(_PRINTED)
LABEL_OF_RATE = Fields({**_PRINTED, **texts("custom_field1 custom_field2 custom_field3")})
RATES = Fields(
    {
        "rate_options": Fields(
            {
                "carrier_ids": Many(SE_ID, least=1),
                "package_types": Many(Text()),
                "service_codes": Many(Text()),
                "calculate_tax_amount": Flag(),
                "preferred_currency": CURRENCY,
                "is_return": Flag(),
                "rate_type": Text(frozenset({"check", "shipment", "quick"})),
            },
            ("carrier_ids",),
        ),
        "shipment_id": SE_ID,
        "shipment": VALIDATED,
        **texts("ship_to_service_point_id ship_from_service_point_id"),
    },
    ("rate_options",),
)
BATCHED = Fields({name: Many(SE_ID) for name in ("shipment_ids", "rate_ids")})
PROCESS = Fields({**_PRINTED, "ship_date": When()})
_PROCESS_NOW = Fields({**PROCESS.members, "create_batch_and_process_labels": Flag()}, open=True)
BATCH = Fields({**BATCHED.members, **texts("external_batch_id batch_notes"), "process_labels": _PROCESS_NOW})
SHIPMENTS = Fields({"shipments": Many(CREATED, least=1)}, ("shipments",))
FULFILLMENTS = Fields(
    {
        "fulfillments": Many(
            Fields(
                {
                    **texts("shipment_id tracking_number carrier_code"),
                    "ship_date": When(),
                    "notify_customer": Flag(),
                    "notify_order_source": Flag(),
                },
                ("shipment_id", "tracking_number", "carrier_code"),
            ),
            least=1,
        )
    },
    ("fulfillments",),
)
SUPPLIER = Fields(
    texts(
        "supplier_name supplier_email address_line_1 address_line_2 city state postal_code country_code contact_name "
        "contact_phone"
    ),
    ("supplier_name",),
    solid=True,
)


def purchase_order(quantity: str, cost: str) -> Fields:
    """Return the body of a purchase order. The caller says how a line's quantity and cost are named, since nobody has
    seen it (facts 3)."""
    line = Fields({"sku": Text(), quantity: Number(whole=True, least=1), cost: MONEY}, ("sku", quantity))
    return Fields(
        {
            **texts("supplier_id warehouse_id reference_number notes"),
            "products": Many(line, least=1),
            "order_date": When(),
            "expected_delivery_date": When(),
        },
        ("supplier_id", "warehouse_id", "products"),
    )


PURCHASE_ORDER_STATUS = Fields(
    {"status": Text(frozenset({"open", "receiving", "received", "cancelled", "closed"}))}, ("status",)
)
SHIPPING_DETAILS = Fields({}, open=True)
RECEIVES = Fields(
    {
        "product_receives": Many(
            Fields(
                {
                    **texts("sku inventory_location_id lot"),
                    "received_quantity": Number(whole=True, least=1),
                    "rejected_quantity": Number(whole=True, least=1),
                    "expiration_date": When(),
                },
                ("sku", "inventory_location_id"),
            ),
            least=1,
        )
    },
    ("product_receives",),
)
INVENTORY = Fields(
    {
        **texts("inventory_location_id sku lot reason notes new_inventory_location_id"),
        "transaction_type": Text(frozenset({"increment", "decrement", "adjust", "modify"})),
        "quantity": Number(whole=True, least=0),
        "cost": MONEY,
        "new_cost": MONEY,
        "condition": Text(frozenset({"sellable", "damaged", "expired", "qa_hold"})),
        "new_condition": Text(frozenset({"sellable", "damaged", "expired", "qa_hold"})),
        **dict.fromkeys(("usable_start_date", "usable_end_date", "effective_at"), When()),
    },
    ("transaction_type", "inventory_location_id", "sku", "quantity"),
)
LOCATION = Fields(texts("name inventory_warehouse_id"), ("name", "inventory_warehouse_id"))
_HEADERS = Many(Fields(texts("key value"), ("key", "value")))
WEBHOOK = Fields(
    {**texts("event url name"), "headers": _HEADERS, "store_id": Number(whole=True)},
    ("event", "url"),
)
WEBHOOK_UPDATE = Fields({**texts("url name"), "headers": _HEADERS, "store_id": Number(whole=True)})
