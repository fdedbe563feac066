"""Webhooks of the served vendors: what happened in the world's latest days, sent and signed as they do it."""
