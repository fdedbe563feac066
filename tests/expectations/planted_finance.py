"""What spoils the tiny group's liabilities, taxes, recognition and margins, audit by audit."""

_SOLD_CARD = """
    insert into marts.stored_value_ledger
        (account, movement_id, instrument, kind, order_id, currency, amount, balance_amount)
    values ('nordlicht-de', 'card:1', 'gift_card', '{kind}', '{order}', 'EUR', {amount}, {amount});
"""

BY_SUITE: dict[str, dict[str, str]] = {
    "stored_value_ledger": {
        "cards_sold_equal_the_ledger": _SOLD_CARD.format(kind="issued", order="1", amount=50),
        "no_balance_below_zero": _SOLD_CARD.format(kind="redeemed", order="1", amount=-5),
    },
    "stored_value_periods": {
        "months_follow_each_other": """
            insert into marts.stored_value_periods
                (account, instrument, currency, period, opening_amount, closing_amount)
            values ('nordlicht-de', 'gift_card', 'EUR', date '2026-10-01', 5, 5)""",
        "months_equal_the_movements": """
            insert into marts.stored_value_periods
                (account, instrument, currency, period, opening_amount, closing_amount)
            values ('nordlicht-de', 'gift_card', 'EUR', date '2026-10-01', 0, 5)""",
    },
    "tax_lines": {
        "tax_lines_equal_the_ledger": "update marts.tax_lines set tax_amount = 18 where sale_id = 's1'",
        "the_shops_own_tax_agrees": "update staging.stg_shopify__orders set total_tax_amount = 16",
        "every_tax_has_a_name": "update marts.tax_lines set tax_name = null",
    },
    "tax_summary": {
        "months_equal_the_tax_lines": "update marts.tax_summary set tax_amount = 8.0001",
        "tax_fits_its_rate": "update marts.tax_summary set taxable_amount = 450",
    },
    "receivables": {
        "receivables_equal_the_orders": """
            update marts.orders set outstanding_amount = 5 where order_id = '1'""",
        "no_debt_is_forgotten": """
            insert into marts.receivables (account, order_id, currency, age_days, outstanding_amount)
            values ('nordlicht-de', '9', 'EUR', 181, 5)""",
    },
    "recognised_sales": {
        "recognised_and_deferred_are_net_sales": """
            update marts.recognised_sales set amount = 91 where amount = 90""",
        "what_was_shipped_in_full_is_recognised": """
            update marts.recognised_sales set deferred_amount = 1 where amount = -45""",
    },
    "recognised_sales_bridge": {
        "the_bridge_ends_at_what_orders_defer": """
            update marts.recognised_sales_bridge set closing_deferred_amount = 1 where currency = 'EUR'""",
    },
    "category_sales": {
        "categories_equal_the_ledger": "delete from marts.category_sales where currency = 'JPY'",
        "most_goods_have_a_category": "update marts.category_sales set category = 'uncategorised'",
    },
    "shopify_sales_comparison": {
        "dating_only_moves_days": """
            update marts.shopify_sales_comparison set dating_amount = 1 where currency = 'JPY'""",
        "the_reports_net_sales_are_near_ours": """
            update marts.shopify_sales_comparison set shopify_net_sales_amount = 2100 where currency = 'JPY'""",
    },
    "order_margins": {
        "margins_are_of_the_orders_net_sales": "delete from marts.order_margins where order_id = '2'",
        "goods_sold_have_a_cost": "update marts.order_margins set uncosted_lines_count = 1",
        "fees_of_providers_are_believable": "update marts.order_margins set psp_fee_amount_group = 5",
    },
    "order_line_margins": {
        "lines_add_up_to_the_order": """
            update marts.order_line_margins set margin_amount_group = 27.9999 where line_id = '11'""",
    },
    "dispute_provisions": {
        "every_open_dispute_has_its_provision": "delete from marts.dispute_provisions",
        "no_provision_exceeds_its_risk": "update marts.dispute_provisions set provision_amount = 11",
    },
    "margin_cohorts": {
        "cohorts_equal_the_orders": "update marts.margin_cohorts set orders_count = 2 where is_identified",
    },
    "pipeline": {
        "no_draft_is_an_order_too": """
            insert into marts.pipeline (account, draft_order_id) values ('nordlicht-de', '7');
            insert into staging.stg_shopify__draft_orders values ('nordlicht-de', '7', '1')""",
        "drafts_are_not_forgotten": """
            insert into marts.pipeline (account, draft_order_id, stage, currency, age_days, total_amount)
            values ('nordlicht-de', '7', 'awaiting_approval', 'EUR', 91, 5)""",
    },
    "subscriptions": {
        "who_owes_is_on_no_reactivation_list": """
            insert into marts.subscriptions (account, contract_id, customer_key, payment_state)
            values ('nordlicht-de', '8', 'ck_ada', 'unpaid')""",
        "most_cycles_are_paid": """
            insert into marts.subscriptions (account, contract_id, status, payment_state)
            select 'nordlicht-de', 's' || n, 'active', 'retrying' from range(20) as numbers(n)""",
    },
}
