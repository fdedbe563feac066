"""What Splink compares: records of customers brought to plain values, and the pairs that rules keep apart.

Reads ``profiles`` (as ``analysis.proposals.PROFILES``) and ``refused_pairs``, leaves ``records`` and ``refusals``.
"""

import duckdb

from analysis.identity_tables import LINKED_RECORD, RECORD

SHORTEST_LOCAL = 5  # a shorter part before the @ is a role or an initial
_COMPARED = """first_name, last_name, email, email_local, phone, address, street, house, postal_code, city,
    country"""
_PLAIN = "nullif(trim(strip_accents(lower({0}))), '')"
_LETTERS = "nullif(regexp_replace(strip_accents(lower({0})), '[^a-z0-9 ]', '', 'g'), '')"


def prepare(con: duckdb.DuckDBPyConnection, shared_by: int) -> None:
    """``records``: what is compared, one row for all records of a customer that say the same."""
    con.execute(
        f"""create table plain as
        select system || '|' || account || '|' || source_id as record, customer_key,
            coalesce({_PLAIN.format("first_name")},
                nullif(split_part({_PLAIN.format("full_name")}, ' ', 1), '')) as first_name,
            coalesce({_PLAIN.format("last_name")},
                nullif(regexp_extract({_PLAIN.format("full_name")}, ' ([^ ]+)$', 1), '')) as last_name,
            {_PLAIN.format("email")} as email,
            case when length(local) >= {SHORTEST_LOCAL} then local end as email_local,
            case when length(digits) >= 7 then right(digits, 9) end as phone,
            {_LETTERS.format("address")} as address,
            trim(regexp_replace({_LETTERS.format("address")}, '[0-9]', '', 'g')) as street,
            regexp_replace({_LETTERS.format("address")}, '[^0-9]', '', 'g') as house,
            nullif(replace(upper(postal_code), ' ', ''), '') as postal_code,
            {_PLAIN.format("city")} as city, upper(country) as country
        from (select *, regexp_replace(phone, '[^0-9]', '', 'g') as digits,
                replace(split_part(split_part({_PLAIN.format("email")}, '@', 1), '+', 1), '.', '') as local
            from profiles)
        where customer_key is not null"""
    )
    for column in ("phone", "email", "email_local", "address"):
        con.execute(
            f"""update plain set {column} = null where {column} in (
                select {column} from plain group by 1 having count(distinct customer_key) > {shared_by})"""
        )
    ends = [" || '|' || ".join(names) for names in (RECORD, LINKED_RECORD)]
    con.execute(
        f"""create table refused as
        select row_number() over () as pair, {ends[0]} as record, {ends[1]} as linked, refusal from refused_pairs"""
    )
    con.execute(
        f"""create table records as
        with asked as (
            select record, pair from refused union all select linked, pair from refused)
        select min(record) as record, customer_key, {_COMPARED},
            list(distinct pair order by pair) filter (pair is not null) as pairs
        from plain left join asked using (record)
        where coalesce(last_name, email_local, phone, address) is not null or pair is not null
        group by customer_key, {_COMPARED} order by record"""
    )
    con.execute(
        """create table refusals as
        select least(l.customer_key, r.customer_key) as one,
            greatest(l.customer_key, r.customer_key) as other, min(refusal) as refusal
        from refused join plain as l on refused.record = l.record
        join plain as r on refused.linked = r.record group by 1, 2"""
    )
