"""What says of support's users who they are: SQL for ``identity_evidence``.

One who was deleted or merged away shows nothing any more; who won has the other's addresses, also a
stranger's that an agent took for them, which are left out here.
"""

SUPPORT_RECORDS = """
    select 'zendesk' as system, 'support' as account, cast(u.user_id as varchar) as source_id,
        'support_user' as object, u.pid, null as names_customer, null as merged_into,
        case when u.is_merged then 'merged into another user' when u.is_deleted then 'deleted' else '' end as remark
    from truth.zd_users as u"""
SUPPORT_ADDRESSES = """
    select r.node, r.system, r.pid, a.form, a.place
    from truth.identity_records as r
    join truth.zd_addresses as a on r.object = 'support_user' and cast(a.user_id as varchar) = r.source_id
        and a.pid = r.pid"""
# A user whose name is 'Caller' and a number is called otherwise than whoever has the number.
SUPPORT_PHONES = """
    select r.node, p.phone from truth.identity_records as r
    join truth.zd_users as u on r.object = 'support_user' and cast(u.user_id as varchar) = r.source_id
    join truth.zd_user_plans as p on p.pid = u.pid and p.slot = u.slot
    where p.has_phone and not p.is_caller and not u.is_merged and not u.is_deleted"""
