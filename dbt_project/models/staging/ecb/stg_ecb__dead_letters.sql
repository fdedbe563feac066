{{ staged_dead_letters('ecb') }}
