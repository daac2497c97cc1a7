insert into policies select 'p'||n, 1, case when n>1 then 's'||lpad(n::text,2,'0') end, '2020-01-01', null, '{}' from generate_series(1,50) n;
insert into calendars select 'c'||n, 1, case when n>1 then 's'||lpad(n::text,2,'0') end, '2020-01-01', null, '{}' from generate_series(1,50) n;
insert into site_zones select 's'||lpad(n::text,2,'0'), '2020-01-01', 'Asia/Shanghai' from generate_series(1,50) n;
create temp table gen as select i, at, pg_temp.v7(at,i,'ticket') id, 's'||lpad((i%50+1)::text,2,'0') site, i > :n*0.95 living
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t;
analyze gen;
insert into promises select id,5,site,upper(site)||'-'||i,'plumbing','normal',case when living then 'open' else 'closed' end,living,living,'p1',1,
    jsonb_build_object('ticket',jsonb_build_object('opened_at',at),'words',repeat('x',350)),jsonb_build_array(jsonb_build_object('kind','resolution','state','met','started_at',at,'words',repeat('x',320))),case when living then now()+i%1000*interval '1 min' end,case when living then now()+i%1000*interval '1 min' end,at from gen order by i;
insert into clocks select id,kind,site,'normal',case when i%20=0 then 'breached' else 'running' end,now()+i%1000*interval '1 min' from gen, unnest(array['arrival','resolution']) kind where living order by i;
insert into announcements select id,'resolution',75,at,at,at,false from gen where i%5=0 order by i;
insert into figures select 's'||lpad(s::text,2,'0'),p,k,c,1000,50000 from generate_series(1,50) s, unnest(array['emergency','urgent','normal','low']) p, unnest(array['response','arrival','resolution']) k, unnest(array['breaches','warnings','kept','running','paused','breached']) c;
insert into sweeps values (pg_temp.v7(now(),1,'sweep'),'s01',null);
