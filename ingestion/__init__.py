"""Vendors to ``raw_<system>``: knows dlt and HTTP, and nothing of dagster or dbt."""
