"""The one package that imports dagster: load, transform, measure, audit, publish, and the clock around them."""
