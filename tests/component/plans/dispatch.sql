insert into technicians select 't'||lpad(n::text,5,'0'), 1, 'Li', array['s'||lpad((n%50+1)::text,2,'0')], '[{"code":"plumbing","level":3}]', null, 3, null, '[]', null, now(), null, 'en', null
from generate_series(0,1999) n;
update technicians set certificates='[{"kind":"low_voltage","number":"T-1","issued_on":"2020-01-01","expires_on":"2030-01-01"}]',certificates_at=now()+interval '90 days' where id < 't01000';
insert into site_rules select 's'||lpad(n::text,2,'0'), 1, '{"mode": "plan"}' from generate_series(1,50) n;
create temp table gen as select i, at, pg_temp.v7(at,i,'ticket') id, pg_temp.v7(at,i,'job') jid, 's'||lpad((i%50+1)::text,2,'0') site,
    't'||lpad(((i%50+50*((i/7)%40))%2000)::text,5,'0') tech, case
    when i > :n*0.999 then 'waiting' when i > :n*0.95 and i%12=3 then 'accepted' when i > :n*0.95 and i%12=5 then 'paused'
    when i > :n*0.95 and i%12=7 then 'offered' when i > :n*0.95 and i%12<6 then 'waiting'
    when i%25=0 then 'cancelled' when i%5000=7 then 'follow_up' else 'completed' end state
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t;
analyze gen;
insert into work_orders select id,3,3,site,1,case state when 'completed' then 'done' when 'cancelled' then 'cancelled' else 'waiting' end,null,
    jsonb_build_object('category','plumbing','point',null,'spot',i%5000,'words',repeat('x',200)),2,state='waiting' and i%3>0,'plumbing',case when i%2=0 then 'spot-'||i%5000 end,'[]',case when state='waiting' and i%7=0 then at end
from gen order by i;
insert into jobs select jid,id,site,1,1,state,case when state not in ('waiting','offered','cancelled') then tech end,at,null,null,
    jsonb_build_array(jsonb_build_object('at',to_char(at at time zone 'UTC','YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),'words',repeat('x',380))),null,array['plumbing:1'],state='waiting' and i%3>0,case when state='completed' then jsonb_build_object('done',repeat('x',100)) end,2,now()+i%1000*interval '5 min'
from gen order by i;
update jobs set pool=jsonb_build_object('at',now(),'until',now()+interval '10 min','told',array['t00001']) where state='waiting' and not held and id in (select jid from gen where i%2=0);
insert into offers select pg_temp.v7(at,i,'offer'||k),jid,id,case when k=1 then tech else 't'||lpad(((i+50*k)%2000)::text,5,'0') end,
    case when state='offered' and k=1 then 'open' when k=1 then 'accepted' else 'declined' end,at,at+interval '15 min',case when state<>'offered' then at+interval '1 min' end,null
from gen, generate_series(1,1+i%2) k where state<>'waiting' order by i;
insert into assignments select pg_temp.v7(at,i,'held'),jid,tech,1,3,false,at,null,null,at+interval '1 hour','completed' from gen where state='completed' order by i;
insert into assignments select distinct on (tech) pg_temp.v7(at,i,'held'),jid,tech,1,3,true,at,null,null,null::timestamptz,null from gen where state in ('accepted','paused') order by tech,i;
insert into promises select id,case when state in ('completed','cancelled','follow_up') then null else now()+i%1000*interval '5 min' end from gen order by i;
insert into planning_queue select gen_random_uuid(),site,now()+random()*interval '15 min',jid,3,3 from gen where state='waiting';
insert into snapshots select entity,id::text,3,site,jsonb_build_object('words',repeat('x',300)) from gen, unnest(array['tickets.ticket','sla.clocks']) entity where i > :n*0.9 order by i;
insert into snapshots select 'tickets.site','s'||lpad(n::text,2,'0'),1,'s'||lpad(n::text,2,'0'),'{"time_zone":"Asia/Shanghai"}' from generate_series(1,50) n;
insert into handed_out_sums select site,handed_out_span(id),count(*),count(*),count(*),count(*),0,0,0,0,0,count(*),0,0,60000*count(*) from gen group by 1,2;
truncate handed_out_changes;
insert into handed_out_changes (site_id,span) select site_id,span from handed_out_sums order by span desc limit 25;
