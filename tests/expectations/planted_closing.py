"""What spoils the audits of closes, restatements and currencies."""

CLOSED = """
    insert into marts.period_closes (legal_entity, period, version, status)
    values ('nordlicht-gmbh', date '{month}', 1, 'closed');"""
_MOVED = """
    insert into marts.restatements (legal_entity, period, version, metric, dimension, dimension_value, currency,
        as_reported, current, cause, difference)
    values ('nordlicht-gmbh', date '2026-09-01', 1, 'net_sales', 'legal_entity', 'nordlicht-gmbh', 'EUR',
        100, 90, '{cause}', {difference})"""
_SETTLED = """
    insert into marts.fx_differences (system, account, entry_id, kind, currency, amount, currency_settlement,
        amount_settlement, event_date, amount_group)
    values ('stripe', 'payments-gmbh', '{entry}', 'psp_rate', 'USD', 120, 'EUR', 112, date '2026-10-01', {gain})"""
_SOLD = """
    insert into marts.sales_by_fx_basis (account, period, currency, net_sales_amount, net_sales_amount_group,
        net_sales_closing_amount_group)
    values ('nordlicht-de', date '2026-10-01', 'EUR', 0.0001, 100, {closing})"""

BY_SUITE: dict[str, dict[str, str]] = {
    "period_closes": {
        "months_close_in_order": CLOSED.format(month="2026-07-01")
        + CLOSED.format(month="2026-09-01"),
    },
    "restatements": {
        "causes_sum_to_the_difference": _MOVED.format(cause="rate", difference="-9.9999"),
        "reported_values_moved_as_told": """
            insert into marts.metric_values by name
            select * replace ('as_reported' as basis, value + 0.0001 as value) from marts.metric_values
            where metric = 'net_sales' and grain = 'month' and dimension = 'legal_entity'""",
        "nothing_moved_for_no_known_cause": _MOVED.format(cause="other", difference=-10),
        "closed_months_hardly_move": _MOVED.format(cause="deleted", difference=-10),
    },
    "fx_differences": {
        "entries_are_those_of_the_ledger": _SETTLED.format(entry="txn_of_nobody", gain=1),
        "every_step_has_its_rates": _SETTLED.format(entry="txn_1", gain="null"),
        "providers_rates_are_believable": _SETTLED.format(entry="txn_1", gain=-12),
    },
    "sales_by_fx_basis": {
        "net_sales_equal_the_ledger": _SOLD.format(closing=100),
        "bases_are_near_each_other": _SOLD.format(closing=10000),
    },
}
