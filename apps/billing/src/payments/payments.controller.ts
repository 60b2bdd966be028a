import {
  About,
  Answers,
  AnswersPage,
  Can,
  Id,
  IfMatch,
  Tx,
  Writes,
  type Page,
  AnswersFile,
  tableAnswer,
  type FileAnswer,
} from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AssignPayment } from './assign-payment.use-case.js';
import { paymentColumns } from './payment-export.rules.js';
import { PaymentQueries } from './payment.queries.js';
import { AssignPaymentDto, PaymentDto, PaymentsQuery, PaymentsTableQuery, RecordPaymentDto } from './payments.dto.js';
import { RecordPayment } from './record-payment.use-case.js';

@About('Transfers to the account, and the invoices that they pay 到账记录：汇入款项及其支付的账单')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly queries: PaymentQueries,
    private readonly recordPayment: RecordPayment,
    private readonly assignPayment: AssignPayment,
  ) {}

  @ApiOperation({ operationId: 'listPayments', summary: 'Bank transfers that were recorded 已登记的到账' })
  @Get()
  @Can('payment:read')
  @AnswersPage(PaymentDto)
  list(@Query() query: PaymentsQuery): Promise<Page<PaymentDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ operationId: 'exportPaymentsCsv', summary: 'The transfers that fit the filters, as CSV 导出到账记录（CSV）' })
  @Get('export.csv')
  @Can('payment:read')
  @AnswersFile('text/csv')
  csv(@Query() query: PaymentsTableQuery): Promise<FileAnswer> {
    return tableAnswer('payments', 'csv', paymentColumns, this.queries.all(query), query);
  }

  @ApiOperation({ operationId: 'exportPaymentsXlsx', summary: 'The same as an Excel workbook 导出为 Excel' })
  @Get('export.xlsx')
  @Can('payment:read')
  @AnswersFile('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  xlsx(@Query() query: PaymentsTableQuery): Promise<FileAnswer> {
    return tableAnswer('payments', 'xlsx', paymentColumns, this.queries.all(query), query);
  }

  @ApiOperation({ operationId: 'getPayment', summary: 'One bank transfer 一笔到账' })
  @Get(':id')
  @Can('payment:read')
  @Answers(PaymentDto)
  one(@Id() id: string): Promise<PaymentDto> {
    return this.queries.one(id);
  }

  @ApiOperation({
    operationId: 'recordPayment',
    summary: 'Record a bank transfer; the same line of a statement twice is recorded once 登记一笔到账',
  })
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

  @ApiOperation({
    operationId: 'assignPayment',
    summary: 'Assign a transfer without a known reference to an invoice 将无附言的到账归入账单',
  })
  @Post(':id/assign')
  @Can('payment:write')
  @Writes({ key: 'required' })
  @Answers(PaymentDto)
  async assign(@Id() id: string, @IfMatch() version: number, @Body() { invoiceId }: AssignPaymentDto, @Tx() tx: Tx): Promise<PaymentDto> {
    await this.assignPayment.execute({ id, version, invoiceId }, tx);
    return this.queries.one(id, tx);
  }
}
