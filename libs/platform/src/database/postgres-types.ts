import pg from 'pg';

// A `date` column stays the date it is: pg would read it as local midnight, one day early east of Greenwich.
pg.types.setTypeParser(pg.types.builtins.DATE, value => value);
