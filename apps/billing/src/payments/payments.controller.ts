import { Answers, AnswersPage, Can, Id, IfMatch, Tx, Writes, type Page } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AssignPayment } from './assign-payment.use-case.js';
import { PaymentQueries } from './payment.queries.js';
import { AssignPaymentDto, PaymentDto, PaymentsQuery, RecordPaymentDto } from './payments.dto.js';
import { RecordPayment } from './record-payment.use-case.js';

@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly queries: PaymentQueries,
    private readonly recordPayment: RecordPayment,
    private readonly assignPayment: AssignPayment,
  ) {}

  @ApiOperation({ summary: 'Bank transfers that were recorded' })
  @Get()
  @Can('payment:read')
  @AnswersPage(PaymentDto)
  list(@Query() query: PaymentsQuery): Promise<Page<PaymentDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ summary: 'One bank transfer' })
  @Get(':id')
  @Can('payment:read')
  @Answers(PaymentDto)
  one(@Id() id: string): Promise<PaymentDto> {
    return this.queries.one(id);
  }

  @ApiOperation({ summary: 'Record a bank transfer; the same line of a statement twice is recorded once' })
  @Post()
  @Can('payment:write')
  @Writes({ key: 'required' })
  @Answers(PaymentDto, 201)
  async record(@Body() body: RecordPaymentDto, @Tx() tx: Tx): Promise<PaymentDto> {
    const { account, statementNumber, receivedOn, amount, reference, invoiceId, payer } = body;
    const id = await this.recordPayment.execute(
      { account, statementNumber, receivedOn, amount: amount.amount, reference: reference ?? null, invoiceId, payer },
      tx,
    );
    return this.queries.one(id, tx);
  }

  @ApiOperation({ summary: 'Assign a transfer without a known reference to an invoice' })
  @Post(':id/assign')
  @Can('payment:write')
  @Writes({ key: 'required' })
  @Answers(PaymentDto)
  async assign(@Id() id: string, @IfMatch() version: number, @Body() { invoiceId }: AssignPaymentDto, @Tx() tx: Tx): Promise<PaymentDto> {
    await this.assignPayment.execute({ id, version, invoiceId }, tx);
    return this.queries.one(id, tx);
  }
}
