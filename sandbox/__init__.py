"""A commerce group you can run: its world, its vendors' servers, its answer key. Imports nothing of the product."""
