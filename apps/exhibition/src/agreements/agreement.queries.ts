import { NotFound, type LocalizedText } from '@ciep/kernel';
import { Database, where, type Principal, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { exhibitorMoves, organizerMoves, type AgreementStatus, type AgreementText, type Scan } from './agreement.rules.js';
import type { AgreementDto } from './agreement.dto.js';

interface Row {
  readonly id: string;
  readonly version: number;
  readonly status: AgreementStatus;
  readonly texts: AgreementText[];
  readonly scans: Scan[];
  readonly trackingNumber: string | null;
  readonly postedOn: string | null;
  readonly receivedOn: string | null;
}

/** What stands on the document beside the agreed text. */
export interface Surroundings {
  readonly editionCode: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly boardCode: string;
  readonly boardName: LocalizedText;
  readonly hall: number;
}

const columns = `g.id, g.version, g.status, g.texts, g.scans, g.tracking_number AS "trackingNumber", g.posted_on AS "postedOn", g.received_on AS "receivedOn"`;

@Injectable()
export class AgreementQueries {
  constructor(private readonly database: Database) {}

  /** The agreement as its exhibitor, or the organizer, sees it. Throws `NotFound`. */
  async one(id: string, principal: Principal, reader: Reader = this.database): Promise<AgreementDto> {
    const { texts, scans, ...row } = await this.row(id, principal, reader);
    return {
      ...row,
      textVersion: texts.at(-1)?.textVersion ?? 0,
      texts: texts.map(({ textVersion, generatedAt, booth: { boothNumber, boothType, areaDm2 } }) => ({
        textVersion,
        generatedAt,
        boothNumber,
        boothType,
        areaDm2,
      })),
      scans: scans.map(({ fileKey: _, ...scan }) => scan) as AgreementDto['scans'],
      allowedActions: [
        ...(principal.may('agreement:sign') ? exhibitorMoves.allowed(row.status) : []),
        ...(principal.may('agreement:verify') ? organizerMoves.allowed(row.status) : []),
      ],
    };
  }

  /** One version of the text, the newest unless named, with what else the document shows. Throws `NotFound`. */
  async text(
    id: string,
    textVersion: number | undefined,
    principal: Principal,
  ): Promise<{ text: AgreementText; surroundings: Surroundings }> {
    const { texts } = await this.row(id, principal, this.database);
    const text = textVersion === undefined ? texts.at(-1) : texts.find(each => each.textVersion === textVersion);
    if (!text) throw new NotFound('agreement_text', id);
    const [surroundings] = await this.database.query<Surroundings[]>(
      `SELECT e.code AS "editionCode", e.starts_on AS "startsOn", e.ends_on AS "endsOn", n.code AS "boardCode", n.name AS "boardName", b.hall
       FROM booths b JOIN nodes n ON n.id = b.node_id JOIN known_editions e ON e.id = b.edition_id WHERE b.id = $1`,
      [text.booth.boothId],
    );
    if (!surroundings) throw new Error(`booth ${text.booth.boothId} of an agreement is gone`);
    return { text, surroundings };
  }

  /** Where a stamped scan is stored. Throws `NotFound`. */
  async scan(id: string, scanId: string, principal: Principal): Promise<Scan> {
    const { scans } = await this.row(id, principal, this.database);
    const scan = scans.find(each => each.id === scanId);
    if (!scan) throw new NotFound('scan', scanId);
    return scan;
  }

  /** Exhibitors see their own agreements; the partner unit of the region has no business with seals and contacts. */
  private async row(id: string, principal: Principal, reader: Reader): Promise<Row> {
    const conditions = where().equal('g.id', id);
    if (!principal.may('all_applications:read')) conditions.equal('g.organisation_id', principal.owner);
    const [row] = await reader.query<Row[]>(`SELECT ${columns} FROM agreements g ${conditions.sql()}`, conditions.values);
    if (!row) throw new NotFound('agreement', id);
    return row;
  }
}
