import type { Language } from '@ciep/kernel';
import {
  About,
  Answers,
  AnswersFile,
  AnswersPage,
  Can,
  Id,
  inOneLanguage,
  Lang,
  MayConflict,
  Share,
  tableAnswer,
  type FileAnswer,
  type Page,
} from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { invoiceColumns } from './invoice-export.rules.js';
import { InvoiceOwners, type InvoiceOwner } from './invoice-owner.service.js';
import { InvoiceQueries } from './invoice.queries.js';
import { InvoiceCountsDto, InvoiceDetailsDto, InvoiceDto, InvoiceFilterQuery, InvoicesQuery, InvoicesTableQuery } from './invoices.dto.js';
import { PaymentDemand } from './payment-demand.service.js';

@About('What organisations have to pay, and what is still missing 账单：各单位应付和未付的款项')
@Controller('invoices')
export class InvoicesController {
  constructor(
    private readonly queries: InvoiceQueries,
    private readonly paymentDemand: PaymentDemand,
  ) {}

  @ApiOperation({ operationId: 'listInvoices', summary: 'Invoices: all of them, or those of your own organisation 账单列表' })
  @Get()
  @Can('invoice:read')
  @AnswersPage(InvoiceDto)
  async list(@Query() query: InvoicesQuery, @Share(InvoiceOwners) owner: InvoiceOwner): Promise<Page<InvoiceDto>> {
    return inOneLanguage(await this.queries.list(query, owner), query.lang);
  }

  @ApiOperation({
    operationId: 'countInvoices',
    summary: 'How many invoices are in each state; the same filters as the list 各状态的账单数',
  })
  @Get('counts')
  @Can('invoice:read')
  @Answers(InvoiceCountsDto)
  counts(@Query() query: InvoiceFilterQuery, @Share(InvoiceOwners) owner: InvoiceOwner): Promise<InvoiceCountsDto> {
    return this.queries.counts(query, owner);
  }

  @ApiOperation({ operationId: 'exportInvoicesCsv', summary: 'The invoices that fit the filters, as CSV 导出账单（CSV）' })
  @Get('export.csv')
  @Can('invoice:export')
  @AnswersFile('text/csv')
  csv(@Query() query: InvoicesTableQuery, @Share(InvoiceOwners) owner: InvoiceOwner): Promise<FileAnswer> {
    return tableAnswer('invoices', 'csv', invoiceColumns, this.queries.all(query, owner), query);
  }

  @ApiOperation({ operationId: 'exportInvoicesXlsx', summary: 'The same as an Excel workbook 导出为 Excel' })
  @Get('export.xlsx')
  @Can('invoice:export')
  @AnswersFile('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  xlsx(@Query() query: InvoicesTableQuery, @Share(InvoiceOwners) owner: InvoiceOwner): Promise<FileAnswer> {
    return tableAnswer('invoices', 'xlsx', invoiceColumns, this.queries.all(query, owner), query);
  }

  @ApiOperation({ operationId: 'getInvoice', summary: 'One invoice with its lines and payments 一份账单及其明细和付款' })
  @Get(':id')
  @Can('invoice:read')
  @Answers(InvoiceDetailsDto)
  async one(@Id() id: string, @Share(InvoiceOwners) owner: InvoiceOwner, @Lang() lang: Language | undefined): Promise<InvoiceDetailsDto> {
    return inOneLanguage(await this.queries.one(id, owner), lang);
  }

  @ApiOperation({ operationId: 'getPaymentDemand', summary: 'The payment demand as PDF: account, reference, amount, due date 缴费通知' })
  @Get(':id/demand.pdf')
  @Can('invoice:read')
  @AnswersFile('application/pdf')
  @MayConflict()
  demand(@Id() id: string, @Share(InvoiceOwners) owner: InvoiceOwner): Promise<FileAnswer> {
    return this.paymentDemand.of(id, owner);
  }
}
