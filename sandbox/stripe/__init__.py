"""Stripe's API over a generated world: lists and objects, read only, as a restricted key sees them."""
