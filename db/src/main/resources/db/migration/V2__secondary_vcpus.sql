-- How many of its vCPUs a secondary may run at a time, and who says so.
alter table pairs add column secondary_vcpus_mode text not null default 'FLAVOR'
  check (secondary_vcpus_mode in ('FLAVOR', 'AUTO', 'OPERATOR'));
-- null: all; a service of the version before writes none
alter table pairs add column secondary_vcpus integer check (secondary_vcpus >= 1);

-- An allocation is made anew when that number, or who is charged, changes.
alter table cloud_tasks drop constraint cloud_tasks_kind_check;
alter table cloud_tasks add constraint cloud_tasks_kind_check
  check (kind in ('UNRESERVE', 'UNBIND_PORTS', 'ACTIVATE_PORTS', 'CHARGE'));
