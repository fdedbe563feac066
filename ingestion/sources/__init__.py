"""One module per system: its tables, typed once, and how its API is asked for them."""
