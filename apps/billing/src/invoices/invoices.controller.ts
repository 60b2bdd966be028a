import type { Language } from '@ciep/kernel';
import {
  Actor,
  Answers,
  AnswersFile,
  AnswersPage,
  Can,
  Id,
  inOneLanguage,
  Lang,
  MayConflict,
  Principal,
  type FileAnswer,
  type Page,
} from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { InvoiceExport } from './invoice-export.service.js';
import { InvoiceQueries, type InvoiceOwner } from './invoice.queries.js';
import { InvoiceCountsDto, InvoiceDetailsDto, InvoiceDto, InvoicesQuery } from './invoices.dto.js';
import { PaymentDemand } from './payment-demand.service.js';

/** Whoever may not read all invoices reads those of its own organisation. */
const ownerFor = (actor: Principal): InvoiceOwner => (actor.may('invoice:read_all') ? undefined : actor.owner);

@Controller('invoices')
export class InvoicesController {
  constructor(
    private readonly queries: InvoiceQueries,
    private readonly invoiceExport: InvoiceExport,
    private readonly paymentDemand: PaymentDemand,
  ) {}

  @ApiOperation({ summary: 'Invoices: all of them, or those of your own organisation 账单列表' })
  @Get()
  @Can('invoice:read')
  @AnswersPage(InvoiceDto)
  async list(@Query() query: InvoicesQuery, @Actor() actor: Principal): Promise<Page<InvoiceDto>> {
    return inOneLanguage(await this.queries.list(query, ownerFor(actor)), query.lang);
  }

  @ApiOperation({ summary: 'How many invoices are in each state; the same filters as the list' })
  @Get('counts')
  @Can('invoice:read')
  @Answers(InvoiceCountsDto)
  counts(@Query() query: InvoicesQuery, @Actor() actor: Principal): Promise<InvoiceCountsDto> {
    return this.queries.counts(query, ownerFor(actor));
  }

  @ApiOperation({ summary: 'The invoices that fit the filters, as CSV' })
  @Get('export.csv')
  @Can('invoice:export')
  @AnswersFile('text/csv')
  export(@Query() query: InvoicesQuery, @Actor() actor: Principal): Promise<FileAnswer> {
    return this.invoiceExport.of(query, ownerFor(actor));
  }

  @ApiOperation({ summary: 'One invoice with its lines and payments' })
  @Get(':id')
  @Can('invoice:read')
  @Answers(InvoiceDetailsDto)
  async one(@Id() id: string, @Actor() actor: Principal, @Lang() lang: Language | undefined): Promise<InvoiceDetailsDto> {
    return inOneLanguage(await this.queries.one(id, ownerFor(actor)), lang);
  }

  @ApiOperation({ summary: 'The payment demand as PDF: account, reference, amount, due date 缴费通知' })
  @Get(':id/demand.pdf')
  @Can('invoice:read')
  @AnswersFile('application/pdf')
  @MayConflict()
  demand(@Id() id: string, @Actor() actor: Principal): Promise<FileAnswer> {
    return this.paymentDemand.of(id, ownerFor(actor));
  }
}
