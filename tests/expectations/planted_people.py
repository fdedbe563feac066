"""What spoils the tiny warehouse's consent, CRM hygiene and proposals, for each audit of them."""

_MANY = "from range({count}) as numbers(n)"

BY_SUITE: dict[str, dict[str, str]] = {
    "consent_ledger": {
        "every_address_is_hashed": """
            update marts.consent_ledger set address_hash = 'not hashed' where statement_id = 's4'""",
        "every_system_is_heard": "delete from marts.consent_ledger where account = 'nordlicht-de'",
        "few_opt_ins_are_without_a_date": f"""
            insert into marts.consent_ledger (system, account, statement_id, address_hash, state, effect)
            select 'shopify', 'nordlicht-de', 'i' || n, repeat('c', 64), 'granted', 'undated'
            {_MANY.format(count=20)}""",
    },
    "consent_states": {
        "every_yes_is_the_persons_own": """
            update marts.consent_ledger set origin = 'import' where state = 'granted'""",
        "no_yes_outlives_a_withdrawal": """
            insert into marts.consent_ledger by name
            select * replace ('s9' as statement_id, 'group' as controller, timestamp '2026-06-01' as since)
            from marts.consent_ledger where state = 'withdrawn'""",
        "what_brings_back_has_evidence": """
            update marts.consent_ledger set has_evidence = false where statement_id = 's3'""",
        # A yes more than last time, and nothing heard since.
        "consent_grew_by_what_people_said": """
            create schema if not exists audit;
            create table audit.audit_results (
                run_id varchar, audit varchar, relation varchar, severity varchar, passed boolean,
                observed varchar, expected varchar, owner varchar, checked_at timestamp, message varchar);
            insert into audit.audit_results (audit, relation, passed, observed, checked_at)
            values ('consent_grew_by_what_people_said', 'marts.consent_states', true, '0',
                timestamp '2026-10-14 06:00')""",
    },
    "identity_proposals": {
        "the_waterfall_adds_up": "update marts.identity_proposals set phone_weight = 14",
        "a_rejected_pair_is_not_one_customer": """
            update marts.identity_proposals set status = 'rejected', linked_customer_key = customer_key""",
        "a_steward_looks_at_them": """
            insert into marts.identity_proposals by name
            select identity_proposals.* replace ('p_' || n as proposal_id, timestamp '2026-08-01' as proposed_at)
            from marts.identity_proposals cross join range(60) as numbers(n)""",
    },
    "crm_duplicates": {
        "each_set_has_one_survivor": "update marts.crm_duplicates set is_proposed_survivor = true",
        "few_contacts_are_duplicates": f"""
            insert into marts.crm_duplicates (system, account, contact_id, is_proposed_survivor)
            select 'hubspot', 'crm', 'c' || n, false {_MANY.format(count=20)}""",
    },
    "crm_missing": {
        "most_buyers_are_in_a_crm": f"""
            insert into marts.crm_missing (missing_in, system, account, source_id)
            select 'crm', 'shopify', 'nordlicht-de', 'c' || n {_MANY.format(count=20)}""",
    },
    "field_drift": {
        "no_system_writes_after_a_withdrawal": "update marts.field_drift set field = 'email_consent'",
        "fields_do_not_drift_in_masses": f"""
            insert into marts.field_drift (field, system, account, source_id, drift)
            select 'phone', 'hubspot', 'crm', 'c' || n, 'different' {_MANY.format(count=20)}""",
    },
    "crm_cohorts": {
        "every_buyer_of_a_cohort_is_accounted_for": """
            update marts.crm_cohorts set missing_in_crm_count = 0""",
        "no_cohort_from_the_future": """
            update marts.crm_cohorts set cohort_month = date '2026-11-01'""",
    },
    "consent_addresses": {
        "every_state_has_its_address": """
            delete from marts_pii.consent_addresses where address_hash like 'b%'""",
    },
}
