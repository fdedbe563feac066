"""SQL macros of the generator: exact integer money, vendor ids, vendor times.

Amounts are whole minor units (BIGINT) until they are printed; a tax rate is an integer of thousandths
of a percent. Nothing here ever divides into a float.
"""

import duckdb

MACROS = """
create macro div_round(a, b) as case when a >= 0 then (2 * a + b) // (2 * b)
    else -((2 * -a + b) // (2 * b)) end;
create macro tax_of(amount, rate, included) as case when rate = 0 then 0
    else div_round(amount * rate, case when included then 100000 + rate else 100000 end) end;
-- The share of ``total`` that k of q units bear; differences of it add up to the total exactly.
create macro share_of(total, k, q) as div_round(total * k, q);
-- Shop minor units into presentment minor units, at a rate in millionths.
create macro presented(amount, rate_millionths) as div_round(amount * rate_millionths, 1000000);
create macro trim_zeros(t) as case when ends_with(rtrim(t, '0'), '.') then rtrim(t, '0') || '0'
    else rtrim(t, '0') end;
-- As the vendor prints decimals: no trailing zeros, but always one digit after the point.
create macro money_text(minor, exponent) as case exponent
    when 0 then minor || '.0'
    when 2 then trim_zeros(cast(cast(minor as decimal(16, 0)) * cast(0.01 as decimal(2, 2)) as varchar))
    else trim_zeros(cast(cast(minor as decimal(15, 0)) * cast(0.001 as decimal(3, 3)) as varchar)) end;
create macro bag(minor, currency, minor_p, currency_p) as struct_pack(
    "shopMoney" := struct_pack("amount" := money_text(minor, exponent_of(currency)), "currencyCode" := currency),
    "presentmentMoney" := struct_pack(
        "amount" := money_text(minor_p, exponent_of(currency_p)), "currencyCode" := currency_p));
create macro iso(t) as strftime(t, '%Y-%m-%dT%H:%M:%SZ');
create macro pow10(n) as case n when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 else 10000 end;
create macro gid(kind, number) as 'gid://shopify/' || kind || '/' || number;
create macro ref(g) as case when g is not null then struct_pack("id" := g) end;
"""


def create_macros(con: duckdb.DuckDBPyConnection, exponents: dict[str, int]) -> None:
    cases = " ".join(f"when '{currency}' then {e}" for currency, e in exponents.items())
    con.execute(f"create macro exponent_of(currency) as case currency {cases} else 2 end")
    con.execute(MACROS)
