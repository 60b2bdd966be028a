import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Days of grace between the due day and the release, and the day on which an invoice was paid. */
export class AddGrace1700000000002 implements MigrationInterface {
  readonly name = 'AddGrace1700000000002';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE fee_schedules ADD COLUMN grace_days int NOT NULL DEFAULT 3 CHECK (grace_days BETWEEN 0 AND 60);
      ALTER TABLE invoices ADD COLUMN grace_days int NOT NULL DEFAULT 3 CHECK (grace_days BETWEEN 0 AND 60);
      ALTER TABLE invoices ADD COLUMN grace_ended_at timestamptz;
      ALTER TABLE invoices ADD COLUMN paid_on date;
      UPDATE invoices i SET paid_on = (SELECT max(received_on) FROM payments p WHERE p.invoice_id = i.id);
      UPDATE invoices SET grace_ended_at = overdue_at WHERE overdue_at IS NOT NULL;
      CREATE INDEX invoices_grace ON invoices ((due_on + grace_days)) WHERE grace_ended_at IS NULL AND status IN ('open', 'partly_paid');
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE invoices DROP COLUMN paid_on, DROP COLUMN grace_ended_at, DROP COLUMN grace_days;
      ALTER TABLE fee_schedules DROP COLUMN grace_days;
    `);
  }
}
