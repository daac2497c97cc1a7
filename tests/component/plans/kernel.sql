insert into outbox (id, type, subject_id, site_id, version, actor, body, created_at, generation, dead)
select pg_temp.v7(now()-(:n-i)*interval '25 s',i,'fact'),'tickets.ticket.opened.v1',i::text,'s07',1,'bench',repeat('x',400),now(),0,case when i%10000=0 then 'too large' end from generate_series(1,:n) i;
insert into outbox_marks select id,'2026-01-01',row_number() over (order by id) from outbox where dead is null order by id limit :n-5000;
insert into outbox_unchecked values ('ffffffff-ffff-ffff-ffff-ffffffffffff');
insert into snapshots select entity,i::text,3,'s07',jsonb_build_object('id',i,'words',repeat('x',300)) from generate_series(1,:n) i, unnest(array['tickets.ticket','sla.clocks']) entity;
insert into consumer_positions select 'durable-'||i,'2026-01-01',1000,null,1000 from generate_series(1,3) i;
insert into dead_letters select pg_temp.v7(now()-i*interval '1 s',i,'parked'),'durable-'||i%3,i,'fact-'||i,'{"ce-type":"tickets.ticket.opened.v1"}','\x00','ValueError',repeat('x',500),1,now() from generate_series(1,20000) i;
insert into idempotency_keys select md5(i::text),md5('body'),201,'{}',repeat('x',300),now()-(:n-i)*interval '0.8 s' from generate_series(1,:n) i;
