import {
  About,
  Actor,
  Answers,
  AnswersPage,
  Can,
  Database,
  enqueueJob,
  Id,
  IfMatch,
  JobDto,
  Principal,
  Streams,
  Tx,
  Upload,
  watchedJob,
  Writes,
  type IncomingFile,
  type Page,
} from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AcceptStatementLine } from './accept-statement-line.use-case.js';
import { DismissStatementLine } from './dismiss-statement-line.use-case.js';
import { StatementLineQueries } from './statement-line.queries.js';
import { StatementUploads } from './statement-uploads.service.js';
import {
  AcceptedStatementLinesDto,
  AcceptStatementLineDto,
  AcceptStatementLinesDto,
  DismissStatementLineDto,
  ImportStatementQuery,
  StatementLineDto,
  StatementLinesQuery,
} from './statements.dto.js';

@About('Statements of the bank, and the payments that their lines propose 银行对账单：对账单明细及建议的付款')
@Controller()
export class StatementsController {
  constructor(
    private readonly uploads: StatementUploads,
    private readonly queries: StatementLineQueries,
    private readonly acceptLine: AcceptStatementLine,
    private readonly dismissLine: DismissStatementLine,
    private readonly database: Database,
  ) {}

  @ApiOperation({
    operationId: 'importStatement',
    summary: 'Import a bank statement, CSV or CAMT.053, in a job whose result lists the outcome of each row 导入对账单',
  })
  @Post('statements')
  @Can('payment:write')
  @Streams('text/csv', 'application/xml', 'text/xml')
  @Answers(JobDto, 202)
  async import(@Upload() incoming: IncomingFile, @Query() query: ImportStatementQuery, @Actor() principal: Principal): Promise<JobDto> {
    return watchedJob(await enqueueJob(this.database, await this.uploads.receive(incoming, query)), principal, this.database);
  }

  @ApiOperation({
    operationId: 'listStatementLines',
    summary: 'Lines of imported statements, each with the proposed invoice 对账单明细及建议匹配的账单',
  })
  @Get('statement-lines')
  @Can('payment:read')
  @AnswersPage(StatementLineDto)
  list(@Query() query: StatementLinesQuery): Promise<Page<StatementLineDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ operationId: 'getStatementLine', summary: 'One line of an imported statement 一条对账单明细' })
  @Get('statement-lines/:id')
  @Can('payment:read')
  @Answers(StatementLineDto)
  one(@Id() id: string): Promise<StatementLineDto> {
    return this.queries.one(id);
  }

  @ApiOperation({
    operationId: 'acceptStatementLines',
    summary: 'Accept the proposals for many lines at once: all or none 批量采纳建议，全部成功或全部不成功',
  })
  @Post('statement-lines/accept')
  @Can('payment:write')
  @Writes({ key: 'required' })
  @Answers(AcceptedStatementLinesDto)
  async acceptMany(@Body() { items }: AcceptStatementLinesDto, @Tx() tx: Tx): Promise<AcceptedStatementLinesDto> {
    // Everybody locks in the same order, so that two clerks do not deadlock.
    for (const item of items.toSorted((a, b) => a.id.localeCompare(b.id))) await this.acceptLine.execute(item, tx);
    const ids = items.map(({ id }) => id);
    return { items: await this.queries.some(ids, tx) };
  }

  @ApiOperation({
    operationId: 'acceptStatementLine',
    summary: 'Record a line as a payment, for the proposed invoice or another 将一条明细登记为付款',
  })
  @Post('statement-lines/:id/accept')
  @Can('payment:write')
  @Writes({ key: 'required' })
  @Answers(StatementLineDto)
  async accept(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { invoiceId }: AcceptStatementLineDto,
    @Tx() tx: Tx,
  ): Promise<StatementLineDto> {
    await this.acceptLine.execute({ id, version, invoiceId }, tx);
    return this.queries.one(id, tx);
  }

  @ApiOperation({ operationId: 'dismissStatementLine', summary: 'Dismiss a line that is no payment to us 排除与我方无关的明细' })
  @Post('statement-lines/:id/dismiss')
  @Can('payment:write')
  @Writes()
  @Answers(StatementLineDto)
  async dismiss(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: DismissStatementLineDto,
    @Tx() tx: Tx,
  ): Promise<StatementLineDto> {
    await this.dismissLine.execute({ id, version, reason }, tx);
    return this.queries.one(id, tx);
  }
}
