"""For each audit of payments and parcels, the SQL that spoils the tiny warehouse in just that way."""

_MANY = "from range({count}) as numbers(n)"
_CHARGES = """
    insert into marts.payment_ledger (
        account, entry_id, kind, charge_id, order_account, order_id, currency, occurred_at, gross_amount,
        fee_amount, gross_amount_presentment, currency_presentment)
    select 'payments-gmbh', 'e' || n, 'charge', 'c' || n, {order}, 'EUR', {at}, 100, {fee}, 100, 'EUR'
    from range({count}) as numbers(n)
"""
_ADA = "'nordlicht-de', '1'"
_SEPTEMBER = "timestamp '2026-09-01 10:00'"


def _many(count: int) -> str:
    return _MANY.format(count=count)


def _charges(count: int, order: str = _ADA, at: str = _SEPTEMBER, fee: str = "2") -> str:
    return _CHARGES.format(count=count, order=order, at=at, fee=fee)


BY_SUITE: dict[str, dict[str, str]] = {
    "payment_ledger": {
        "charges_name_their_order": _charges(10, order="null, null"),
        "linked_orders_are_there": _charges(6, order="'nordlicht-de', '99'"),
        "every_charged_entry_has_its_charge": """
            update marts.payment_ledger set charge_id = null where kind = 'refund'""",
        "every_kind_has_a_word": """
            update marts.payment_ledger set kind = 'other' where kind = 'charge'""",
        "the_key_is_live": "update staging.stg_stripe__charges set is_test = true",
        "fees_are_believable": _charges(50, fee="0.01"),
        "refunds_stay_below_charges": """
            update marts.payment_ledger set gross_amount_presentment = -113 where kind = 'refund'""",
        "no_entry_after_as_of": """
            update marts.payment_ledger set occurred_at = timestamp '2026-10-17 06:00' where kind = 'refund'""",
        "no_account_fell_silent": "delete from marts.payment_ledger;" + _charges(90),
    },
    "payouts": {
        "what_no_list_shows_is_small": """
            update marts.payouts set residual_amount = -1, entries_net_amount = 56.70""",
        "payouts_made_by_schedule_list_their_entries": """
            update marts.payouts set has_entry_list = false""",
        "payouts_have_their_entry_in_the_ledger": """
            delete from marts.payment_ledger where kind = 'payout'""",
        "payouts_arrive": """
            update marts.payouts set status = 'in_transit', arrived_date = date '2026-10-09'""",
        "failed_payouts_are_few": """
            insert into marts.payouts (account, payout_id, status, currency, amount, created_at)
            select 'payments-gmbh', 'po_f' || n, 'failed', 'EUR', 5, timestamp '2026-10-10 06:00'
            from range(2) as numbers(n)""",
        "payout_status_is_known": "update marts.payouts set status = 'paused'",
    },
    "disputes": {
        "disputed_charges_are_known": "update marts.disputes set charge_id = 'ch_gone'",
        "dispute_money_is_in_the_ledger": "update marts.disputes set reinstated_amount = 10",
        "inquiries_move_no_money": "update marts.disputes set is_inquiry = true",
        "disputes_are_answered_in_time": """
            update marts.disputes set due_at = timestamp '2026-10-17 23:59'""",
        "disputes_are_few": f"""
            insert into marts.disputes (account, dispute_id, is_inquiry, opened_at)
            select 'payments-gmbh', 'du_m' || n, false, timestamp '2026-10-01 10:00' {_many(30)}""",
        "dispute_status_is_known": "update marts.disputes set status = 'paused'",
    },
    "psp_balances": {
        "balances_tie_day_by_day": """
            update marts.psp_balances set difference_amount = 1 where statement_id = '2'""",
        "a_day_opens_as_the_one_before_closed": """
            update marts.psp_balances set opening_amount = 90 where statement_id = '2'""",
        "balances_are_still_stated": """
            insert into marts.payment_ledger (system, account, entry_id, occurred_at, occurred_date)
            select 'paypal', 'paypal-gmbh', 'p' || n, timestamp '2026-08-01 10:00', date '2026-08-01' + 40 * cast(n as integer)
            from range(2) as numbers(n)""",
    },
    "shipment_signatures": {
        "signed_parcels_are_shipments": "update marts.shipments set has_signature = false",
    },
    "tickets": {
        "orders_of_tickets_are_there": "update marts.tickets set order_id = '99'",
        "no_ticket_after_as_of": """
            update marts.tickets set created_at = timestamp '2026-10-17 06:00'""",
    },
    "shipments": {
        "tracking_numbers_are_hashed": "update marts.shipments set tracking_number_hash = 'JD014600'",
        "sent_orders_have_a_shipment": "delete from marts.shipments",
        "parcels_arrive": f"""
            insert into marts.shipments (account, shipment_id, status, shipped_at)
            select 'nordlicht-de', 's' || n, 'in_transit', timestamp '2026-08-01 10:00' {_many(50)}""",
        "exceptions_stay_exceptions": f"""
            insert into marts.shipments (account, shipment_id, carrier, status, shipped_at)
            select 'nordlicht-de', 's' || n, 'DHL', 'exception', timestamp '2026-10-10 10:00' {_many(50)}""",
        "numbers_are_tracked": f"""
            insert into marts.accounts (system, account) values ('aftership', 'parcels');
            insert into marts.shipments (system, account, shipment_id, status, shipped_at, tracking_number_hash)
            select 'shopify', 'nordlicht-de', 's' || n, 'shipped', timestamp '2026-10-10 10:00', repeat('a', 64)
            {_many(50)}""",
        "trackings_belong_to_orders": f"""
            insert into marts.shipments (system, account, shipment_id, status, shipped_at)
            select 'aftership', 'parcels', 's' || n, 'shipped', timestamp '2026-10-10 10:00' {_many(11)}""",
        "carriers_still_speak": f"""
            insert into staging.stg_aftership__trackings
            select 'parcels', 't' || n, 'dhl', timestamp '2026-09-10 10:00', timestamp '2026-09-12 10:00'
            {_many(50)}""",
    },
}
