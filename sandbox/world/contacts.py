"""Names, addresses and contact points of the drawn persons, as SQL over their numbers."""

from collections.abc import Mapping, Sequence

import duckdb

from sandbox.world import names


def create_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.persons`` from ``truth.persons_drawn``, and ``truth.contacts``: one row per person and shop."""

    def pick(lists: Mapping[str, Sequence[str]], column: str) -> str:
        whens = " ".join(f"when '{lang}' then {words!r}" for lang, words in lists.items())
        whens = whens.replace('"O\'Brien"', "'O''Brien'")
        return f"(case d.language {whens} end)[1 + {column} % {len(lists['de'])}]"

    con.execute(
        f"""create table truth.persons as
        with named as (
            select p.*, d.language, d.country, d.province, d.city, d.zip,
                -- Couples live in pairs: the even one lends name, phone and street to the next.
                case when kind = 'couple' then pid - pid % 2 else pid end as household,
                {pick(names.FIRST, "p.first")} as first_name,
                {pick(names.LAST, "p.last")} as own_last_name,
                {pick(names.PROVIDERS, "p.provider")} as mail_domain,
                {pick({k: [v] for k, v in names.STREET.items()}, "0")} as street
            from truth.persons_drawn as p
            join truth.destinations as d on d.dest = p.dest)
        select pid, kind, home, dest, country, province, city, zip, language, first_name,
            coalesce(own_last_name, 'Mori') as last_name,
            street || ' ' || (1 + household % 180) as address1,
            replace(replace(strip_accents(lower(first_name || '.'
                || coalesce(own_last_name, 'Mori'))), '''', ''), ' ', '') || pid as mail_name,
            mail_domain,
            case when kind in ('phone_only', 'couple') or (kind <> 'walk_in' and pid % 3 = 0)
                -- Numbers of the country's own numbering plan: whoever checks them finds them valid.
                then case country when 'DE' then '+49151' || lpad(cast(household as varchar), 8, '0')
                    when 'AT' then '+43664' || lpad(cast(household as varchar), 7, '0')
                    when 'JP' then '+8190' || (10000000 + household)
                    when 'GB' then '+447' || (400000000 + household)
                    when 'CH' then '+4178' || (2000000 + household)
                    when 'KW' then '+965' || (50000000 + household)
                    when 'AU' then '+614' || (10000000 + household)
                    when 'CA' then '+1416' || (2000000 + household)
                    else '+1212' || (2000000 + household) end
                end as phone,
            case when kind = 'b2b' then 4000000 + pid // 2 end as company_id,
            born, is_subscribed, is_silent, form_0, form_1, form_2
        from named order by pid"""
    )
    con.execute("drop table truth.persons_drawn")
    con.execute(
        """create table truth.contacts as
        with forms as (
            select pid, 0 as shop, form_0 as form from truth.persons union all
            select pid, 1, form_1 from truth.persons union all
            select pid, 2, form_2 from truth.persons)
        select p.pid, forms.shop, forms.form, p.mail_name || '@' || p.mail_domain as main_email,
            case
                when p.kind = 'role_address' then 'info@hotel-' || (p.pid // 300) || '.example'
                when p.kind = 'kiosk' then 'alster.kasse@example.de'
                when p.kind in ('phone_only', 'walk_in') then null
                else case forms.form
                    when 'capitals' then upper(p.mail_name) || '@' || p.mail_domain
                    when 'tagged' then p.mail_name || '+nordlicht@' || p.mail_domain
                    when 'dotless' then replace(p.mail_name, '.', '') || '@googlemail.com'
                    when 'second' then 'work.' || p.mail_name || '@example.org'
                    when 'invalid' then p.mail_name || '@'
                    when 'unknown_tag' then p.mail_name || '+shop@' || p.mail_domain
                    else p.mail_name || '@' || p.mail_domain end
                end as email,
            p.phone
        from forms join truth.persons as p using (pid)"""
    )
