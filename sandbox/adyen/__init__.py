"""Adyen's report server: settlement detail and payments accounting reports of each merchant account."""
