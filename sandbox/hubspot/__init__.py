"""HubSpot's CRM API v3 as the group's account answers it."""
