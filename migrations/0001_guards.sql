-- The log is append-only: nobody, no role of the application, changes or deletes a row.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger log_append_only before update or delete on log for each row execute function refuse_change();
--> statement-breakpoint
create trigger log_no_truncate before truncate on log for each statement execute function refuse_change();
--> statement-breakpoint
create trigger decisions_append_only before update or delete on decisions for each row execute function refuse_change();
--> statement-breakpoint
create trigger decisions_no_truncate before truncate on decisions for each statement execute function refuse_change();
--> statement-breakpoint
-- An audience never widens: it is set at birth and stays.
create function refuse_audience_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audience of % never changes', tg_table_name using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger conversations_audience before update of audience on conversations for each row
  when (old.audience is distinct from new.audience) execute function refuse_audience_change();
--> statement-breakpoint
create trigger posts_audience before update of audience on posts for each row
  when (old.audience is distinct from new.audience) execute function refuse_audience_change();
--> statement-breakpoint
-- Every removal has its row in the log, whoever writes it.
alter table comments add constraint comments_removal check ((state in ('removed', 'rejected')) = (removal_id is not null));
--> statement-breakpoint
alter table conversations add constraint conversations_closed check (mode <> 'closed' or (mode_reason is not null and mode_ends_at is not null));
--> statement-breakpoint
alter table conversations add constraint conversations_locked check (mode <> 'legal-lock' or (legal_trigger is not null and mode_ends_at is not null));
--> statement-breakpoint
alter table role_grants add constraint role_grants_two_people check (confirmed_by is null or confirmed_by <> proposed_by);
--> statement-breakpoint
alter table role_grants add constraint role_grants_team check ((role in ('officer', 'supervisor')) = (team_id is not null));
--> statement-breakpoint
-- Wordings for the public. A new wording is a new version, written by the press office.
insert into reasons (code, version, title, public_text, urgent, for_flags, position) values
  ('own-personal-data', 1, 'Your own personal details', 'It gave away personal details of the person who wrote it, such as a phone number or an address. Anybody could have read them here.', false, false, 10),
  ('personal-data', 1, 'Somebody else’s personal details', 'It gave away somebody else’s personal details, or could identify a victim, a witness or a suspect.', true, true, 20),
  ('active-proceedings', 1, 'A case before the courts', 'It was about a case in which somebody has been arrested or charged. Talking about it in public could harm a fair trial.', true, true, 30),
  ('threat', 1, 'A threat, or a call for violence', 'It threatened somebody, or called on others to harm somebody or break the law.', true, true, 40),
  ('hatred', 1, 'Hatred of a group of people', 'It attacked people for who they are: their race, religion, disability, sexual orientation, gender identity or another protected characteristic.', false, true, 50),
  ('abuse', 1, 'Abuse or harassment', 'It insulted or hounded a person instead of saying what was wrong.', false, true, 60),
  ('obscene', 1, 'Obscene', 'It contained obscene words or pictures.', false, true, 70),
  ('defamation', 1, 'A defamation notice', 'Somebody sent us a notice that it harmed their good name, and the procedure in law led to its removal.', false, false, 80),
  ('spam', 1, 'Advertising or spam', 'It was advertising, or the same thing posted many times.', false, true, 90),
  ('off-topic', 1, 'Off topic', 'It was not about what this conversation is about.', false, true, 100),
  ('impersonation', 1, 'Pretending to be somebody else', 'It pretended to come from somebody who did not write it.', false, true, 110),
  ('copyright', 1, 'Copyright', 'Somebody else owns the words or the picture, and asked for them to be taken down.', false, true, 120),
  ('crime-report', 1, 'A crime to tell the police about', 'It told us about a crime. Comments are not watched around the clock, so we told the person how to report it properly.', false, false, 130),
  ('complaint', 1, 'A complaint about an officer', 'It was a complaint about a named officer, which deserves a proper answer. We passed it on and told the person how complaints are handled.', false, false, 140),
  ('operational-harm', 1, 'Puts police work or officers at risk', 'It gave away something that could spoil police work in progress or put an officer in danger.', true, true, 150),
  ('party-political', 1, 'Party politics before an election', 'It argued for or against a party or candidate in the weeks before an election, when this site must stay out of it.', false, false, 160),
  ('illegal', 1, 'Illegal, or harmful to children', 'It was illegal to publish, or could harm a child.', true, true, 170),
  ('duplicate', 1, 'Already said', 'The same person had already posted the same thing here.', false, false, 180);
