"""Schema ``salesforce``: contacts, leads and accounts as the REST API v62.0 shows them, deleted ones too.

Custom fields are the group's own: ``Shopify_Customer_Id__c`` and ``Shopify_Company_Id__c`` (``account:id``),
``Email_Opt_In_Date__c`` and ``Email_Opt_Out_Date__c``. ``_deleted_at`` is for the list of deletions.

Source: developer.salesforce.com, Object Reference: Account, Contact, Lead, system fields.
"""

import duckdb

from sandbox.world.salesforce_accounts import account_id
from sandbox.world.salesforce_ids import checked
from sandbox.world.salesforce_people import email_of, phone_as

SYSTEM = ("OwnerId", "CreatedDate", "LastModifiedDate", "SystemModstamp")
NAMED = ("FirstName", "LastName", "Name", "Email", "Phone", "MobilePhone")
OPTED = ("Email_Opt_In_Date__c", "Email_Opt_Out_Date__c")
TEXT = {
    "contacts": (
        *("Id", "MasterRecordId", "AccountId", *NAMED, "Title", "LeadSource", "MailingStreet"),
        *("MailingCity", "MailingPostalCode", "MailingCountryCode", *OPTED),
        *("Shopify_Customer_Id__c", *SYSTEM),
    ),
    "leads": (
        *("Id", "MasterRecordId", *NAMED, "Company", "Title", "LeadSource", "Status", "Street"),
        *("City", "PostalCode", "CountryCode", "ConvertedDate", "ConvertedContactId"),
        *("ConvertedAccountId", *OPTED, *SYSTEM),
    ),
    "accounts": (
        *("Id", "MasterRecordId", "ParentId", "Name", "Type", "Industry", "Phone", "Website"),
        *("BillingStreet", "BillingCity", "BillingPostalCode", "BillingCountryCode"),
        *("Shopify_Company_Id__c", *SYSTEM),
    ),
}
BOOLEAN = {
    "contacts": ("IsDeleted", "HasOptedOutOfEmail", "DoNotCall"),
    "leads": ("IsDeleted", "HasOptedOutOfEmail", "DoNotCall", "IsConverted"),
    "accounts": ("IsDeleted",),
}
OWNERS = [checked(f"0055gE00000000{n}") for n in "AbC"]


def create_salesforce_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every table, empty, so that a world without sales has them too."""
    con.execute("create schema if not exists salesforce")
    for table, names in TEXT.items():
        fields = ", ".join(
            [*(f'"{n}" varchar' for n in names), *(f'"{n}" boolean' for n in BOOLEAN[table])]
        )
        con.execute(
            f"create table salesforce.{table} ({fields}, _deleted_at varchar, _account varchar, _seq bigint)"
        )


def render_salesforce(con: duckdb.DuckDBPyConnection) -> None:
    create_salesforce_tables(con)
    con.execute("create macro sf_time(t) as strftime(t, '%Y-%m-%dT%H:%M:%S.000+0000')")
    _render_contacts(con)
    _render_leads(con)
    _render_accounts(con)


def _system(row: str, number: str) -> str:
    owners = ", ".join(f"'{owner}'" for owner in OWNERS)
    return f"""{row}.is_deleted as "IsDeleted", [{owners}][1 + {number} % 3] as "OwnerId",
        sf_time({row}.made_at) as "CreatedDate", sf_time({row}.modified_at) as "LastModifiedDate",
        -- The system touches a record a little after its user did.
        sf_time({row}.modified_at + interval 1 second) as "SystemModstamp",
        sf_time({row}.deleted_at) as _deleted_at, {row}.org as _account"""


def _person(row: str) -> str:
    return f"""p.first_name as "FirstName", p.last_name as "LastName",
        trim(p.first_name || ' ' || p.last_name) as "Name",
        -- Salesforce keeps addresses in lower case; what an import brought in it doesn't.
        case when p.own_email is not null then p.own_email else {email_of(f"{row}.form", "sales")} end as "Email",
        case when {row}.has_phone and p.pid % 2 = 0 then {phone_as("p.phone_style", "p.phone")} end as "Phone",
        case when {row}.has_phone and p.pid % 2 = 1 then {phone_as("p.phone_style", "p.phone")} end as "MobilePhone",
        coalesce({row}.opted_out_at is not null, false) as "HasOptedOutOfEmail",
        chance(p.pid, 'sf never calls', 50) = 0 as "DoNotCall",
        sf_time({row}.opted_out_at) as "Email_Opt_Out_Date__c\""""


def _render_contacts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into salesforce.contacts by name
        select c.contact_id as "Id", c.master_id as "MasterRecordId",
            {account_id("p.account_company", "c.org")} as "AccountId", {_person("c")},
            case when p.account_company > 0 then case when p.pid % 2 = 0 then 'Einkauf' else 'Buchhaltung' end end
                as "Title",
            ['Web', 'Trade Show', 'Partner'][1 + c.pid % 3] as "LeadSource",
            p.address1 as "MailingStreet", p.city as "MailingCity", p.zip as "MailingPostalCode",
            p.country as "MailingCountryCode",
            case when c.slot = 0 then sf_time(c.opted_in_at) end as "Email_Opt_In_Date__c",
            f.account || ':' || c.customer.customer_id as "Shopify_Customer_Id__c",
            {_system("c", "c.pid")}, row_number() over (order by c.contact_id) as _seq
        from truth.sf_contacts as c join truth.sf_plans as p using (pid)
        left join truth.shops as f on f.shop = c.customer.shop
        order by _seq"""
    )


def _render_leads(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into salesforce.leads by name
        select c.lead_id as "Id", {_person("c")}, coalesce(a.name, '[not provided]') as "Company",
            'Trade Show' as "LeadSource", p.address1 as "Street", p.city as "City", p.zip as "PostalCode",
            p.country as "CountryCode",
            case when c.is_converted then 'Qualified' when p.fate % 3 = 0 then 'Working - Contacted'
                else 'Open - Not Contacted' end as "Status",
            c.is_converted as "IsConverted", strftime(c.converted_at, '%Y-%m-%d') as "ConvertedDate",
            c.converted_contact_id as "ConvertedContactId", c.converted_account_id as "ConvertedAccountId",
            {_system("c", "c.pid")}, row_number() over (order by c.lead_id) as _seq
        from truth.sf_leads as c join truth.sf_lead_plans as p using (pid)
        left join truth.sf_companies as a on a.company = p.company_id
        order by _seq"""
    )


def _render_accounts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into salesforce.accounts by name
        select c.account_id as "Id", c.master_id as "MasterRecordId", c.parent_id as "ParentId",
            c.name || case when c.slot = 1 then ' GmbH' else '' end as "Name",
            case c.level when 0 then 'Customer - Direct' else 'Parent' end as "Type", 'Retail' as "Industry",
            '+4940300' || lpad(cast(c.company % 100000 as varchar), 5, '0') as "Phone",
            'https://www.company-' || c.company || '.example' as "Website", 'Hauptstraße 1' as "BillingStreet",
            c.city as "BillingCity", c.zip as "BillingPostalCode", c.country as "BillingCountryCode",
            case when c.names_company then f.account || ':' || c.company end as "Shopify_Company_Id__c",
            {_system("c", "c.company")}, row_number() over (order by c.account_id) as _seq
        from truth.sf_accounts as c
        left join (select company_id, min(shop) as shop from truth.companies group by company_id) as k
            on k.company_id = c.company
        left join truth.shops as f on f.shop = k.shop
        order by _seq"""
    )
