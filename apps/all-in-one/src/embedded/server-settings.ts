/**
 * The complete postgresql.conf of the embedded server: loopback only, small in memory (without helper processes that one machine does not
 * need), UTC, and durable unless `fsync` is false.
 */
export function serverSettings({ port, fsync }: { port: number; fsync: boolean }): string {
  const durable = fsync ? 'on' : 'off';
  return `# Written at every start: changes made here are lost.
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
max_connections = 120
password_encryption = 'scram-sha-256'

shared_buffers = 64MB
work_mem = 4MB
maintenance_work_mem = 32MB
temp_buffers = 2MB
huge_pages = off
io_method = sync
max_worker_processes = 2
max_parallel_workers = 2
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
jit = off

wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
min_wal_size = 32MB
fsync = ${durable}
synchronous_commit = ${durable}
full_page_writes = ${durable}

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
log_line_prefix = '%m [%p] '
log_lock_waits = on
log_checkpoints = off
log_min_messages = warning
log_min_error_statement = panic
`;
}

/** pg_hba.conf: everybody needs the password, from this machine only. */
export const clientAccess = 'host all all 127.0.0.1/32 scram-sha-256\n';
