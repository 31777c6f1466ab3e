-- Administrators are staff of the force, and among those whom the directory finds.
create or replace function enter_colleague(person bigint) returns void language plpgsql as $$
declare
  folded text;
  own text;
begin
  select fold_words(coalesce(a.display_name, '')), fold_words(concat_ws(' ', a.display_name,
      string_agg(case g.role when 'officer' then 'Officer' when 'supervisor' then 'Sergeant' when 'press-office' then 'Press office' else 'Administrator' end
        || ' ' || coalesce(t.name, ''), ' '),
      p.leads, p.works_on, array_to_string(p.skills, ' '), array_to_string(p.languages, ' ')))
    into folded, own
    from accounts a join role_grants g on g.account_id = a.id and g.role in ('officer', 'supervisor', 'press-office', 'administrator')
        and g.confirmed_at is not null and g.ended_at is null
      left join teams t on t.id = g.team_id left join staff_profiles p on p.account_id = a.id
    where a.id = person group by a.id, p.account_id;
  if folded is null or folded = '' then
    delete from colleague_entries where account_id = person;
    return;
  end if;
  insert into colleague_entries (account_id, name, words)
    values (person, regexp_replace(folded, '^.* ', '') || ' ' || folded, to_tsvector('simple', own))
    on conflict (account_id) do update set name = excluded.name, words = excluded.words;
end $$;
--> statement-breakpoint
do $$ begin
  perform enter_colleague(account_id) from (select distinct account_id from role_grants where role = 'administrator') administrators;
end $$;
