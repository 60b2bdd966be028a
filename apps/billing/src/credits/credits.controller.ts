import { Answers, AnswersPage, Can, Id, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { CreditQueries } from './credit.queries.js';
import { CreditDto, CreditsQuery, RecordRefundDto, RefundDto, RefundsQuery } from './credits.dto.js';
import { RecordRefund } from './record-refund.use-case.js';

@Controller()
export class CreditsController {
  constructor(
    private readonly queries: CreditQueries,
    private readonly recordRefund: RecordRefund,
  ) {}

  @ApiOperation({ summary: 'Money to give back: invoices that were paid too much, or after they were void' })
  @Get('credits')
  @Can('credit:read')
  @AnswersPage(CreditDto)
  credits(@Query() query: CreditsQuery): Promise<Page<CreditDto>> {
    return this.queries.credits(query);
  }

  @ApiOperation({ summary: 'Refunds that were made' })
  @Get('refunds')
  @Can('credit:read')
  @AnswersPage(RefundDto)
  refunds(@Query() query: RefundsQuery): Promise<Page<RefundDto>> {
    return this.queries.refunds(query);
  }

  @ApiOperation({ summary: 'One refund' })
  @Get('refunds/:id')
  @Can('credit:read')
  @Answers(RefundDto)
  refund(@Id() id: string): Promise<RefundDto> {
    return this.queries.refund(id);
  }

  @ApiOperation({ summary: 'Record a refund' })
  @Post('refunds')
  @Can('refund:write')
  @Writes({ key: 'required' })
  @Answers(RefundDto, 201)
  async record(@Body() { amount, ...body }: RecordRefundDto, @Tx() tx: Tx): Promise<RefundDto> {
    const id = await this.recordRefund.execute({ ...body, amount: amount.amount }, tx);
    return this.queries.refund(id, tx);
  }
}
