{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__subscription_contracts',
            'contract_gid',
            'raw_shopify',
            'subscription_billing_attempts',
            'contract_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('contract_id') }} as contract_id,
        {{ gid_tail('id') }} as billing_attempt_id,
        {{ gid_tail('state__order__id') }} as order_id,
        case {{ to_text('state__typename') }}
            when 'SubscriptionBillingAttemptSuccessState' then 'succeeded'
            when 'SubscriptionBillingAttemptFailedState' then 'failed'
            when 'SubscriptionBillingAttemptActionRequiredState' then 'action_required'
            else 'pending'
        end as status,
        cast(created_at as timestamp) as created_at,
        cast(completed_at as timestamp) as completed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
