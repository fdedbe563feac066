"""A job that asks vendors as fast as its budgets let it: ``python -m ... GROUP WORKDIR TIMES ACCOUNT...``.

Prints per account how many requests the vendor refused for its limits.
"""

import sys
from pathlib import Path

from ingestion import group as group_file
from ingestion.aftership_api import Carrier
from ingestion.auth import BearerAuth
from ingestion.group import Account
from ingestion.hubspot_api import Crm
from ingestion.patience import Patience, shared
from ingestion.shopify_api import Shop
from ingestion.stripe_api import Stripe

PATIENCE = Patience(attempts=20, first=0.05, longest=1.0)
ORDERS = "query($first: Int!) { orders(first: $first) { nodes { id lineItems(first: 5) { nodes { id } } } } }"
EMPTY = {"filterGroups": [], "properties": [], "limit": 1}


def ask(account: Account, patience: Patience) -> None:
    """One request, of the kind that its vendor allows least of."""
    if account.system == "shopify":
        shop = Shop(account, patience)
        shop.query(ORDERS, {"first": 20})
        shop.client.close()
    elif account.system == "hubspot":
        Crm(account, patience).json("/crm/v3/objects/contacts/search", body=EMPTY)
    elif account.system == "aftership":
        Carrier(account, patience, "2026-07").json("/tracking/2026-07/trackings", {"limit": "1"})
    else:
        Stripe(account, patience, BearerAuth(account)).json("/v1/charges", {"limit": "1"})


def main() -> None:
    group_path, workdir, times, *accounts = sys.argv[1:]
    group_file.read_env(f"{group_path}.env")
    group = group_file.load(group_path)
    for name in accounts:
        account = group.account(name)
        with shared(account, Path(workdir), PATIENCE) as patience:
            for _ in range(int(times)):
                ask(account, patience)
            assert patience.budget
            print(name, sum(tally.throttled for tally in patience.budget.tallies.values()))


if __name__ == "__main__":
    main()
