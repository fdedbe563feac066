{{ staged_load_completeness('treasury') }}
