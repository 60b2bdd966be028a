import { aggregateColumns } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fee schedules, invoices with their number series, payments, refunds, the ledger, and the ends of applications. */
export class CreateBilling1700000000001 implements MigrationInterface {
  readonly name = 'CreateBilling1700000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(feeSchedules);
    await q.query(invoices);
    await q.query(payments);
    await q.query(ledger);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('books are never dropped'));
  }
}

// A version is in force until the next one starts, so two versions of an edition overlap only if they start together.
const feeSchedules = `
  CREATE TABLE fee_schedules (
    ${aggregateColumns},
    edition_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'published')),
    in_force_from timestamptz,
    currency text NOT NULL CHECK (currency = 'CNY'),
    tax_basis_points int NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    lines jsonb NOT NULL,
    note jsonb,
    CHECK ((status = 'published') = (in_force_from IS NOT NULL)),
    CHECK (jsonb_typeof(lines) = 'array' AND jsonb_array_length(lines) > 0),
    CHECK (NOT jsonb_path_exists(lines, '$[*] ? (!(@.amount.type() == "number" && @.amount > 0 && @.amount == @.amount.floor()))'))
  );
  CREATE UNIQUE INDEX fee_schedules_one_start ON fee_schedules (edition_id, in_force_from) WHERE status = 'published';
  CREATE INDEX fee_schedules_edition ON fee_schedules (edition_id, id);
  CREATE INDEX fee_schedules_updated ON fee_schedules (updated_at, id);

  CREATE FUNCTION refuse_change_of_published_fees() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'a published fee schedule is never changed' USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER fee_schedules_published BEFORE UPDATE OR DELETE ON fee_schedules
    FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION refuse_change_of_published_fees();
`;

// Amounts are whole fen within JavaScript's safe integers.
const invoices = `
  CREATE DOMAIN fen AS bigint CHECK (VALUE BETWEEN -9007199254740991 AND 9007199254740991);
  CREATE TABLE application_ends (
    application_id uuid PRIMARY KEY,
    ended_version int NOT NULL CHECK (ended_version >= 0)
  );
  CREATE TABLE invoice_series (
    year int PRIMARY KEY CHECK (year BETWEEN 2000 AND 2999),
    last int NOT NULL CHECK (last BETWEEN 1 AND 999999)
  );
  CREATE TABLE invoices (
    ${aggregateColumns},
    number text NOT NULL UNIQUE,
    series_year int NOT NULL REFERENCES invoice_series (year),
    series_number int NOT NULL CHECK (series_number > 0),
    reference text NOT NULL UNIQUE,
    edition_id uuid NOT NULL,
    application_id uuid NOT NULL,
    application_version int NOT NULL,
    allocation_id uuid NOT NULL UNIQUE,
    organisation_id uuid NOT NULL,
    region_code text CHECK (region_code ~ '^[0-9]{6}$'),
    booth_id uuid NOT NULL,
    booth_number text NOT NULL,
    fee_schedule_id uuid NOT NULL REFERENCES fee_schedules (id),
    tax_basis_points int NOT NULL,
    lines jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array' AND jsonb_array_length(lines) > 0),
    currency text NOT NULL CHECK (currency = 'CNY'),
    net fen NOT NULL CHECK (net > 0),
    tax fen NOT NULL CHECK (tax >= 0),
    gross fen NOT NULL,
    received fen NOT NULL,
    refunded fen NOT NULL,
    credit fen NOT NULL,
    credit_since timestamptz,
    status text NOT NULL CHECK (status IN ('open', 'partly_paid', 'paid', 'void')),
    due_on date NOT NULL,
    remind_on date CHECK (remind_on < due_on),
    opened_at timestamptz NOT NULL,
    paid_at timestamptz,
    overdue_at timestamptz,
    voided_at timestamptz,
    void_reason text CHECK (void_reason IN ('withdrawn', 'rejected', 'overdue', 'organizer')),
    reallocation text NOT NULL CHECK (reallocation IN ('none', 'asked', 'refused')),
    UNIQUE (series_year, series_number),
    CHECK (gross = net + tax),
    CHECK (refunded BETWEEN 0 AND received),
    CHECK (credit BETWEEN 0 AND received - refunded),
    CHECK ((credit > 0) = (credit_since IS NOT NULL)),
    CHECK ((status = 'void') = (void_reason IS NOT NULL) AND (status = 'void') = (voided_at IS NOT NULL)),
    CHECK (status = 'void' OR reallocation = 'none'),
    CHECK (CASE status
      WHEN 'open' THEN received = 0
      WHEN 'partly_paid' THEN received - refunded > 0 AND received - refunded < gross
      WHEN 'paid' THEN received - refunded - credit = gross AND paid_at IS NOT NULL
      ELSE received - refunded - credit = CASE WHEN reallocation = 'asked' THEN gross ELSE 0 END END)
  );
  CREATE INDEX invoices_application ON invoices (application_id, id);
  CREATE INDEX invoices_organisation ON invoices (organisation_id, updated_at, id);
  CREATE INDEX invoices_edition ON invoices (edition_id, updated_at, id);
  CREATE INDEX invoices_updated ON invoices (updated_at, id);
  CREATE INDEX invoices_due ON invoices (due_on, id);
  CREATE INDEX invoices_opened ON invoices (opened_at, id);
  CREATE INDEX invoices_gross ON invoices (gross, id);
  CREATE INDEX invoices_remind ON invoices (remind_on) WHERE remind_on IS NOT NULL AND status IN ('open', 'partly_paid');
  CREATE INDEX invoices_overdue ON invoices (due_on) WHERE overdue_at IS NULL AND status IN ('open', 'partly_paid');
  CREATE INDEX invoices_asked ON invoices (id) WHERE reallocation = 'asked';
  CREATE INDEX invoices_credit ON invoices (credit_since, id) WHERE credit > 0;
`;

// The reference is deferred: the repository locks the referenced row later in the transaction and refuses it if it is missing.
const payments = `
  CREATE TABLE payments (
    ${aggregateColumns},
    account text NOT NULL,
    statement_number text NOT NULL,
    statement_key text NOT NULL,
    received_on date NOT NULL,
    amount fen NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency = 'CNY'),
    reference text,
    payer text NOT NULL,
    invoice_id uuid REFERENCES invoices (id) DEFERRABLE INITIALLY DEFERRED,
    assigned_at timestamptz,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT payments_account_statement_number_key UNIQUE (account, statement_key),
    CHECK ((invoice_id IS NULL) = (assigned_at IS NULL))
  );
  CREATE INDEX payments_invoice ON payments (invoice_id, id) WHERE invoice_id IS NOT NULL;
  CREATE INDEX payments_unassigned ON payments (received_on, id) WHERE invoice_id IS NULL;
  CREATE INDEX payments_received ON payments (received_on, id);
  CREATE INDEX payments_recorded ON payments (recorded_at, id);
  CREATE INDEX payments_amount ON payments (amount, id);
  CREATE INDEX payments_updated ON payments (updated_at, id);

  CREATE TABLE refunds (
    ${aggregateColumns},
    invoice_id uuid NOT NULL REFERENCES invoices (id),
    account text NOT NULL,
    statement_number text NOT NULL,
    statement_key text NOT NULL,
    refunded_on date NOT NULL,
    amount fen NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency = 'CNY'),
    recorded_at timestamptz NOT NULL,
    CONSTRAINT refunds_account_statement_number_key UNIQUE (account, statement_key)
  );
  CREATE INDEX refunds_invoice ON refunds (invoice_id, id);
  CREATE INDEX refunds_refunded ON refunds (refunded_on, id);
  CREATE INDEX refunds_updated ON refunds (updated_at, id);
`;

// Debits are positive. The sum is checked at the commit, when all rows of the booking exist.
const ledger = `
  CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id uuid NOT NULL,
    event text NOT NULL CHECK (event IN ('opened', 'voided', 'received', 'assigned', 'reinstated', 'credited', 'refunded')),
    booked_at timestamptz NOT NULL,
    invoice_id uuid REFERENCES invoices (id),
    payment_id uuid REFERENCES payments (id),
    refund_id uuid REFERENCES refunds (id) DEFERRABLE INITIALLY DEFERRED,
    account text NOT NULL CHECK (account IN ('bank', 'unassigned', 'receivable', 'revenue', 'tax', 'credits')),
    amount fen NOT NULL CHECK (amount <> 0),
    UNIQUE (booking_id, account)
  );
  CREATE INDEX ledger_entries_invoice ON ledger_entries (invoice_id, id);
  CREATE INDEX ledger_entries_payment ON ledger_entries (payment_id, id) WHERE payment_id IS NOT NULL;

  CREATE FUNCTION refuse_unbalanced_booking() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT sum(amount) FROM ledger_entries WHERE booking_id = NEW.booking_id) <> 0 THEN
      RAISE EXCEPTION 'booking % does not add up to zero', NEW.booking_id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_adds_up';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER ledger_adds_up AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_booking();

  CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger();
`;
