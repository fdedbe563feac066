"""SQL macros of the PayPal account: ids, and money as its API and its settlement files print it."""

import duckdb


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
-- Seventeen capitals and digits. One in nine is digits around an E: whoever reads it as a number loses it.
create macro paypal_id(key) as case when hash(key) % 9 = 0
    then '1E5' || lpad(cast(hash(key || 'n') % 100000000000000 as varchar), 14, '0')
    else substr(translate(upper(md5(key)), 'ABCDEF', 'XKVNTW'), 1, 15) || substr('BGHJLMPRSYZ', cast(1 + hash(key || 'c') % 11 as bigint), 1)
        || 'U' end;
create macro paypal_text(minor, currency) as case exponent_of(currency)
    when 0 then cast(cast(minor as bigint) as varchar)
    else cast(cast(cast(minor as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as varchar) end;
create macro paypal_money(minor, currency) as
    struct_pack("currency_code" := currency, "value" := paypal_text(minor, currency));
create macro paypal_payer(pid) as substr(translate(upper(md5('payer' || pid)), 'ABCDEF', 'XKVNTW'), 1, 13);
create macro paypal_instant(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z');
create macro paypal_time(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S+0000');
"""
    )
