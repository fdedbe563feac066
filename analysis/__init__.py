"""Tables in, tables out: steps of the line that are not SQL. Knows no dagster, dbt or GX."""
