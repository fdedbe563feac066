"""The group's ERP as files over HTTP."""
