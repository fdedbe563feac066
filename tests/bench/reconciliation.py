"""``python -m tests.bench.reconciliation``: a million orders with their entries, payouts and bank lines, reconciled.

The inputs are made by SQL and not measured; what is measured are dbt's own models from there to
``marts.reconciliation``, each size in a process of its own. Growth is the exponent between the sizes.
"""

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.table import show
from tests.bench.work import measured

SIZES = (100_000, 1_000_000)
DAYS = 700  # that the orders, and so the payouts, are spread over
MODELS = ("path:models/intermediate/reconciliation", "path:models/marts/reconciliation")
# Made here instead, or not part of it: contracts are looked up per charge.
GIVEN = ("int_bank_entries__unioned", "int_charge_fees__agreed", "fee_drift")
# Of a hundred orders: two whose charge names none, five authorised and captured later, eight refunded; of a thousand
# one missing at the provider and one captured twice; a third of the payouts come without their reference.
INPUTS = """
create schema staging; create schema intermediate; create schema marts; create schema raw_group;
create table staging.stg_group__run_context as select timestamp '2026-10-15 06:00' as as_of;
create table staging.stg_group__accounts as
select * from (values ('shopify', 'shop', 'entity', 'shop-team'), ('stripe', 'pay', 'entity', 'pay-team'),
    ('bank', 'bank', 'entity', 'treasury')) as t(system, account, legal_entity, owner);
create table staging.stg_bank__statements as select 'DE00' as iban;
create table staging.stg_treasury__gateway_migrations as
select '' as account, '' as migration_id, 1 as version, '' as shop_account, '' as from_system, '' as to_system,
    date '2026-01-01' as starts_on, date '2026-01-01' as ends_on, '' as owner, '' as severity where false;
create temp table drawn as
select i, cast(i as varchar) as order_id, cast(10 + hash(i) % 9000 * 0.01 as decimal(38, 4)) as amount,
    timestamp '2024-11-01' + to_seconds(cast(i * 86400.0 * {days} / {orders} as bigint)) as paid_at,
    hash(i, 1) % 100 as pct, hash(i, 2) % 1000 as mille
from range({orders}) as t(i);
create table staging.stg_shopify__orders as
select 'shopify' as system, 'shop' as account, order_id, '#' || (1000 + i) as order_name, false as is_test,
    'EUR' as currency, 'EUR' as currency_presentment, amount as total_price_amount_presentment,
    case when pct between 10 and 17 then amount - 5 else amount end as current_total_price_amount_presentment
from drawn;
create table staging.stg_shopify__transactions as
with kinds as (
    select *, case when pct < 5 then 'capture' else 'sale' end as kind, 'c' || i || '.1' as payment_id, 't' || i as id,
        case when pct < 5 then 'a' || i end as parent, paid_at as happened_at, amount as taken from drawn
    union all
    select *, 'authorization', 'c' || i || '.0', 'a' || i, null, paid_at, amount from drawn where pct < 5
    union all
    select *, 'refund', 'r' || i || '.1', 'r' || i, 't' || i, paid_at + interval 3 day, 5.0000 from drawn
    where pct between 10 and 17)
select 'shopify' as system, 'shop' as account, order_id, id as transaction_id, parent as parent_transaction_id, payment_id,
    kind, 'success' as status, 'stripe' as gateway, false as is_test, 'EUR' as currency, 'EUR' as currency_presentment,
    cast(taken as decimal(38, 4)) as transaction_amount, cast(taken as decimal(38, 4)) as transaction_amount_presentment,
    happened_at as created_at, happened_at as processed_at
from kinds where happened_at < timestamp '2026-10-15';
create table intermediate.int_psp_entries__unioned as
with moved as (
    select 'txn_' || i as entry_id, 'charge' as kind, paid_at, amount as gross,
        case when pct < 5 then 'c' || i || '.0' else 'c' || i || '.1' end as payment_id, pct in (98, 99) as is_nameless, order_id
    from drawn where mille <> 0
    union all
    select 'dup_' || i, 'charge', paid_at + interval 1 minute, amount, null, false, order_id from drawn where mille = 1
    union all
    select 'ref_' || i, 'refund', paid_at + interval 3 day, -5.0000, null, pct in (98, 99), order_id from drawn
    where pct between 10 and 17)
select 'stripe' as system, 'pay' as account, entry_id, kind, kind as vendor_type, paid_at as occurred_at,
    paid_at + interval 2 day as available_at, entry_id as source_id, 'ch_' || order_id as charge_id,
    case when paid_at < timestamp '2026-10-10' then 'po_' || strftime(paid_at, '%Y%m%d') end as payout_id,
    cast(null as varchar) as transaction_id, case when not is_nameless then payment_id end as payment_id,
    case when not is_nameless then 'shop' end as order_account, case when not is_nameless then order_id end as order_id,
    false as is_release, false as is_bounced, false as is_duplicate_record, gross as gross_amount,
    cast(gross as decimal(38, 4)) as net_amount, 'EUR' as currency, cast(gross as decimal(38, 4)) as gross_amount_presentment,
    'EUR' as currency_presentment, paid_at
from moved where paid_at < timestamp '2026-10-15';
create table intermediate.int_payouts__summed as
select 'stripe' as system, 'pay' as account, payout_id, 'paid' as status, true as is_automatic, false as is_duplicate_record,
    true as has_entry_list, payout_id as bank_reference, 'EUR' as currency, cast(sum(net_amount) as decimal(38, 4)) as amount,
    'EUR' as balance_currency, cast(sum(net_amount) as decimal(38, 4)) as balance_amount, max(available_at) as created_at,
    cast(max(available_at) as date) + 2 as arrived_date, cast(0 as decimal(38, 4)) as residual_amount
from intermediate.int_psp_entries__unioned where payout_id is not null group by payout_id;
create table intermediate.int_bank_entries__unioned as
select 'bank' as system, 'bank' as account, 'entity' as legal_entity, 'E' || payout_id as line_id, 'E' || payout_id as entry_id,
    'DE00' as iban, 'EUR' as currency, amount, cast(null as decimal(38, 4)) as instructed_amount,
    cast(null as varchar) as instructed_currency, arrived_date as booked_date, cast(arrived_date as timestamp) as occurred_at,
    false as is_reversal, 'PMNT/RCDT/ESCT' as transaction_code,
    case when hash(payout_id) % 3 = 0 then '' else payout_id end as end_to_end_id, 'STRIPE PAYOUT' as remittance_text,
    cast(null as varchar) as counterparty_iban, 'stripe' as psp_system, false as is_duplicate_record
from intermediate.int_payouts__summed;
"""


def reconcile(orders: int) -> dict[str, Any]:
    """Seconds of the models alone, and what became of the orders."""
    import duckdb

    from tests.dbt_project import warehouse

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(INPUTS.format(orders=orders, days=DAYS))
        warehouse.dbt(path, "seed")
        busy = time.process_time()
        outcome = warehouse.dbt(path, "run", "--select", *MODELS, "--exclude", *GIVEN)
        cpu = time.process_time() - busy
        results: Any = outcome.result
        if not outcome.success:
            raise RuntimeError([r.message for r in results if r.status != "success"][:3])
        with duckdb.connect(str(path), read_only=True) as con:
            states = con.execute(
                "select state, count(*) from marts.reconciliation group by all order by all"
            ).fetchall()
        seconds = sum(result.execution_time for result in results)
        return {"reconciling": round(seconds, 2), "cpu": round(cpu, 2), "states": states}


def measure() -> list[dict[str, Any]]:
    """One row per size, and the exponent by which CPU grows."""
    rows, spent = [], []
    for orders in SIZES:
        found = measured(reconcile, orders)
        spent.append(found["reconciling"])
        rows.append(
            {
                "stage": "reconciliation",
                "size": f"{orders:,} orders",
                "seconds": found["reconciling"],
                "cpu_seconds": found["cpu"],
                "orders_per_second": int(orders / found["reconciling"]),
                "peak_mb": found["peak_mb"],
                "reference": str(found["states"]),
            }
        )
    exponent = math.log(spent[-1] / spent[0]) / math.log(SIZES[-1] / SIZES[0])
    rows[-1]["ratio"] = f"grows by {exponent:.2f}"
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    show(measure(), parser.parse_args().out)
