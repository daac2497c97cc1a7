insert into policies select 'p'||n, 1, case when n>1 then 's'||lpad(n::text,2,'0') end, '2020-01-01', null, '{}' from generate_series(1,50) n;
insert into calendars select 'c'||n, 1, case when n>1 then 's'||lpad(n::text,2,'0') end, '2020-01-01', null, '{}' from generate_series(1,50) n;
insert into site_zones select 's'||lpad(n::text,2,'0'), '2020-01-01', 'Asia/Shanghai' from generate_series(1,50) n;
create temp table gen as select i, at, pg_temp.v7(at,i,'ticket') id, 's'||lpad((i%50+1)::text,2,'0') site, i > :n*0.95 living
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t;
analyze gen;
insert into promises (ticket_id,version,site_id,reference,category,priority,ticket_state,is_open,going_on,policy_id,policy_version,life,clocks,urgent_at,next_at,looked_at,counted_at) select id,5,site,upper(site)||'-'||i,'plumbing','normal',case when living then 'open' else 'closed' end,living,living,'p1',1,
    jsonb_build_object('ticket',jsonb_build_object('opened_at',at),'words',repeat('x',350)),jsonb_build_array(jsonb_build_object('kind','resolution','state','met','started_at',at,'words',repeat('x',320))),case when living then now()+i%1000*interval '1 min' end,case when living then now()+i%1000*interval '1 min' end,at,case when i%50<>0 then at end from gen order by i;
insert into clocks select id,kind,site,'normal',case when i%20=0 then 'breached' else 'running' end,now()+i%1000*interval '1 min' from gen, unnest(array['arrival','resolution']) kind where living order by i;
insert into announcements select id,'resolution',75,at,at,at,false from gen where i%5=0 order by i;
insert into figures select 's'||lpad(s::text,2,'0'),p,k,c,1000,50000 from generate_series(1,50) s, unnest(array['emergency','urgent','normal','low']) p, unnest(array['response','arrival','resolution']) k, unnest(array['breaches','warnings','kept','running','paused','breached']) c;
insert into sweeps values (pg_temp.v7(now(),1,'sweep'),'s01',null);
insert into outcomes select id,kind,site,cast(at as date),'category-'||i%14,'normal',case when living then 'running' when i%20=0 then 'broken' else 'kept' end,case when i%20=0 and not living then 'not_taken' else '' end,false,at,case when not living then at end,60000,0,0 from gen, unnest(array['response','arrival','resolution']) kind order by i;
insert into outcome_sums select 's'||lpad(s::text,2,'0'),cast(date_trunc('month',now())-m*interval '1 month' as date),'category-'||c,p,k,o,case when o='broken' then 'not_taken' else '' end,false,10,10,60000,0,0 from generate_series(1,50) s, generate_series(0,11) m, generate_series(1,14) c, unnest(array['urgent','normal']) p, unnest(array['response','arrival','resolution']) k, unnest(array['kept','broken']) o;
