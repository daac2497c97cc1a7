insert into __entity__s select pg_temp.v7(at,i,'__entity__'),2,'s'||lpad((i%50+1)::text,2,'0'),pg_temp.v7(at,i,'ticket'),case when i>:n*0.95 then 'open' else 'dropped' end,repeat('x',100),
    case when i>:n*0.95 then now()+i%1000*interval '1 min' else at end
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t order by i;
insert into snapshots select 'tickets.ticket',pg_temp.v7(now() - (:n-i) * interval '51.84 s',i,'ticket')::text,2,'s'||lpad((i%50+1)::text,2,'0'),jsonb_build_object('words',repeat('x',400)) from generate_series(1,:n) i order by i;
