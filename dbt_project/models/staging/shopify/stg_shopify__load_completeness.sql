{{ staged_load_completeness('shopify') }}
