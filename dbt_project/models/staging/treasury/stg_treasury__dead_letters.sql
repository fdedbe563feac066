{{ staged_dead_letters('treasury') }}
