insert into sites select 's'||lpad(n::text,2,'0'),1,'S'||n,'Site','Asia/Shanghai','zh-CN',31.2,121.4,'[]',null,'[]','[]','[]',n%2=0,gen_random_uuid(),now() from generate_series(1,50) n;
create temp table said as select row_number() over () - 1 k, title, more, zh from (values
    ('厨房漏水','水管接头一直在滴水，地板都湿了',true),('卫生间漏水','马桶后面漏水，请尽快派人来看看',true),('电梯停了','电梯停在三楼不动，里面没有人',true),
    ('楼道灯不亮','二楼楼道的灯坏了好几天',true),('门禁打不开','刷卡没有反应，保安也开不了',true),('空调不制冷','开了一整晚还是很热',true),
    ('下水道堵了','厨房下水道堵塞，水漫出来',true),('有老鼠','地下车库看到老鼠',true),('插座冒火花','客厅插座冒火花，有焦味',true),('窗户关不上','卧室窗户变形，下雨进水',true),
    ('Leak under the sink','Water is dripping from the pipe in the kitchen',false),('Lift is stuck','The lift stopped between the second and third floor',false),
    ('No hot water','The boiler does not start since this morning',false),('Broken window','A window in the bedroom does not close any more',false),
    ('Light in the hall','The light flickers all night and nobody came',false),('Blocked drain','The shower drain is blocked and smells',false)) as v(title,more,zh);
alter table said add grams text[];
update said set grams = array(select distinct substr(word,n,2) from regexp_split_to_table(lower(title||' '||more),'\s+') word, generate_series(1,length(word)-1) n
    union select c from regexp_split_to_table(title||more,'') c where c > E'\x7f');
create temp table gen as select i, at, pg_temp.v7(at,i,'ticket') id, 's'||lpad((i%50+1)::text,2,'0') site, 'r'||lpad(((i::bigint*104729)%(:n/5))::text,6,'0') who,
    case when i%20=0 then null else 1+i%30||'-'||1+(i/50)%28||lpad((1+i%4)::text,2,'0') end unit, case
    when i <= :n*0.95 then case when i%25=0 then 'cancelled' else 'closed' end
    when i > :n*0.999 then 'open' when i%12=3 then 'in_progress' when i%50=2 then 'open' when i%2=0 then 'resolved' else 'on_hold' end state, said.*
from generate_series(1,:n) i cross join lateral (select now() - (:n-i) * interval '51.84 s' as at) t join said on said.k = i%16;
-- At one site as many live as at six others together.
insert into sites select 's51',1,'S51','Site','Asia/Shanghai','zh-CN',31.2,121.4,'[]',null,'[]','[]','[]',true,gen_random_uuid(),now();
insert into gen select i+:n,at,pg_temp.v7(at,i+:n,'ticket'),'s51',who,unit,'open',k,title,more,zh,grams from gen where i > :n*0.95 and i%40 in (1,7,13,22,30);
analyze gen;
insert into tickets (id,version,site_id,reference,state,cycle,category,priority,nature,title,description,language,channel,reporter_id,entered_by,followers,place,skills,answers,needs_info,preferred_windows,
    hold,before,observed,duplicate_of,opened_at,steps,classes,answered_at,told,appointments,urges,ratings,admitted,entries,unit_key,spot,lat,lon,closes_at,updated_at,imported,external_id) select id,5,site,upper(site)||'-'||100000+i||'-X',state,1,case when i > :n*0.95 and i%3>0 and (i%2>0 or i%50=2) then 'crane' when k%5=0 then 'plumbing' when k%5=1 then 'lift' else 'electrics' end,case when i%100=0 then 'emergency' else 'normal' end,case when i%203=0 then 'complaint' else 'fault' end,title,
    more||' '||i%977||case when i%10007=0 then ' 紫藤 wisteria' else '' end,case when zh then 'zh-CN' else 'en' end,'app',who,who,'[]',jsonb_build_object('building','3','unit','1202'),'[]','{}',false,'[]',
    case when state='on_hold' then 'waiting_parts' end,null,0,null,at,jsonb_build_array(repeat('x',300)),'[]',null,'[]','[]','[]','[]',
    case when state='in_progress' then jsonb_build_object('t'||lpad((i%2000)::text,5,'0'),null) else '{}' end,6,unit,case when unit is null then 'gate-'||i%40 end,null,null,
    case when state='resolved' then now()+i%86400*interval '3 s' end,at+interval '1 day',
    case when i/50%10=6 then '{}'::jsonb end,case when i/50%10=6 then 'WX-'||i end from gen order by at,i;
update tickets t set followers = jsonb_build_array(w.who), joined = jsonb_build_array(jsonb_build_object('ticket_id', t.id, 'people', jsonb_build_array(w.who), 'left', '[]'::jsonb))
    from gen g cross join lateral (select 'r'||lpad((g.i%2000)::text,6,'0') who) w where g.id = t.id and g.i%100=7;
insert into ticket_words select t.id,t.site_id,lower(concat_ws(E'\n',t.title,t.description,t.reference,t.unit_key,t.spot)),
    g.grams||array[substr((i%977)::text,1,2),substr((i%977)::text,2,2),'site:'||t.site_id,'category:'||t.category,'priority:'||t.priority]||case when i%203=0 then array['nature:complaint'] else '{}' end||case when i%10007=0 then array['wi','is','st','te','er','ri','ia','紫','藤','紫藤'] else '{}' end from gen g join tickets t on t.id=g.id order by at,i;
insert into entries select id,n,at,'opened',who,true,'{"x":1}',null from gen, generate_series(1,2) n order by at,i,n;
insert into snapshots select entity,id::text,3,site,jsonb_build_object('words',repeat('x',300)) from gen, unnest(array['dispatch.work_order','sla.clocks']) entity where i > :n*0.9 order by i;
insert into people select site||'/'||who,site,who,1,'["resident"]','[]',null,'[]',null,now()-i%9*interval '1 day' from (select distinct on (who) who, site, i from gen order by who, i) first;
insert into shown_claims select person_id,now(),'{}','{"3-1202":"2026-01-01T00:00:00Z"}',now()-version*interval '1 day' from people;
insert into ticket_dues select id,site,least(response,arrival,resolution),response,arrival,resolution from gen cross join lateral (select now()+(i%9000-1000)*interval '1 min' as resolution, case when i%3=0 then now()+(i%5000-500)*interval '1 min' end as arrival,
    case when state='open' then now()+(i%300-30)*interval '1 min' end as response) d where state in ('open','in_progress','on_hold') and i%7>0;
update sites set told_revision = revision where id <> 's50';
insert into buildings select site||':'||b,site,b::text,1,md5(site||b),null,now()-b%9*interval '1 day' from (select 's'||lpad(n::text,2,'0') site from generate_series(1,50) n) s, generate_series(1,150) b;
insert into places select site,'building',b::text,upper(substr(md5(site||b),1,10)),null from (select 's'||lpad(n::text,2,'0') site from generate_series(1,50) n) s, generate_series(1,150) b;
insert into places select site,'unit',b||'-'||u,upper(substr(md5(site||b||'-'||u),1,10)),null from (select 's'||lpad(n::text,2,'0') site from generate_series(1,50) n) s, generate_series(1,30) b, generate_series(1,40) u;
insert into untold_tickets select id, at from gen where i/50%10=6;
insert into attachments select gen_random_uuid(),id,at,'{"id":"x"}',case when i%500=0 then now()-interval '1 hour' end from gen where i%5=0;
update ticket_dues d set unassignable_at = g.at from gen g where g.id = d.ticket_id and g.i%40=3;
update tickets t set unheard_since = g.at from gen g where g.id = t.id and g.i%50=3 and g.state in ('open','in_progress');
