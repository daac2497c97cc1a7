"""How jobs were handed out, counted another way than by the store: table by table."""

PLAINLY = """
    with known as (select * from jobs where work_order_id >= $2 and work_order_id < $3),
    taken as (
        select distinct on (job_id) o.* from offers o join known on known.id = job_id
        where o.state = 'accepted' order by job_id, decided_at),
    lost as (
        select job_id, min(coalesce(decided_at, expires_at)) as at from offers
        where state in ('declined', 'expired') group by 1)
    select s.site_id,
      (select count(*) from known k where k.site_id = s.site_id) as jobs,
      (select count(distinct job_id) from offers join known k on k.id = job_id
        where k.site_id = s.site_id) as asked,
      (select count(*) from offers join known k on k.id = job_id
        where k.site_id = s.site_id) as offers,
      (select count(*) from taken join known k on k.id = job_id
        where k.site_id = s.site_id) as accepted,
      (select count(*) from taken join known k on k.id = job_id left join lost using (job_id)
        where k.site_id = s.site_id and offered_at <= coalesce(lost.at, 'infinity')) as at_first,
      (select count(distinct job_id) from offers o join known k on k.id = job_id
        where k.site_id = s.site_id and o.state = 'accepted' and assigned_by is not null)
        as assigned,
      (select count(*) from offers o join known k on k.id = job_id
        where k.site_id = s.site_id and o.state = 'declined') as declined,
      (select count(*) from offers o join known k on k.id = job_id
        where k.site_id = s.site_id and o.state = 'expired') as expired,
      (select count(*) from assignments join known k on k.id = job_id
        where k.site_id = s.site_id and ended_as = 'waiting') as returned,
      (select count(*) from known k
        where k.site_id = s.site_id and state = 'completed') as completed,
      (select count(*) from known k
        where k.site_id = s.site_id and state = 'follow_up') as follow_ups,
      (select count(*) from known k join work_orders w on w.id = k.work_order_id
        where k.site_id = s.site_id and k.state = 'waiting' and unassignable_at is not null)
        as unassignable,
      (select cast(round(cast(avg(extract(epoch from decided_at
          - cast(k.steps -> 0 ->> 'at' as timestamptz)) / 60) as numeric), 1) as float8)
        from taken join known k on k.id = job_id where k.site_id = s.site_id)
        as minutes_to_accept
    from unnest($1::text[]) as s(site_id) order by 1"""
