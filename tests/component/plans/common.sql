-- `stable`, as what is in it: then it is inlined, which makes it ten times as quick.
create or replace function pg_temp.v7(at timestamptz, i bigint, salt text) returns uuid language sql stable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || overlay(substr(md5(salt || i), 1, 19) placing '8' from 4 for 1))::uuid $$;
