"""Schema ``hubspot``: the CRM's tables as its API v3 shows them.

``contacts`` and ``companies`` hold what the lists give, archived ones too; ``merges`` the ids that a
merge used up, which are in no list and no search any more but still answer a read with the winner.

Since January 2025 a merge makes a new record with an id of its own; both old ids point at it, and it
names them, and whatever those had absorbed before, in ``hs_merged_object_ids``. The primary record's
values win, the secondary fills what is empty, its address becomes an additional one. What was deleted
stays archived for ever: that HubSpot empties its recycle bin after 90 days isn't played.

Source: developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies; that the
list holds chained merges: fivetran/dbt_hubspot#168 and #172.
"""

import duckdb

from sandbox.world.accounts import CRM

CONTACT_PROPERTIES = (
    *("email", "firstname", "lastname", "phone", "country", "hs_language", "lifecyclestage"),
    *("company", "createdate", "lastmodifieddate", "hs_object_id", "hs_merged_object_ids"),
    *("hs_additional_emails", "hs_email_optout", "shopify_shop", "shopify_customer_id", "vip_tier"),
)
# Companies say when they changed under another name than contacts.
COMPANY_PROPERTIES = (
    *("name", "domain", "country", "createdate", "hs_lastmodifieddate", "hs_object_id"),
    "hs_merged_object_ids",
)
TYPE = "struct_pack(category := '{0}', \"typeId\" := {1}, label := {2})"
PRIMARY, UNLABELLED, ADVISOR = (
    TYPE.format("HUBSPOT_DEFINED", 1, "'Primary'"),
    TYPE.format("HUBSPOT_DEFINED", 279, "cast(null as varchar)"),
    TYPE.format("USER_DEFINED", 14, "label"),
)


def create_crm_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every table, empty, so that a world without a CRM has them too."""
    con.execute("create schema if not exists hubspot")
    for table, properties in (("contacts", CONTACT_PROPERTIES), ("companies", COMPANY_PROPERTIES)):
        fields = ", ".join(f"{name} varchar" for name in properties)
        con.execute(
            f"""create table hubspot.{table} (id varchar, properties struct({fields}),
            "createdAt" varchar, "updatedAt" varchar, archived boolean, "archivedAt" varchar,
            _account varchar, _seq bigint)"""
        )
    con.execute(
        "create table hubspot.merges (object varchar, id varchar, merged_into varchar, _account varchar)"
    )
    con.execute(
        """create table hubspot.associations ("from" struct(id varchar), "to" struct("toObjectId" bigint,
            "associationTypes" struct(category varchar, "typeId" bigint, label varchar)[])[],
            _account varchar, _seq bigint)"""
    )


def render_crm(con: duckdb.DuckDBPyConnection) -> None:
    create_crm_tables(con)
    con.execute("create macro iso_ms(t) as strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ')")
    _render_contacts(con)
    _render_companies(con)
    for kind, key in (("contact", "contact_id"), ("company", "company_id")):
        plural = "contacts" if kind == "contact" else "companies"
        con.execute(
            f"""insert into hubspot.merges
            with recursive chains as (
                select {key} as id, merged_into from truth.crm_{plural} where merged_into is not null
                union all
                select c.id, t.merged_into from chains as c
                join truth.crm_{plural} as t on t.{key} = c.merged_into where t.merged_into is not null)
            -- The end of the chain, which has the highest id of it.
            select '{kind}', id, max(merged_into), '{CRM.account}' from chains group by id order by id"""
        )
    con.execute(
        f"""insert into hubspot.associations
        select struct_pack(id := cast(contact_id as varchar)), list(struct_pack("toObjectId" := company_id,
            "associationTypes" := case when is_primary then [{PRIMARY}, {UNLABELLED}]
                else [{ADVISOR}, {UNLABELLED}] end) order by is_primary desc, company_id),
            '{CRM.account}', row_number() over (order by contact_id)
        from truth.crm_associations group by contact_id order by contact_id"""
    )


def _render_contacts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into hubspot.contacts by name
        with emails as (
            select pid, list(email order by slot) filter (slot <= 1 and email is not null) as two,
                list(email order by slot) filter (email is not null) as three,
                max(email) filter (slot = 1) as email_1, max(email) filter (slot = 2) as email_2,
                bool_or(form = 'none') filter (slot = 1) as is_phone_1,
                bool_or(form = 'none') filter (slot = 2) as is_phone_2
            from truth.crm_addresses group by pid),
        ids as (
            select pid, {", ".join(f"max(contact_id) filter (slot = {n}) as id_{n}" for n in range(4))}
            from truth.crm_contacts group by pid),
        shown as (
            select c.*, s.* exclude (contact_id, pid, slot), p.first_name, p.last_name, p.phone as own_phone,
                p.country, p.language, p.kind, p.company_id, i.* exclude (pid),
                case c.slot when 0 then e.two[1:1] when 1 then [e.email_1] when 2 then [e.email_2]
                    when 3 then e.two else e.three end as emails,
                case c.slot when 1 then e.is_phone_1 when 2 then e.is_phone_2
                    when 3 then s.has_phone or e.is_phone_1
                    when 4 then s.has_phone or e.is_phone_1 or e.is_phone_2
                    else s.has_phone end as shows_phone
            from truth.crm_contacts as c join truth.crm_states as s using (contact_id)
            join truth.crm_plans as p on p.pid = c.pid
            join emails as e on e.pid = c.pid join ids as i on i.pid = c.pid
            where c.merged_into is null)
        select cast(contact_id as varchar) as id,
            struct_pack(
                email := emails[1],
                firstname := first_name,
                lastname := case when slot in (1, 2) then strip_accents(last_name) else last_name end,
                phone := case when shows_phone then own_phone end,
                country := country, hs_language := language,
                lifecyclestage := case when has_bought then 'customer'
                    when kind = 'newsletter' then 'subscriber' else 'lead' end,
                company := case when company_id is not null then 'Company ' || company_id end,
                createdate := iso_ms(created_at), lastmodifieddate := iso_ms(modified_at),
                hs_object_id := cast(contact_id as varchar),
                hs_merged_object_ids := case slot when 3 then id_0 || ';' || id_1
                    when 4 then id_0 || ';' || id_1 || ';' || id_3 || ';' || id_2 end,
                hs_additional_emails := case when len(emails) > 1
                    then array_to_string(emails[2:], ';') end,
                hs_email_optout := case when has_opted_out then 'true' end,
                shopify_shop := f.account || '.myshopify.com',
                shopify_customer_id := cast(customer.customer_id as varchar),
                vip_tier := vip_tier) as properties,
            iso_ms(created_at) as "createdAt", iso_ms(modified_at) as "updatedAt",
            archived_at is not null as archived, iso_ms(archived_at) as "archivedAt",
            '{CRM.account}' as _account, row_number() over (order by contact_id) as _seq
        from shown left join truth.shops as f on f.shop = shown.customer.shop
        order by contact_id"""
    )


def _render_companies(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into hubspot.companies by name
        with ids as (
            select company, {", ".join(f"max(company_id) filter (slot = {n}) as id_{n}" for n in (0, 1))}
            from truth.crm_companies group by company)
        select cast(company_id as varchar) as id,
            struct_pack(
                name := case when company = 0 then 'Hansen Beratung'
                    else 'Company ' || company || case when slot = 1 then ' GmbH' else '' end end,
                domain := case when company = 0 then 'hansen-beratung.example'
                    else 'company-' || company || case when slot = 1 then '-gmbh' else '' end || '.example' end,
                country := country, createdate := iso_ms(created_at),
                hs_lastmodifieddate := iso_ms(made_at), hs_object_id := cast(company_id as varchar),
                hs_merged_object_ids := case when slot = 3 then id_0 || ';' || id_1 end) as properties,
            iso_ms(created_at) as "createdAt", iso_ms(made_at) as "updatedAt", false as archived,
            cast(null as varchar) as "archivedAt",
            '{CRM.account}' as _account, row_number() over (order by company_id) as _seq
        from truth.crm_companies join ids using (company)
        where merged_into is null order by company_id"""
    )
