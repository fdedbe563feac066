"""Where a raw table's objects are in a generated world: one SQL query per table, in the vendor's fields.

Beside the fields stand ``_account`` and, for objects that hang on another, ``_parent``, its id.
"""

from collections.abc import Callable

import duckdb

from ingestion.stripe_api import OVERLAP
from ingestion.stripe_payouts import ENTRY, LEFT
from ingestion.tables import Table
from ingestion.zendesk_exports import AT_REST
from sandbox.world import World
from sandbox.world.tables import COLUMNS

# Tables of the shop's that take their objects by what these say of themselves.
BY_TYPENAME = {"OrderAgreement": "SalesAgreement", "ProductSale": "Sale"}


# Tables that no list of a vendor's fills: events and the load's own questions do, so a straight world leaves them empty.
NOT_LISTED = {"customer_merges", "object_counts"}
# Systems read from reports and statements, which stand in no world as tables: a straight world leaves them empty.
FROM_FILES = {"adyen", "bank", "paypal"}


def is_listed(system: str, table: str) -> bool:
    """Whether a straight world fills this raw table."""
    return system not in FROM_FILES and table not in NOT_LISTED


def objects(world: World, system: str, table: Table) -> str:
    """The query; raises ``KeyError`` for a system that no world has."""
    return VENDORS[system](world, table)


def _shopify(_: World, table: Table) -> str:
    node = table.nodes[0]
    name = node if node in COLUMNS else BY_TYPENAME[node]
    return f'select * exclude (_shop), _shop as _account from shopify."{name}"'


def _stripe(world: World, table: Table) -> str:
    if table.nodes == (ENTRY,):
        # What the product asks for: automatic payouts that are on their way, and whose list is whole.
        left = ", ".join(f"'{status}'" for status in sorted(LEFT))
        return f"""select e._payout as payout_id, e.id, e._account
            from stripe.balance_transactions as e
            join stripe.payouts as p on p._account = e._account and p.id = e._payout
            where p.automatic and p.status in ({left})
                and p.reconciliation_status is distinct from 'in_progress'"""
    if table.name == "events":
        # A first load reads every list whole, and of the changes only the last ones.
        since = int((world.clock - OVERLAP).timestamp())
        return f"select * from stripe.events where created >= {since}"
    return f"select * from stripe.{table.name}"


def _hubspot(_: World, table: Table) -> str:
    if table.name != "contacts":
        return f"select * from hubspot.{table.name}"
    # The loader asks for the companies of whom it finds in the list, not of the archived.
    return """select c.*, list_transform(a."to", lambda t: struct_pack(
            company_id := cast(t."toObjectId" as varchar),
            label := nullif(array_to_string(list_sort(list_distinct(list_filter(list_transform(
                t."associationTypes", lambda k: k.label), lambda l: l is not null))), ';'), ''))) as companies
        from hubspot.contacts as c
        left join hubspot.associations as a
            on a._account = c._account and a."from".id = c.id and not c.archived"""


def _aftership(_: World, table: Table) -> str:
    return f"select * from aftership.{table.name}"


def _salesforce(_: World, table: Table) -> str:
    return f'select "Id" as id, * exclude ("Id") from salesforce.{table.name}'


def _zendesk(world: World, table: Table) -> str:
    """An export leaves the last minute out."""
    at_rest = int(world.clock.timestamp()) - int(AT_REST.total_seconds())
    if table.name == "tickets":
        return f"""select * replace (cast(id as varchar) as id) from zendesk.tickets
            where generated_timestamp < {at_rest}"""
    return f"""select u.* replace (cast(u.id as varchar) as id), i.identities from zendesk.users as u
        left join (select user_id, list(struct_pack(id := i.id, type := i.type, value := i.value,
                verified := i.verified, created_at := i.created_at, updated_at := i.updated_at)) as identities
            from zendesk.user_identities as i group by user_id) as i on i.user_id = u.id
        where epoch(cast(u.updated_at as timestamptz)) < {at_rest}"""


def _email_tool(_: World, table: Table) -> str:
    return f"select * from email_tool.{table.name}"


def _ecb(world: World, _: Table) -> str:
    return f"""select currency as "CURRENCY", 'EUR' as "CURRENCY_DENOM", "date" as "TIME_PERIOD",
            rate as "OBS_VALUE", 'ecb' as _account
        from rates.ecb where "date" >= date '{world.history_from}'"""


def _erp(_: World, table: Table) -> str:
    schema = "truth" if table.name == "shipping_costs" else "erp"
    moment = "strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ')" if schema == "truth" else "updated_at"
    return f"""select * replace ({moment} as updated_at), 'erp' as _account from {schema}.{table.name}"""


def _treasury(world: World, table: Table) -> str:
    if table.name == "contracted_fees":
        return """select * rename (account as psp_account), 'treasury' as _account
            from rates.contracted_fees"""
    if table.name != "rates":
        return f"select *, 'treasury' as _account from rates.{table.name}"
    return f"""select *, 'treasury' as _account from rates.treasury
        where cast(updated_at as timestamptz) >= timestamptz '{world.history_from} 00:00:00Z'"""


VENDORS: dict[str, Callable[[World, Table], str]] = {
    "shopify": _shopify,
    "stripe": _stripe,
    "hubspot": _hubspot,
    "salesforce": _salesforce,
    "zendesk": _zendesk,
    "aftership": _aftership,
    "email_tool": _email_tool,
    "ecb": _ecb,
    "erp": _erp,
    "treasury": _treasury,
}


def described(con: duckdb.DuckDBPyConnection, relation: str) -> dict:
    """The columns of a relation with their types."""
    found = con.sql(f"select * from {relation} limit 0")
    return dict(zip(found.columns, found.types, strict=True))
