{{ staged_dead_letters('shopify') }}
