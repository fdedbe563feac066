{{ staged_load_completeness('ecb') }}
