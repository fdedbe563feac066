with

address_hashes as (
    select * from {{ ref('stg_consent__address_hashes') }}
)

select
    channel,
    address,
    address_hash
from address_hashes
