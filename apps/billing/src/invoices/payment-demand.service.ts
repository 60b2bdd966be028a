import { chineseDate, written, type LocalizedText } from '@ciep/kernel';
import { FileAnswer, renderPdf, type PdfDefinition } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { InvoiceVoid } from './invoice.errors.js';
import type { InvoiceOwner } from './invoice-owner.service.js';
import { InvoiceQueries } from './invoice.queries.js';
import type { InvoiceDetailsDto } from './invoices.dto.js';
import { writtenReference } from './reference.rules.js';

/** The payment demand: amount, due date, account and reference, in both languages. */
@Injectable()
export class PaymentDemand {
  constructor(
    private readonly queries: InvoiceQueries,
    private readonly config: BillingConfig,
  ) {}

  /** Throws 404 for an invoice that the owner may not see, and `invoice.void` for a void one. */
  async of(id: string, owner: InvoiceOwner): Promise<FileAnswer> {
    const invoice = await this.queries.one(id, owner);
    if (invoice.status === 'void') throw new InvoiceVoid(id);
    return new FileAnswer(`${invoice.number}.pdf`, 'application/pdf', await renderPdf(this.definition(invoice)));
  }

  private definition(invoice: InvoiceDetailsDto): PdfDefinition {
    const { accountName, accountBank, accountNumber, sellerName, sellerTaxNumber } = this.config;
    const events: [string, string][] = [
      ['账单号 Invoice number', invoice.number],
      ['开具日期 Date', chineseDate(new Date(invoice.openedAt))],
      ['展位号 Booth', invoice.boothNumber],
      ...payerRows(invoice),
      ['销售方 Seller', sellerName ?? accountName],
      ...(sellerTaxNumber === undefined ? [] : [['销售方纳税人识别号 Seller tax number', sellerTaxNumber] as [string, string]]),
    ];
    const payment: [string, string][] = [
      ['应付金额 Amount to pay', written(invoice.outstanding)],
      ['付款期限 To be paid by', `${invoice.dueOn}（北京时间 China time）`],
      ['付款参考号 Payment reference', writtenReference(invoice.reference)],
      ['收款人 Account holder', accountName],
      ['开户行 Bank', accountBank],
      ['账号 Account number', accountNumber],
    ];
    return {
      info: { title: `${invoice.number} 付款通知书 Payment demand`, creationDate: new Date(invoice.openedAt) },
      language: 'zh-CN',
      content: [
        { text: '付款通知书', style: 'title' },
        { text: 'Payment demand', style: 'subtitle' },
        pairs(events),
        charges(invoice),
        { text: '付款信息 Payment', style: 'heading' },
        pairs(payment),
        {
          text: '请在汇款附言中只填写上述付款参考号。 Please give nothing but this reference as the purpose of your transfer.',
          margin: [0, 8, 0, 0],
        },
        {
          text: '税额按每行四舍五入到分计算，另加于净额之上。 Tax is added to the net amount and rounded half up to the fen in each line.',
          margin: [0, 4, 0, 0],
          fontSize: 8,
        },
      ],
      styles: {
        title: { fontSize: 20, bold: true },
        subtitle: { fontSize: 13, margin: [0, 0, 0, 14] },
        heading: { fontSize: 12, bold: true, margin: [0, 14, 0, 4] },
        head: { bold: true, fillColor: '#eeeeee' },
      },
    };
  }
}

const pairs = (rows: readonly [string, string][]) => ({
  layout: 'noBorders',
  table: { widths: [170, '*'], body: rows.map(([name, value]) => [name, { text: value, bold: true }]) },
});

const bothLanguages = (text: LocalizedText | string, between: string): string =>
  typeof text === 'string' ? text : `${text.zh}${between}${text.en}`;

/** The payer and the application; the payer's id if its name is not known. */
function payerRows(invoice: InvoiceDetailsDto): [string, string][] {
  const { organisationName, organisationId, creditCode, registerNumber, applicationNumber, applicationId } = invoice;
  return [
    ['付款方 Payer', organisationName ? bothLanguages(organisationName, ' ') : organisationId],
    ...(creditCode ? [['统一社会信用代码 Credit code', creditCode] as [string, string]] : []),
    ...(registerNumber ? [['注册号 Register number', registerNumber] as [string, string]] : []),
    ['申请编号 Application', applicationNumber ?? applicationId],
  ];
}

const percent = (basisPoints: number): string => `${basisPoints / 100}%`;

function charges({ lines, taxBasisPoints, net, tax, gross, paid }: InvoiceDetailsDto) {
  const right = (text: string, bold = false) => ({ text, alignment: 'right' as const, bold });
  const sum = (name: string, text: string, bold = false) => [{ text: name, bold, colSpan: 3 }, '', '', right(text, bold)];
  const heads = ['项目 Item', '净额 Net', '税额 Tax', '合计 Gross'].map(text => ({ text, style: 'head' }));
  return {
    margin: [0, 14, 0, 0] as [number, number, number, number],
    table: {
      headerRows: 1,
      widths: ['*', 90, 80, 90],
      body: [
        heads,
        ...lines.map(line => [
          bothLanguages(line.text, '\n'),
          right(written(line.net)),
          right(written(line.tax)),
          right(written(line.gross)),
        ]),
        sum('净额合计 Net total', written(net)),
        sum(`税额合计（税率 ${percent(taxBasisPoints)}） Tax total (rate ${percent(taxBasisPoints)})`, written(tax)),
        sum('总计 Gross total', written(gross), true),
        sum('已付 Paid so far', written(paid)),
      ],
    },
  };
}
