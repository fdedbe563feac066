"""SQL macros of the generator: exact integer money, vendor ids, vendor times.

Amounts are whole minor units (BIGINT) until they are printed; a tax rate is an integer of thousandths
of a percent. Nothing here ever divides into a float, but the printing of an amount.
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
-- As the vendor prints decimals: no trailing zeros, but always one digit after the point. That is how a
-- float is printed, and of a decimal of up to 15 digits the nearest float's shortest text is itself.
create macro money_text(minor, exponent) as
    cast(minor / (case exponent when 2 then 100 when 0 then 1 else 1000 end) as varchar);
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
