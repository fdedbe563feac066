"""For each audit, the SQL that spoils the tiny warehouse in just the way it is there to catch."""

import expectations
from tests.expectations import (
    planted_closing,
    planted_finance,
    planted_payments,
    planted_people,
    planted_reconciliation,
)

EARLIER = """
    create schema if not exists audit;
    create table audit.audit_results (
        run_id varchar, audit varchar, relation varchar, severity varchar, passed boolean,
        observed varchar, expected varchar, owner varchar, checked_at timestamp, message varchar);
    insert into audit.audit_results (audit, relation, passed, observed, checked_at)
    values ('{audit}', '{relation}', true, '{observed}', timestamp '2026-10-14 06:00')
"""
MANY = "from range({count}) as numbers(n)"


def earlier(relation: str, audit: str, observed: str) -> str:
    return EARLIER.format(relation=relation, audit=audit, observed=observed)


def _many(count: int) -> str:
    return MANY.format(count=count)


_BUSY_DAYS = """
    insert into marts.revenue_daily by name
    select 'nordlicht-de' as account, 'EUR' as currency, 50 as orders_count, 1000 as gross_sales_amount,
        date '2026-09-08' + cast(n as integer) as date
    from range(28) as numbers(n)
"""

BY_SUITE: dict[str, dict[str, str]] = {
    **planted_closing.BY_SUITE,
    **planted_finance.BY_SUITE,
    **planted_payments.BY_SUITE,
    **planted_people.BY_SUITE,
    **planted_reconciliation.BY_SUITE,
    "accounts": {
        "one_group_currency": """
            update marts.accounts set group_currency = 'USD' where account = 'nordlicht-jp'""",
        "no_shop_left_the_group": "delete from marts.accounts where account = 'nordlicht-jp'",
        "every_shop_sells": "delete from marts.orders where account = 'nordlicht-jp'",
        "no_direct_identifier": "update marts.accounts set owner = 'ada@example.com'",
    },
    "api_usage": {
        "no_day_is_nearly_used_up": """
            update marts.api_usage set used = 520000 where period = 'day'""",
        "no_vendor_refused_for_its_limits": """
            update marts.api_usage set throttled_count = 1 where period = '10s'""",
    },
    "customer_360": {
        "customers_are_those_of_id_map": "delete from marts.customer_360 where customer_key = 'ck_ben'",
        "net_sales_equal_the_ledger": """
            update marts.customer_360 set net_sales_amount_group = 45.0001 where customer_key = 'ck_ada'""",
        "ltv_is_that_of_customer_ltv": """
            update marts.customer_360 set ltv_amount_group = 46 where customer_key = 'ck_ada'""",
        "orders_are_those_of_orders": """
            update marts.customer_360 set orders_count = 2 where customer_key = 'ck_ada'""",
        "most_customers_are_identified": f"""
            insert into marts.customer_360 (customer_key, is_identified)
            select 'ck_' || n, n < 30 {_many(100)}""",
        "disputes_are_those_of_disputes": """
            update marts.customer_360 set disputes_count = 2 where customer_key = 'ck_ada'""",
        "prospects_never_bought": """
            update marts.customer_360 set is_prospect = true where customer_key = 'ck_ada'""",
        "no_segment_holds_everyone": f"""
            insert into marts.customer_360 (customer_key, segment, orders_count)
            select 'ck_' || n, 'vip', 1 {_many(100)}""",
        "no_direct_identifier": "alter table marts.customer_360 add column first_name varchar",
    },
    "customer_contacts": {
        "contacts_are_customers": """
            update marts_pii.customer_contacts set customer_key = 'ck_gone' where source_id = '901'""",
        "every_record_has_its_contact": """
            delete from marts_pii.customer_contacts where source_id = 'order:2'""",
        "addresses_look_like_addresses": f"""
            insert into marts_pii.customer_contacts (customer_key, account, source_id, email)
            select 'ck_ada', 'nordlicht-de', '*' || n, '***' {_many(20)}""",
    },
    "customer_ltv": {
        "ltv_equals_the_bridge": """
            update marts.customer_ltv set ltv_amount_group = 45.0001 where customer_key = 'ck_ada'""",
        "maturity_follows_as_of": """
            update marts.customer_ltv set as_of_date = date '2026-10-17' where customer_key = 'ck_ada'""",
        "no_customer_is_the_business": f"""
            insert into marts.customer_ltv (customer_key, ltv_amount_group)
            select 'ck_' || n, case when n = 0 then 1000 else 10 end {_many(120)}""",
    },
    "customer_redirects": {
        "redirects_lead_to_living_keys": """
            update marts.customer_redirects set to_customer_key = 'ck_nobody'""",
    },
    "companies": {
        "every_customers_company_is_known": """
            update marts.customer_360 set company_key = 'crm:999' where customer_key = 'ck_ada'""",
        "a_company_is_at_least_its_own_spend": """
            insert into marts.companies
                (company_key, orders_count, orders_with_subsidiaries_count, companies_count)
            values ('crm:1', 2, 1, 1)""",
    },
    "company_map": {
        "every_record_has_one_company": """
            insert into intermediate.int_company_nodes__unioned values ('salesforce', 'sales', '002', null)""",
        "no_record_has_two_companies_at_a_time": """
            insert into marts.company_map by name
            select * replace ('co_other' as company_key, recorded_at + interval 1 day as recorded_at)
            from marts.company_map""",
    },
    "company_evidence": {
        "what_holds_joins": """
            insert into marts.company_evidence
                (system, account, source_id, linked_system, linked_account, linked_source_id, rule, evidence)
            values ('salesforce', 'sales', '001', 'salesforce', 'sales', '003', 'vendor_link', 'sales:003')""",
    },
    "company_redirects": {
        "redirects_lead_to_living_keys": """
            insert into marts.company_redirects (from_company_key, to_company_key)
            values ('co_old', 'co_nobody')""",
    },
    "customer_splits": {
        "few_customers_come_apart": f"""
            insert into marts.customer_splits
                (from_customer_key, to_customer_key, split_at, reason, records_count)
            select 'ck_ada', 'ck_' || n, timestamp '2026-10-17', 'split', 1 {_many(30)}""",
    },
    "identity_evidence": {
        "what_holds_joins": """
            insert into marts.identity_evidence
                (system, account, source_id, linked_system, linked_account, linked_source_id, rule, evidence)
            values ('shopify', 'nordlicht-de', '901', 'shopify', 'nordlicht-jp', 'order:2', 'vendor_link', 'x:1')""",
        "evidence_of_identifiers_is_hashed": """
            insert into marts.identity_evidence (system, account, source_id, rule, evidence)
            values ('shopify', 'nordlicht-de', '901', 'email', 'ada@example.com')""",
    },
    "refused_identifiers": {
        "no_identifier_is_over_its_limit": """
            insert into marts.refused_identifiers (identifier, evidence, reason, records_count)
            values ('email', 'f00', 'over_limit', 21)""",
    },
    "dead_letters": {
        "nothing_was_refused": """
            insert into marts.dead_letters (account, stream, reason, amount, currency, status)
            values ('nordlicht-de', 'orders', 'no number', 12.5, 'EUR', 'open')""",
        "few_were_refused": f"""
            insert into marts.dead_letters (system, account, stream, reason, status)
            select 'shopify', 'nordlicht-de', 'orders', 'no number', 'open' {_many(11)}""",
    },
    "fx_rates": {
        "rates_reach_as_of": """
            delete from marts.fx_rates where from_currency = 'JPY' and rate_date > date '2026-10-01'""",
        "no_rate_jumps": """
            update marts.fx_rates set rate = 0.061
            where from_currency = 'JPY' and rate_date > date '2026-10-01'""",
        "pairs_invert": "update marts.fx_rates set rate = 0.006 where from_currency = 'EUR' and to_currency = 'JPY'",
        "approved_rates_name_their_approver": """
            update marts.fx_rates set approved_by = null where source = 'treasury'""",
    },
    "id_map": {
        "every_record_has_one_customer": """
            update marts.id_map set is_current = false where source_id = '901'""",
        "no_record_has_two_customers_at_a_time": """
            insert into marts.id_map by name
            select * replace (recorded_at - interval 1 day as recorded_at, false as is_current,
                timestamp '2026-09-03' as valid_to) from marts.id_map where source_id = '901'""",
        "merged_contacts_follow_their_winner": """
            update marts.id_map set customer_key = 'ck_ben' where rule = 'vendor_merge'""",
        "vendors_links_hold": """
            update marts.id_map set customer_key = 'ck_ben' where source_id = 'cus_1'""",
        "links_lead_to_records": f"""
            insert into intermediate.int_identity_links__unioned by name
            select 'hubspot' as system, 'crm' as account, cast(n as varchar) as source_id,
                'shopify' as linked_system, 'nordlicht-us' as linked_account,
                cast(n as varchar) as linked_source_id, 'vendor_link' as rule {_many(5)}""",
        "few_payers_pay_for_several": f"""
            insert into intermediate.int_identity_links__unioned by name
            select 'stripe' as system, 'payments-gmbh' as account, 'cus_' || n as source_id,
                'vendor_link' as rule, 'nordlicht-de:901 by order ' || n as evidence,
                'several_customers' as refusal {_many(6)}""",
        "crm_contacts_are_customers": f"""
            insert into intermediate.int_identity_nodes__unioned by name
            select 'hubspot' as system, 'crm' as account, 'c' || n as source_id, 'contact' as node_kind
            {_many(100)};
            insert into marts.id_map by name
            select 'hubspot' as system, 'crm' as account, 'c' || n as source_id, 'ck_c' || n as customer_key,
                true as is_current {_many(100)}""",
        "companies_and_private_buyers_stay_apart": """
            update intermediate.int_identity_nodes__unioned set is_b2b = true where source_id = 'cus_1'""",
        "few_addresses_are_malformed": f"""
            insert into intermediate.int_identity_nodes__unioned by name
            select 'hubspot' as system, 'crm' as account, 'm' || n as source_id, true as has_malformed_email
            {_many(5)}""",
        "no_contact_names_a_stranger": """
            update intermediate.int_identity_links__unioned set refusal = 'another_person'""",
        "evidence_is_hashed": """
            update marts.id_map set rule = 'email', evidence = 'ada at example' where source_id = '901'""",
        "one_address_is_one_customer": """
            update intermediate.int_identity_nodes__unioned set email_normalized = 'a@example.com'""",
        "no_customer_is_a_crowd": f"""
            insert into marts.id_map (customer_key, account, is_current)
            select 'ck_ada', 'nordlicht-de', true {_many(50)}""",
        "keys_are_stable": f"""
            insert into marts.id_map (system, account, source_id, customer_key, recorded_at, is_current)
            select 'shopify', 'nordlicht-de', cast(n as varchar), 'ck_' || n || '_' || version,
                timestamp '2026-10-14 06:00' + version * interval 2 day, version = 1
            {_many(30)} cross join range(2) as versions(version)""",
        "no_record_has_a_dead_key": """
            insert into marts.customer_redirects (from_customer_key, to_customer_key)
            values ('ck_ben', 'ck_ada')""",
    },
    "load_completeness": {
        "every_stream_is_complete": """
            update marts.load_completeness set landed = 0 where account = 'nordlicht-jp'""",
        "every_account_was_loaded": """
            delete from marts.load_completeness where account = 'nordlicht-jp'""",
        "no_stream_was_forgotten": """
            update marts.load_completeness set checked_at = checked_at - interval 3 day
            where stream = 'customers' and account = 'nordlicht-jp'""",
        "as_many_as_the_shop_counts": """
            update intermediate.int_object_counts__compared set held_count = 0""",
        "as_of_never_moves_back": earlier(
            "marts.load_completeness", "as_of_never_moves_back", "2026-10-16 06:00:00"
        ),
    },
    "ltv_bridge": {
        "bridge_starts_at_the_ledger": """
            update marts.revenue_ledger set amount = 101, amount_group = 101
            where kind = 'sale' and currency = 'EUR'""",
        "bridge_adds_up": """
            update marts.ltv_bridge set amount = 44 where line = 'identified_customers'""",
        "net_sales_have_a_customer": """
            insert into marts.ltv_bridge (line, currency, ledger_rows_count, amount, amount_group)
            values ('no_customer_key', 'EUR', 1, 0, 0)""",
        "little_net_sales_without_a_first_order": """
            insert into marts.ltv_bridge (line, currency, ledger_rows_count, amount, amount_group)
            values ('no_first_order', 'EUR', 50, 1, 1), ('ledger_net_sales', 'EUR', 100, 1, 1)""",
    },
    "ltv_cohorts": {
        "cohorts_equal_the_customers": """
            update marts.ltv_cohorts set mature_count_30 = 1 where account = 'all' and is_identified""",
        "no_cohort_from_the_future": """
            update marts.ltv_cohorts set cohort_month = date '2026-11-01' where account = 'all'""",
    },
    "metric_definitions": {
        "signatures_hold": """
            update marts.metric_definitions set approval_status = 'lapsed' where metric = 'net_sales'""",
        "definitions_are_in_force": """
            update marts.metric_definitions set effective_from = date '2027-01-01'
            where metric = 'net_sales'""",
    },
    "metric_values": {
        "closed_months_are_reported": planted_closing.CLOSED.format(month="2026-09-01"),
        "every_metric_has_values": "delete from marts.metric_values where metric = 'return_rate'",
        "net_sales_equal_the_ledger": """
            update marts.metric_values set value = value + 0.0001
            where metric = 'net_sales' and dimension = 'all' and grain = 'day'""",
        "the_group_is_the_sum_of_its_parts": """
            update marts.metric_values set value = value + 1
            where metric = 'orders' and dimension = 'legal_entity'""",
        "months_are_the_sum_of_their_days": """
            update marts.metric_values set value = value + 1
            where metric = 'tax' and grain = 'month'""",
        "ltv_is_the_bridge": """
            update marts.metric_values set value = value + 0.0001 where metric = 'ltv'""",
        "totals_are_complete": """
            update marts.metric_values set coverage = 0.999999 where metric = 'net_sales'""",
        "net_sales_move_believably": """
            insert into marts.metric_values by name
            select 'net_sales' as metric, 'month' as grain, 'account' as dimension,
                'nordlicht-de' as dimension_value, 'EUR' as currency,
                date '2026-05-01' + cast(n as integer) * interval 1 month as period_start,
                case when n = 4 then 10 else 1000 end as value
            from range(5) as numbers(n)""",
    },
    "order_lines": {
        "lines_equal_the_ledger": """
            update marts.order_lines set discounts_amount_group = 9 where line_id = '11'""",
        "goods_sold_stand_on_lines": """
            update marts.revenue_ledger set line_id = null where kind = 'sale' and currency = 'EUR'""",
        "orders_with_goods_have_lines": "delete from marts.order_lines where line_id = '21'",
    },
    "orders": {
        "orders_equal_the_ledger": """
            update marts.orders set net_sales_amount = 45.0001 where order_id = '1'""",
        "no_sale_of_unknown_type": "update marts.orders set unknown_sales_count = 1 where order_id = '1'",
        "test_orders_carry_no_money": "update marts.orders set is_test = true where order_id = '1'",
        "no_order_lost_on_the_way": """
            insert into staging.stg_shopify__orders (account, order_id) values ('nordlicht-jp', '3')""",
        "the_shops_own_totals_agree": """
            update staging.stg_shopify__orders set current_total_price_amount = 2001
            where account = 'nordlicht-jp'""",
        "every_order_has_a_customer": """
            update marts.orders set customer_key = null where order_id = '2'""",
        "financial_status_is_known": """
            update marts.orders set financial_status = 'frozen' where order_id = '2'""",
        "no_shop_fell_silent": f"""
            insert into marts.orders (account, order_id, processed_at, is_test)
            select 'nordlicht-us', 'o' || n, timestamp '2026-09-01 10:00', false {_many(90)}""",
        "no_direct_identifier": "update marts.orders set order_name = 'for ben@example.jp' where order_id = '2'",
    },
    "revenue_daily": {
        "days_equal_the_ledger": """
            update marts.revenue_daily set shipping_amount = 4 where shipping_amount = 5""",
        "orders_counted_once": """
            update marts.revenue_daily set orders_count = 2 where account = 'nordlicht-jp'""",
        "the_last_week_is_believable": _BUSY_DAYS,
    },
    "revenue_ledger": {
        "every_currency_has_a_rate": """
            update marts.revenue_ledger set amount_group = null where currency = 'JPY'""",
        "group_amounts_are_whole": """
            update marts.revenue_ledger set amount_group = null where kind = 'shipping'""",
        "the_days_best_rate_was_used": f"""
            insert into marts.fx_rates by name
            select * replace ('treasury' as source, 'treasury:1' as rate_id) from marts.fx_rates
            where rate_id = '{"ecb:transaction:JPY:EUR:2026-10-01:v1"}'""",
        "full_returns_net_to_zero_in_group_money": """
            insert into marts.revenue_ledger by name
            select * replace ('return' as kind, 'r' as ledger_id, -2000 as amount, -11.9 as amount_group)
            from marts.revenue_ledger where currency = 'JPY'""",
        "no_event_after_as_of": """
            update marts.revenue_ledger set event_at = timestamp '2026-10-17 06:00' where kind = 'return'""",
        "posted_in_the_shops_currency": """
            update marts.revenue_ledger set currency = 'USD' where kind = 'shipping'""",
    },
    "privacy_requests": {
        "no_request_is_overdue": """
            insert into marts.privacy_requests (account, request_id, kind, status, due_at)
            values ('nordlicht-de', 'a1', 'customers/redact', 'open', timestamp '2026-10-01 06:00')""",
    },
    "time_spine": {
        "calendar_covers_every_event": """
            delete from marts.time_spine where date_day = date '2026-10-09'""",
    },
}

# The two rules that many suites share are caught in each of them, but for these: tables that are small, list what is open
# or grow by seldom events, a calendar, and the one table that may name people.
_UNCOUNTED = {
    "shipment_signatures",
    "companies",
    "company_evidence",
    "company_map",
    "company_redirects",
    "customer_splits",
    "identity_evidence",
    "refused_identifiers",
    "accounts",
    "api_usage",
    "customer_redirects",
    "dead_letters",
    "load_completeness",
    "ltv_bridge",
    "ltv_cohorts",
    "metric_definitions",
    "privacy_requests",
    "time_spine",
    "identity_proposals",
    "crm_cohorts",
    "crm_duplicates",
    "crm_missing",
    "field_drift",
    "duplicate_captures",
    "fee_drift",
    "restatements",
    "dispute_provisions",
    "pipeline",
    "receivables",
}
_UNSCANNED = {"consent_addresses", "customer_contacts", "shipment_signatures", "time_spine"}


def cases() -> list[tuple[str, str, str]]:
    """(suite, audit, SQL) for every audit there is to catch something."""
    found = []
    for relation, suite in expectations.suites().items():
        shared = {}
        if suite.module not in _UNCOUNTED:
            audit = "row_count_did_not_collapse"
            shared[audit] = earlier(relation, audit, "1,000")
        if suite.module not in _UNSCANNED:
            shared["no_direct_identifier"] = f"alter table {relation} add column phone varchar"
        planted = shared | BY_SUITE[suite.module]
        found += [(suite.module, audit, sql) for audit, sql in planted.items()]
    return found
