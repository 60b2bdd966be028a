import { About, Answers, AnswersPage, Can, Id, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { CreditQueries } from './credit.queries.js';
import { CreditDto, CreditsQuery, RecordRefundDto, RefundDto, RefundsQuery } from './credits.dto.js';
import { RecordRefund } from './record-refund.use-case.js';

@About('Money that belongs back to payers, and the refunds of it 退款：应退还付款方的款项及其退还')
@Controller()
export class CreditsController {
  constructor(
    private readonly queries: CreditQueries,
    private readonly recordRefund: RecordRefund,
  ) {}

  @ApiOperation({
    operationId: 'listCredits',
    summary: 'Money to give back: invoices that were paid too much, or after they were void 待退款项：多付的，或作废后才到的款项',
  })
  @Get('credits')
  @Can('credit:read')
  @AnswersPage(CreditDto)
  credits(@Query() query: CreditsQuery): Promise<Page<CreditDto>> {
    return this.queries.credits(query);
  }

  @ApiOperation({ operationId: 'listRefunds', summary: 'Refunds that were made 已办理的退款' })
  @Get('refunds')
  @Can('credit:read')
  @AnswersPage(RefundDto)
  refunds(@Query() query: RefundsQuery): Promise<Page<RefundDto>> {
    return this.queries.refunds(query);
  }

  @ApiOperation({ operationId: 'getRefund', summary: 'One refund 一笔退款' })
  @Get('refunds/:id')
  @Can('credit:read')
  @Answers(RefundDto)
  refund(@Id() id: string): Promise<RefundDto> {
    return this.queries.refund(id);
  }

  @ApiOperation({ operationId: 'recordRefund', summary: 'Record a refund 登记退款' })
  @Post('refunds')
  @Can('refund:write')
  @Writes({ key: 'required' })
  @Answers(RefundDto, 201)
  async record(@Body() { amount, ...body }: RecordRefundDto, @Tx() tx: Tx): Promise<RefundDto> {
    const id = await this.recordRefund.execute({ ...body, amount: amount.amount }, tx);
    return this.queries.refund(id, tx);
  }
}
