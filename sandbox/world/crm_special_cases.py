"""Which contacts and companies play the CRM's named cases: rows of ``truth.special_cases``."""

import duckdb

from sandbox.world.accounts import CRM
from sandbox.world.columns import store_rows
from sandbox.world.crm_cases import CRM_CASES
from sandbox.world.crm_people import FIRST_LEAD
from sandbox.world.people import person


def add_crm_cases(con: duckdb.DuckDBPyConnection) -> None:
    rows = [(case.name, case.pid, slot, case.note) for case in CRM_CASES for slot in case.slots]
    rows += [
        ("crm_never_in_a_shop", FIRST_LEAD, 0, "known to the CRM alone"),
        ("crm_tier_disagrees", person("three_shops"), 0, "standard by hand, whatever was bought"),
        ("crm_two_companies", person("company_buyer"), 0, "a second association, with a label"),
    ]
    store_rows(con, "truth.crm_named", ["case", "pid", "slot", "note"], rows)
    con.execute(
        f"""insert into truth.special_cases by name
        select n."case", '{CRM.account}' as account, 'Contact' as object_type,
            cast(c.contact_id as varchar) as object_id, n.note
        from truth.crm_named as n join truth.crm_contacts as c using (pid, slot)
        union all
        select 'crm_company_merged', '{CRM.account}', 'Company', cast(c.company_id as varchar),
            'two became a third'
        from truth.crm_companies as c
        join truth.persons as p on p.company_id = c.company and p.pid = {person("company_buyer")}"""
    )
    con.execute("drop table truth.crm_named")
