"""Salesforce's REST API v62.0 and Bulk API 2.0 as the group's organisations answer them."""
