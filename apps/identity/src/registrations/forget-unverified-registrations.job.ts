import { DueRows, Job, type Tx } from '@ciep/platform';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { RegistrationRepository } from './registration.repository.js';

interface Row {
  readonly id: string;
  readonly organisationId: string | null;
}

const allowRemoval = (): void => undefined;

/**
 * Deletes registrations that were not verified within 30 days of the last link, with their organisation
 * (docs/rules.md#registration-forgotten).
 */
@Job()
export class ForgetUnverifiedRegistrations extends DueRows<Row> {
  override readonly everySeconds = 60;

  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly organisations: OrganisationRepository,
  ) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined> {
    const [row] = await tx.query<Row[]>(
      `SELECT id, (SELECT o.id FROM organisations o WHERE o.id = r.organisation_id AND o.status = 'pending_verification'
                      AND NOT EXISTS (SELECT 1 FROM registrations other WHERE other.organisation_id = o.id AND other.id <> r.id)) AS "organisationId"
         FROM registrations r
        WHERE status = 'open' AND expires_at < $1::timestamptz - interval '30 days' AND NOT id = ANY($2::uuid[]) ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now, skip],
    );
    return row;
  }

  async handle({ id, organisationId }: Row, tx: Tx): Promise<void> {
    await this.registrations.in(tx).remove(id, allowRemoval);
    if (organisationId !== null) await this.organisations.in(tx).remove(organisationId, allowRemoval);
  }
}
