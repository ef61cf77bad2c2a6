-- What an operator has ordered for a pair and is not carried out yet.
alter table pairs add column standing_order jsonb;

alter table pairs drop constraint pairs_state_check;
alter table pairs add constraint pairs_state_check check (state in
  ('REQUESTED', 'PAIRING', 'SYNCING', 'PROTECTED', 'FAILING_OVER', 'DEGRADED', 'SOLO', 'SUSPENDED',
   'RELEASED'));

-- Hosts that pairs have to leave and that take no secondary.
create table host_drains (
  host     text primary key,
  operator text        not null,
  since    timestamptz not null
);

-- Counted before each choice of a host.
create index pairs_syncing on pairs (state) where state in ('PAIRING', 'SYNCING');
