"""Zendesk Support's API v2 as the group's account answers it."""
