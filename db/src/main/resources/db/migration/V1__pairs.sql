-- Pairs are the authority on protection; Nova is the authority on what exists.

create table hosts (
  name        text primary key,
  incarnation uuid        not null,
  last_seen   timestamptz not null,
  report      jsonb       not null
);

create table pairs (
  id                    uuid primary key,
  -- optimistic lock: every change compares and increments it
  version               bigint      not null,
  -- incarnation of the pair: every new secondary and every decided loss of a side increments it
  generation            bigint      not null check (generation >= 0),
  state                 text        not null check (state in
    ('REQUESTED', 'PAIRING', 'SYNCING', 'PROTECTED', 'FAILING_OVER', 'DEGRADED', 'SOLO', 'RELEASED')),
  state_since           timestamptz not null,
  instance_uuid         uuid        not null,
  instance_name         text        not null,
  project_id            text        not null,
  user_id               text        not null,
  vcpus                 integer     not null,
  memory_mb             integer     not null,
  disk_gb               integer     not null,
  extra_specs           jsonb       not null,
  vm_state              text        not null,
  -- where Nova believes the server is; differs from primary_host after a failover
  nova_host             text,
  primary_host          text,
  secondary_host        text,
  -- agents' incarnations at the moment the pair became PROTECTED: only these may win a claim
  primary_incarnation   uuid,
  secondary_incarnation uuid,
  -- hosts that lost a generation and may still hold a copy that must never run again
  deposed_hosts         jsonb       not null,
  -- Placement consumers: of the present secondary, and of the survivor of the last failover
  reservation_consumer  uuid,
  survivor_consumer     uuid,
  attempts              integer     not null,
  retry_at              timestamptz,
  reason                text        not null,
  host_choice           jsonb,
  -- why the pair shall end; null while it is wanted
  release_cause         text check (release_cause in ('SERVER_GONE', 'FLAVOR', 'OPERATOR')),
  protected_at          timestamptz,
  created_at            timestamptz not null,
  check (state <> 'PROTECTED' or (primary_host is not null and secondary_host is not null)),
  check (primary_host is distinct from secondary_host or primary_host is null)
);

-- One live pair for each instance; released ones stay for the auditor.
create unique index pairs_one_unreleased on pairs (instance_uuid) where state <> 'RELEASED';
create index pairs_instance on pairs (instance_uuid, created_at);

-- Append only.
create table pair_history (
  id         bigint generated always as identity primary key,
  pair_id    uuid        not null references pairs (id) on delete cascade,
  at         timestamptz not null,
  generation bigint      not null,
  from_state text,
  to_state   text        not null,
  event      text        not null,
  reason     text        not null,
  detail     jsonb       not null,
  -- time spent in from_state; null where the state did not change
  took_ms    bigint
);
create index pair_history_pair on pair_history (pair_id, id);

-- Answers that were given: a claim that is sent again gets the same one.
create table claims (
  nonce              uuid primary key,
  pair_id            uuid        not null references pairs (id) on delete cascade,
  generation         bigint      not null,
  host               text        not null,
  kind               text        not null,
  verdict            text        not null,
  decided_generation bigint      not null,
  reason             text        not null,
  at                 timestamptz not null
);
create index claims_at on claims (at);
create index claims_pair on claims (pair_id);

-- Notifications that were acted on, by the inner message id of oslo.messaging.
create table inbox (
  message_id  text primary key check (length(message_id) <= 128),
  received_at timestamptz not null
);
create index inbox_received_at on inbox (received_at);

-- Cloud work that follows a committed decision and is repeated until it is done.
create table cloud_tasks (
  id            bigint generated always as identity primary key,
  pair_id       uuid        not null references pairs (id) on delete cascade,
  instance_uuid uuid        not null,
  kind          text        not null check (kind in ('UNRESERVE', 'UNBIND_PORTS', 'ACTIVATE_PORTS')),
  host          text,
  consumer      uuid,
  attempts      integer     not null,
  retry_at      timestamptz not null,
  reason        text        not null
);
create index cloud_tasks_pair on cloud_tasks (pair_id, id);
