import pg from 'pg';

// Keeps a `date` column as text: pg would read it as local midnight, which is the day before in UTC.
pg.types.setTypeParser(pg.types.builtins.DATE, value => value);
