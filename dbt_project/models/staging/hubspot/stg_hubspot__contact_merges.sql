{{ hubspot_merges('stg_hubspot__contacts', 'contact_id', 'merged_contact_ids') }}
