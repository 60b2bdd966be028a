import {
  invoicePaid,
  invoicePaidAfterVoid,
  invoiceVoided,
  type InvoicePaid,
  type InvoicePaidAfterVoid,
  type InvoiceVoided,
} from '@ciep/contracts';
import { Aggregate, DomainError, newId } from '@ciep/kernel';
import {
  Actor,
  aggregateColumns,
  AggregateRepository,
  Answers,
  AnswersNothing,
  AnswersPage,
  Cached,
  Can,
  Database,
  defineFeature,
  defineService,
  DueRows,
  Flag,
  Id,
  IfMatch,
  Int,
  Job,
  keepCopy,
  ListOf,
  listQuery,
  Lists,
  Localized,
  LocalizedTextDto,
  Principal,
  Public,
  QueryInt,
  ReactsTo,
  Share,
  Text,
  Tx,
  Uuid,
  where,
  Writes,
  type Caller,
  type Page,
  type ReactionContext,
  type Scope,
} from '@ciep/platform';
import { Body, Controller, Delete, Get, Injectable, Param, Patch, Post, Query, type PipeTransform } from '@nestjs/common';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

/** A minimal service that uses everything in the platform. */
export class NoteIsFull extends DomainError {
  constructor() {
    super('conflict', 'note.full', { zh: '便签已满。', en: 'The note is full.' });
  }
}

@Entity({ name: 'notes' })
export class Note extends Aggregate {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'int' })
  readonly version!: number;

  @Column({ type: 'uuid' })
  organisationId!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'jsonb' })
  lines!: string[];

  @Column({ type: 'bigint' })
  amount!: string;

  @Column({ type: 'text', nullable: true })
  remark?: string | undefined;

  static write(organisationId: string, title: string): Note {
    return Object.assign(new Note(), { id: newId(), organisationId, title, lines: [], amount: '0' });
  }

  add(line: string): void {
    if (this.lines.length >= 3) throw new NoteIsFull();
    this.lines.push(line);
    this.tell();
    this.record(
      invoicePaid({
        invoiceId: this.id,
        applicationId: this.id,
        editionId: this.id,
        organisationId: this.organisationId,
        regionCode: null,
        paid: 1,
        overpaid: 0,
        currency: 'CNY',
      }),
    );
  }

  /** Tells an event and alters no column. */
  tell(): void {
    this.record(
      invoiceVoided({
        invoiceId: this.id,
        applicationId: this.id,
        editionId: this.id,
        organisationId: this.organisationId,
        regionCode: null,
      }),
    );
  }
}

@Injectable()
export class NoteRepository extends AggregateRepository<Note> {
  constructor(database: Database) {
    super(database, Note, ['title']);
  }
}

class ItemDto {
  @Text({ max: 5 })
  name!: string;
}

class WriteNoteDto {
  @Text({ max: 20 })
  title!: string;

  @Localized({ max: 10, optional: true })
  names?: LocalizedTextDto;

  @Int({ max: 10, optional: true })
  count?: number;

  @Flag({ optional: true })
  urgent?: boolean;

  @ListOf(() => ItemDto, { max: 2, optional: true })
  items?: ItemDto[];
}

class AddLineDto {
  @Text({ max: 20 })
  line!: string;
}

class NoteDto {
  @Uuid()
  id!: string;

  @Int({})
  version!: number;

  @Text({ max: 20 })
  title!: string;
}

class NoteListQuery extends listQuery(['title', 'updatedAt']) {
  @Text({ max: 20, optional: true })
  q?: string;

  @QueryInt({ min: 0 })
  minimum?: number;
}

/** The notes of the caller's organisation. Asks the database, as shares do that depend on rows. */
@Injectable()
class OwnNotes implements PipeTransform<Caller, Promise<Scope>> {
  constructor(private readonly database: Database) {}

  async transform({ principal, tx }: Caller): Promise<Scope> {
    const reader = tx ?? this.database;
    const [row] = await reader.query<{ owner: string }[]>('SELECT $1::uuid AS owner', [principal.owner]);
    return { organisationId: row?.owner ?? null };
  }
}

const columns = 'n.id, n.version, n.title';

@Controller('notes')
export class NotesController {
  constructor(
    private readonly notes: NoteRepository,
    private readonly lists: Lists,
    private readonly database: Database,
  ) {}

  @Post()
  @Can('audit:read')
  @Writes({ key: 'required' })
  @Answers(NoteDto, 201)
  async write(@Body() { title }: WriteNoteDto, @Actor() actor: Principal, @Tx() tx: Tx): Promise<NoteDto> {
    const note = Note.write(actor.owner, title);
    await this.notes.in(tx).insert(note);
    return { id: note.id, version: note.version, title: note.title };
  }

  @Post(':id/add')
  @Can('audit:read')
  @Writes()
  @Answers(NoteDto)
  async add(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { line }: AddLineDto,
    @Share(OwnNotes) scope: Scope,
    @Tx() tx: Tx,
  ): Promise<NoteDto> {
    await this.notes.in(tx).update(id, note => note.add(line), { version, scope });
    return this.one(id, tx);
  }

  /** The version is optional, for tests of many concurrent requests. */
  @Patch(':id')
  @Can('audit:read')
  @Writes()
  @Answers(NoteDto)
  async rename(
    @Id() id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Body() { line }: AddLineDto,
    @Tx() tx: Tx,
  ): Promise<NoteDto> {
    await this.notes.in(tx).update(
      id,
      note => {
        Object.assign(note, { title: line });
      },
      { version },
    );
    return this.one(id, tx);
  }

  @Delete(':id')
  @Can('audit:read')
  @Writes()
  @AnswersNothing()
  async remove(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<void> {
    await this.notes.in(tx).remove(id, () => undefined, { version });
  }

  @Get()
  @Can('audit:read')
  @AnswersPage(NoteDto)
  list(@Query() query: NoteListQuery): Promise<Page<NoteDto>> {
    return this.lists.page<NoteDto, NoteListQuery>(
      {
        select: columns,
        from: 'notes n',
        where: where().search(['n.title'], query.q).add('n.amount >= ?', query.minimum),
        sorts: { title: 'n.title', updatedAt: 'n.updated_at' },
        defaultSort: 'title',
        id: 'n.id',
        updatedAt: 'n.updated_at',
      },
      query,
    );
  }

  @Get(':id')
  @Can('audit:read')
  @Answers(NoteDto)
  oneOf(@Id() id: string): Promise<NoteDto> {
    return this.one(id, this.database);
  }

  @Get(':id/mine')
  @Can('audit:read')
  @Answers(NoteDto)
  async mine(@Id() id: string, @Share(OwnNotes) scope: Scope): Promise<NoteDto> {
    const { version, title } = await this.notes.in(this.database.dataSource.manager).get(id, scope);
    return { id, version, title };
  }

  /** Lets a value through that it ought to check. */
  @Get('unchecked/:value')
  @Can('audit:read')
  @Answers(NoteDto)
  unchecked(@Param('value') value: string): Promise<NoteDto[]> {
    return this.database.query<NoteDto[]>('SELECT id, version, title FROM notes WHERE version = $1::int', [value]);
  }

  @Get('public/:id')
  @Public()
  @Cached(60)
  @Answers(NoteDto)
  async read(@Id() id: string): Promise<NoteDto> {
    return this.one(id, this.database);
  }

  private async one(id: string, reader: Pick<Database, 'query'>): Promise<NoteDto> {
    const [row] = await reader.query<NoteDto[]>(`SELECT ${columns} FROM notes n WHERE n.id = $1`, [id]);
    if (!row) throw new Error('gone');
    return row;
  }
}

@Controller()
export class CountPayments {
  @ReactsTo(invoicePaid)
  async on(data: InvoicePaid, { tx }: ReactionContext): Promise<void> {
    if (data.paid === 13) throw new Error('thirteen is refused');
    if (data.paid === 14) await tx.query('SELECT no_such_function()').catch(() => undefined);
    await tx.query('INSERT INTO payments (invoice_id, paid) VALUES ($1, $2)', [data.invoiceId, data.paid]);
  }
}

@Controller()
export class RememberVoided {
  @ReactsTo(invoiceVoided, invoicePaidAfterVoid)
  async on(data: InvoiceVoided | InvoicePaidAfterVoid, { tx, event }: ReactionContext): Promise<void> {
    await keepCopy(tx, 'voided', { invoice_id: data.invoiceId }, { organisation_id: data.organisationId }, event.aggregateversion);
  }
}

@Job()
export class DoubleAmounts extends DueRows<{ id: string; amount: string }> {
  async claim(tx: Tx, _now: Date, skip: readonly string[]): Promise<{ id: string; amount: string } | undefined> {
    const [row] = await tx.query<{ id: string; amount: string }[]>(
      `SELECT id, amount FROM notes WHERE amount BETWEEN 1 AND 9 AND id <> ALL($1) ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1`,
      [skip],
    );
    return row;
  }

  async handle(row: { id: string; amount: string }, tx: Tx): Promise<void> {
    if (row.amount === '7') throw new Error('seven is refused');
    await tx.query('UPDATE notes SET amount = amount * 10 WHERE id = $1', [row.id]);
  }
}

class CreateNotes1700000000000 implements MigrationInterface {
  readonly name = 'CreateNotes1700000000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE notes (
        ${aggregateColumns}, organisation_id uuid NOT NULL, title text NOT NULL, lines jsonb NOT NULL, amount bigint NOT NULL, remark text);
      CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY, invoice_id uuid NOT NULL, paid int NOT NULL);
      CREATE TABLE voided (invoice_id uuid PRIMARY KEY, organisation_id uuid NOT NULL, aggregate_version int NOT NULL);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE notes, payments, voided');
  }
}

const notes = defineFeature({
  controllers: [NotesController],
  reactions: [CountPayments, RememberVoided],
  jobs: [DoubleAmounts],
  providers: [NoteRepository],
  entities: [Note],
});

export const sample = defineService({ name: 'sample', features: [notes], migrations: [CreateNotes1700000000000] });
/** The scopes of the sample's tokens. */
export const scopes = ['sample:read', 'sample:write'];
