-- Which replica of the service does what only one may do: a lease by this database's clock.
create table leadership (
  id integer primary key check (id = 1),
  replica text not null,
  until timestamptz not null
);
