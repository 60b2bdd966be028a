import { regionNames } from '@ciep/contracts';
import { chineseTime } from '@ciep/kernel';
import type { TableColumn } from '@ciep/platform';
import { yuan } from '../ledger/fen.rules.js';
import type { InvoiceDto } from './invoices.dto.js';

const time = (at: Date | string | null): string | null => at && chineseTime(new Date(at));

/** The columns of an invoice export; amounts in yuan. */
export const invoiceColumns: readonly TableColumn<InvoiceDto>[] = [
  { name: 'number', title: { zh: '账单编号', en: 'Number' }, value: row => row.number },
  { name: 'reference', title: { zh: '付款参考号', en: 'Reference' }, value: row => row.reference },
  {
    name: 'status',
    title: { zh: '状态', en: 'Status' },
    value: row => row.status,
    labels: {
      open: { zh: '待付款', en: 'Open' },
      partly_paid: { zh: '部分付款', en: 'Partly paid' },
      paid: { zh: '已付清', en: 'Paid' },
      void: { zh: '已作废', en: 'Void' },
    },
  },
  { name: 'overdue', title: { zh: '已逾期', en: 'Overdue' }, value: row => row.overdue },
  { name: 'dueOn', title: { zh: '付款期限', en: 'Due on' }, value: row => row.dueOn },
  { name: 'boothNumber', title: { zh: '展位', en: 'Booth' }, value: row => row.boothNumber },
  { name: 'organisationZh', title: { zh: '单位名称（中文）', en: 'Organisation (Chinese)' }, value: row => row.organisationName?.zh },
  { name: 'organisationEn', title: { zh: '单位名称（英文）', en: 'Organisation (English)' }, value: row => row.organisationName?.en },
  { name: 'creditCode', title: { zh: '统一社会信用代码', en: 'Credit code' }, value: row => row.creditCode },
  { name: 'registerNumber', title: { zh: '注册号', en: 'Register number' }, value: row => row.registerNumber },
  { name: 'applicationNumber', title: { zh: '申请编号', en: 'Application' }, value: row => row.applicationNumber },
  { name: 'organisationId', title: { zh: '单位 ID', en: 'Organisation id' }, value: row => row.organisationId },
  { name: 'applicationId', title: { zh: '申请 ID', en: 'Application id' }, value: row => row.applicationId },
  { name: 'regionCode', title: { zh: '地区', en: 'Region' }, value: row => row.regionCode, labels: regionNames },
  { name: 'currency', title: { zh: '币种', en: 'Currency' }, value: row => row.gross.currency },
  { name: 'net', title: { zh: '净额', en: 'Net' }, value: row => yuan(row.net.amount) },
  { name: 'tax', title: { zh: '税额', en: 'Tax' }, value: row => yuan(row.tax.amount) },
  { name: 'gross', title: { zh: '合计', en: 'Gross' }, value: row => yuan(row.gross.amount) },
  { name: 'paid', title: { zh: '已付', en: 'Paid' }, value: row => yuan(row.paid.amount) },
  { name: 'outstanding', title: { zh: '未付', en: 'Outstanding' }, value: row => yuan(row.outstanding.amount) },
  { name: 'credit', title: { zh: '待退款', en: 'Credit' }, value: row => yuan(row.credit.amount) },
  { name: 'graceEndsOn', title: { zh: '宽限期至', en: 'Grace ends on' }, value: row => row.graceEndsOn, extra: true },
  { name: 'openedAt', title: { zh: '开具时间', en: 'Opened at' }, value: row => time(row.openedAt), extra: true },
  { name: 'paidOn', title: { zh: '到账日期', en: 'Paid on' }, value: row => row.paidOn, extra: true },
  { name: 'paidInTime', title: { zh: '按期付款', en: 'Paid in time' }, value: row => row.paidInTime, extra: true },
  { name: 'paidAt', title: { zh: '付清登记时间', en: 'Paid at' }, value: row => time(row.paidAt), extra: true },
  { name: 'voidedAt', title: { zh: '作废时间', en: 'Voided at' }, value: row => time(row.voidedAt), extra: true },
  { name: 'voidReason', title: { zh: '作废原因', en: 'Why void' }, value: row => row.voidReason, extra: true },
  { name: 'id', title: { zh: '账单 ID', en: 'Id' }, value: row => row.id, extra: true },
];
