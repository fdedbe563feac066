"""How Stripe shows customers at a moment (see psp_shape_charges)."""

from sandbox.world.psp_shape_charges import NO_METADATA


def customers(asked: str) -> str:
    """Select of customers; ``asked`` has ``pid``, ``shop``, ``as_of``."""
    return f"""
    with asked as ({asked}),
    seen as (
        select c.*, a.as_of, p.first_name, p.last_name, p.address1, p.city, p.zip, p.province, p.country,
            p.language, coalesce(c.linked_at <= a.as_of, false) as is_linked
        from asked as a
        join truth.psp_customers as c using (pid, shop)
        join truth.persons as p using (pid))
    select customer_id as "id", 'customer' as "object",
        struct_pack("city" := city, "country" := country, "line1" := address1, "line2" := null,
            "postal_code" := zip, "state" := province) as "address",
        0 as "balance", psp_epoch(created_at) as "created", null as "currency", null as "default_source",
        false as "delinquent", null as "description", null as "discount", email as "email",
        upper(substr(md5(customer_id), 1, 7)) as "invoice_prefix",
        struct_pack("custom_fields" := null, "default_payment_method" := null, "footer" := null,
            "rendering_options" := null) as "invoice_settings",
        true as "livemode",
        case when is_linked then map(['shop', 'shopify_customer_id'], [domain, shop_customer_id])
            else {NO_METADATA} end as "metadata",
        first_name || ' ' || last_name as "name", 1 as "next_invoice_sequence", phone as "phone",
        [language] as "preferred_locales", null as "shipping", 'none' as "tax_exempt", null as "test_clock",
        psp as _account, pid || '/' || shop as _key, as_of as _as_of
    from seen"""
