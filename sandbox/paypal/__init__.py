"""PayPal's REST API for one account: transaction search, balances, disputes, and the settlement report folder."""
