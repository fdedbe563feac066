-- Charges of the providers that know no shop.
with

adyen_charges as (
    select * from {{ ref('int_adyen_charges__described') }}
),

paypal_charges as (
    select * from {{ ref('int_paypal_charges__described') }}
),

unioned as (
    select * from adyen_charges
    union all
    select * from paypal_charges
)

select * from unioned
