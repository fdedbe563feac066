"""For each audit of the reconciliation, the SQL that spoils the tiny warehouse in just that way."""

_OPEN = """
    insert into marts.reconciliation
        (leg, side, system, account, source_id, state, amount, currency, difference_amount, age_days, owner)
    select '{leg}', '{side}', 'stripe', 'payments-gmbh', 's' || n, '{state}', 10, 'EUR', 10, {age}, 'payments-team'
    from range({count}) as numbers(n)
"""
_LINKS = """
    insert into marts.reconciliation
        (leg, side, system, account, source_id, state, amount, currency, difference_amount, age_days, owner)
    select 'psp_payout', side, 'stripe', 'payments-gmbh', 's' || n, 'matched', 10, 'EUR', 0, 9, 'payments-team'
    from range(50) as numbers(n), (values ('psp'), ('payout')) as sides(side);
    insert into marts.reconciliation_matches
        (leg, side, system, account, source_id, matched_side, matched_system, matched_account, matched_id, amount,
            currency, key, confidence)
    select 'psp_payout', 'psp', 'stripe', 'payments-gmbh', 's' || n, 'payout', 'stripe', 'payments-gmbh', 's' || n,
        10, 'EUR', 'amount_and_date', 0.6
    from range(50) as numbers(n)
"""


def _open(state: str, side: str, count: int = 1, age: int = 9) -> str:
    leg = "order_psp" if side in ("order", "psp") else "payout_bank"
    return _OPEN.format(leg=leg, side=side, state=state, count=count, age=age)


BY_SUITE: dict[str, dict[str, str]] = {
    "reconciliation": {
        "hardly_anything_is_unknown": _open("unknown", "order", count=3),
        "most_of_an_account_finds_its_partner": _open("missing_in_shop", "psp", count=50),
        "nothing_was_captured_twice_lately": _open("duplicate_capture", "psp"),
        "payouts_reach_the_bank": _open("missing_at_bank", "payout"),
    },
    "reconciliation_matches": {
        "both_ends_are_reconciled": """
            update marts.reconciliation_matches set matched_id = 'gone' where leg = 'order_psp'""",
        "most_links_are_certain": _LINKS,
    },
    "duplicate_captures": {
        "duplicates_stay_few": """
            insert into marts.duplicate_captures (system, account, entry_id)
            select 'stripe', 'payments-gmbh', 'e' || n from range(11) as numbers(n)""",
    },
    "fee_drift": {
        "fees_follow_the_contract": """
            insert into marts.fee_drift (system, account, entry_id, payment_method, region, fee_id, drift_amount,
                currency, occurred_at)
            select 'stripe', 'payments-gmbh', 'e' || n, 'card', 'eea', 'fee-001', 1, 'EUR',
                timestamp '2026-10-01 12:00'
            from range(3) as numbers(n)""",
    },
}
