with

requests as (
    select * from {{ ref('stg_webhooks__privacy_requests') }}
),

decisions as (
    select * from {{ ref('stg_webhooks__privacy_decisions') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        requests.request_id,
        requests.system,
        requests.account,
        accounts.legal_entity,
        requests.kind,
        requests.subject_id_hash,
        requests.email_hash,
        requests.phone_hash,
        requests.orders_count,
        requests.owner,
        decisions.decided_by,
        requests.received_at,
        requests.due_at,
        decisions.decided_at,
        case when decisions.request_id is null then 'open' else 'done' end as status
    from requests
    left join decisions
        on
            requests.account = decisions.account
            and requests.request_id = decisions.request_id
    left join accounts
        on
            requests.system = accounts.system
            and requests.account = accounts.account
)

select
    request_id,
    system,
    account,
    legal_entity,
    kind,
    status,
    subject_id_hash,
    email_hash,
    phone_hash,
    orders_count,
    owner,
    decided_by,
    received_at,
    due_at,
    decided_at
from joined
