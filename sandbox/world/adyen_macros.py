"""SQL macros of the Adyen accounts: 16-character references, report money, report times."""

import duckdb


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
-- Sixteen characters; older ones are digits only, and above 2^53.
create macro adyen_reference(key) as
    case when hash(key) % 3 = 0 then '98' || lpad(cast(hash(key || 'n') % 100000000000000 as varchar), 14, '0')
        else upper(substr(translate(replace(replace(to_base64(unhex(md5(key))), '+', 'K'), '/', 'W'), '0o1l', 'HPXN'), 1, 14))
            || '82' end;
create macro adyen_text(minor, currency) as case exponent_of(currency)
    when 0 then cast(cast(minor as bigint) as varchar)
    else cast(cast(cast(minor as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as varchar) end;
-- A column of debits: what went out, and nothing where something came in.
create macro adyen_debit(net, currency) as case when net < 0 then adyen_text(-net, currency) end;
create macro adyen_part(minor, currency) as case when minor <> 0 then adyen_text(minor, currency) end;
create macro adyen_local(moment, zone) as
    strftime(timezone(zone, timezone('UTC', moment)), '%Y-%m-%d %H:%M:%S');
create macro adyen_zone(moment, zone) as case when zone = 'Asia/Tokyo' then 'JST'
    when timezone(zone, timezone('UTC', moment)) - moment > interval 90 minute then 'CEST' else 'CET' end;
create macro adyen_instant(moment, zone) as replace(adyen_local(moment, zone), ' ', 'T')
    || case adyen_zone(moment, zone) when 'JST' then '+09:00' when 'CEST' then '+02:00' else '+01:00' end;
-- When the report of a local day is made.
create macro adyen_told_at(day, zone) as
    timezone('UTC', timezone(zone, cast(day as timestamp) + interval 27 hour));
"""
    )
