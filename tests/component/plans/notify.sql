insert into recipients select 'r'||lpad(n::text,6,'0'),1,'zh-CN',null,null,'+86138'||lpad((n/2)::text,8,'0'),case when n%2=0 then 'r'||n||'@example.com' end from generate_series(0,:n/5-1) n;
insert into audience select 'd'||n,'dispatcher','s'||lpad((n%50+1)::text,2,'0'),'2020-01-01' from generate_series(1,200) n;
insert into endpoints select pg_temp.v7('2020-01-01'::timestamptz+n*interval '1 s',n,'endpoint'),'t'||lpad(n::text,5,'0'),'https://example.com',null,null,'[]',1,'2020-01-01',null,null,0,null,null,null from generate_series(0,1999) n;
insert into endpoints select pg_temp.v7('2020-01-02'::timestamptz+n*interval '1 s',n,'mailbox'),'r'||lpad(n::text,6,'0'),'mailto:',null,null,'[]',1,'2020-01-02',case when n%20=0 then '2020-01-03'::timestamptz end,case when n%20=0 then 'undeliverable' end,0,null,null,null,null,'email' from generate_series(0,:n/5-1,2) n;
insert into unreachable select 'r'||lpad(n::text,6,'0'),'s'||lpad((n%50+1)::text,2,'0'),'2020-01-03' from generate_series(0,:n/5-1) n where n%2=1 or n%20=0;
insert into preferences select 'r'||lpad(n::text,6,'0'),1,'{"email":{"*":true,"ticket.rated":false}}' from generate_series(0,:n/5-1,10) n;
insert into login_links select pg_temp.v7(now(),n,'link'),'r'||lpad(n::text,6,'0'),'sealed:k1:',now()+interval '10 min' from generate_series(1,50) n;
-- Messages of a ticket lie side by side. Of a million tickets ANALYZE looks at few pages, and at
-- several rows of each: it takes several tickets for one, the more messages they have the more.
alter table messages alter column ticket_id set (n_distinct=20000);
create temp table gen as select i, at, pg_temp.v7(at,i,'ticket') id, 's'||lpad((i%50+1)::text,2,'0') site, 'r'||lpad(((i::bigint*104729)%(:n/5))::text,6,'0') who,
    't'||lpad(((i%50+50*((i/7)%40))%2000)::text,5,'0') tech, i > :n*0.99 living
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t;
analyze gen;
insert into messages select pg_temp.v7(at,i,kind),case when kind='job.offered' then tech else who end,kind,'cause-'||i,id,site,at,at,case when kind='job.offered' then case when living then now()+interval '10 min' else at+interval '10 min' end end,null,'zh-CN',repeat('x',40),repeat('x',100),
    jsonb_build_object('job_id',i,'job',repeat('x',300)),case when i%3=0 and kind<>'job.offered' then at+interval '1 hour' end from gen, unnest(array['ticket.received','job.offered']) kind order by i;
insert into messages select pg_temp.v7(at,i,'desk'),'d7','clock.warned','cause-'||i,id,site,at,at,null,null,'zh-CN',repeat('x',40),repeat('x',100),'{"clock":"arrival"}',null from gen where i%5=0 order by i;
insert into deliveries select pg_temp.v7(m.at,1,m.id::text),m.id,e.id,m.kind,case when m.until>now() then 'pending' when hashtext(m.id::text)%40=0 then 'failed' else 'delivered' end,1,case when m.until>now() then now()+random()*interval '10 min' else m.at end,m.until,null,null,case when m.until<now() then m.at end
from messages m join endpoints e on e.owner=m.recipient_id where m.kind='job.offered' order by m.id;
insert into attempts select pg_temp.v7(d.next_attempt_at,2,d.id::text),d.id,d.endpoint_id,d.message_id,d.kind,d.next_attempt_at,23,200,null,'{}' from deliveries d where state='delivered' order by id;
insert into offer_answers select pg_temp.v7(at,i,'answer'),id,tech,'accept',at from gen where i%10=0 order by i;
insert into waiting select id,site,now()+i%60*interval '1 s' from gen where living and i%10=0;
insert into repeats select id,now()+i%60*interval '1 s',site from gen where living and i%10=0;
insert into site_audiences select 's'||lpad(n::text,2,'0'),1,4 from generate_series(1,50) n;
insert into snapshots select entity,id::text,3,site,jsonb_build_object('words',repeat('x',300),'time_zone','Asia/Shanghai') from gen, unnest(array['tickets.ticket','dispatch.work_order','sla.clocks']) entity where i > :n*0.9 order by i;
insert into snapshots select 'tickets.comment',pg_temp.v7(at,i,'comment')::text,1,site,jsonb_build_object('ticket_id',id),id::text from gen where i > :n*0.9 order by i;
insert into snapshots select 'tickets.site','s'||lpad(n::text,2,'0'),1,'s'||lpad(n::text,2,'0'),'{"time_zone":"Asia/Shanghai"}' from generate_series(1,50) n;
insert into snapshots select 'dispatch.technician','t'||lpad(n::text,5,'0'),1,'','{}' from generate_series(0,1999) n;
