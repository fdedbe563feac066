"""Shopify's Admin GraphQL API 2026-07 over a world's tables: executor, bulk operations, limits, scopes."""
