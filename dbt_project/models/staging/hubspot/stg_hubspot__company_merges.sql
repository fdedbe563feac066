{{ hubspot_merges('stg_hubspot__companies', 'company_id', 'merged_company_ids') }}
