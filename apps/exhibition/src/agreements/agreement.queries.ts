import { NotFound, type LocalizedText } from '@ciep/kernel';
import { Database, select, where, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { AgreementDto } from './agreement.dto.js';
import type { AgreementStatus, AgreementText, Scan } from './agreement.rules.js';
import type { AgreementShare } from './agreement-share.service.js';

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

/** The content of the document besides the agreed text. */
export interface AgreementContext {
  readonly editionCode: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly boardCode: string;
  readonly boardName: LocalizedText;
  readonly hall: number;
}

const columns = select<Row>('g', ['id', 'version', 'status', 'texts', 'scans', 'trackingNumber', 'postedOn', 'receivedOn']);
const contextColumns = select<AgreementContext>('e', ['startsOn', 'endsOn'], {
  editionCode: 'e.code',
  boardCode: 'n.code',
  boardName: 'n.name',
  hall: 'b.hall',
});

@Injectable()
export class AgreementQueries {
  constructor(private readonly database: Database) {}

  /** The agreement as its exhibitor or the organizer sees it. Throws `NotFound`. */
  async one(id: string, share: AgreementShare, reader: Reader = this.database): Promise<AgreementDto> {
    const { texts, scans, ...row } = await this.row(id, share, reader);
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
      allowedActions: share.actions(row.status),
    };
  }

  /** One version of the text, by default the newest, with the rest of the document. Throws `NotFound`. */
  async text(
    id: string,
    textVersion: number | undefined,
    share: AgreementShare,
  ): Promise<{ text: AgreementText; context: AgreementContext }> {
    const { texts } = await this.row(id, share, this.database);
    const text = textVersion === undefined ? texts.at(-1) : texts.find(each => each.textVersion === textVersion);
    if (!text) throw new NotFound('agreement_text', id);
    const [context] = await this.database.query<AgreementContext[]>(
      `SELECT ${contextColumns}
       FROM booths b JOIN nodes n ON n.id = b.node_id JOIN known_editions e ON e.id = b.edition_id WHERE b.id = $1`,
      [text.booth.boothId],
    );
    if (!context) throw new Error(`booth ${text.booth.boothId} of an agreement is gone`);
    return { text, context };
  }

  /** The storage key of a stamped scan. Throws `NotFound`. */
  async scan(id: string, scanId: string, share: AgreementShare): Promise<Scan> {
    const { scans } = await this.row(id, share, this.database);
    const scan = scans.find(each => each.id === scanId);
    if (!scan) throw new NotFound('scan', scanId);
    return scan;
  }

  private async row(id: string, { organisationId }: AgreementShare, reader: Reader): Promise<Row> {
    const conditions = where().equal('g.id', id).equal('g.organisation_id', organisationId);
    const [row] = await reader.query<Row[]>(`SELECT ${columns} FROM agreements g ${conditions.sql()}`, conditions.values);
    if (!row) throw new NotFound('agreement', id);
    return row;
  }
}
