"""Shopify's Admin GraphQL API, 2026-07, played over a world's vendor-shaped tables."""
