import { chineseTime } from '@ciep/kernel';
import type { TableColumn } from '@ciep/platform';
import { yuan } from '../ledger/fen.rules.js';
import type { PaymentDto } from './payments.dto.js';

/** The columns of a payment export. */
export const paymentColumns: readonly TableColumn<PaymentDto>[] = [
  { name: 'statementNumber', title: { zh: '流水号', en: 'Statement number' }, value: row => row.statementNumber },
  { name: 'account', title: { zh: '收款账号', en: 'Account' }, value: row => row.account },
  { name: 'receivedOn', title: { zh: '到账日期', en: 'Received on' }, value: row => row.receivedOn },
  { name: 'amount', title: { zh: '金额（元）', en: 'Amount (yuan)' }, value: row => yuan(row.amount.amount) },
  { name: 'currency', title: { zh: '币种', en: 'Currency' }, value: row => row.amount.currency },
  { name: 'payer', title: { zh: '付款人', en: 'Payer' }, value: row => row.payer },
  { name: 'reference', title: { zh: '付款参考号', en: 'Reference' }, value: row => row.reference },
  { name: 'invoice', title: { zh: '账单编号', en: 'Invoice' }, value: row => row.invoiceNumber },
  {
    name: 'referenceHint',
    title: { zh: '未对应原因', en: 'Why unassigned' },
    value: row => row.referenceHint,
    labels: {
      missing: { zh: '无参考号', en: 'No reference' },
      mistyped: { zh: '参考号有误', en: 'Mistyped' },
      unknown: { zh: '参考号不存在', en: 'None of ours' },
      several: { zh: '含多个参考号', en: 'Several' },
    },
  },
  { name: 'recordedAt', title: { zh: '登记时间', en: 'Recorded at' }, value: row => chineseTime(new Date(row.recordedAt)) },
  {
    name: 'assignedAt',
    title: { zh: '对应时间', en: 'Assigned at' },
    value: row => row.assignedAt && chineseTime(new Date(row.assignedAt)),
  },
  { name: 'invoiceId', title: { zh: '账单 ID', en: 'Invoice id' }, value: row => row.invoiceId },
  { name: 'id', title: { zh: '付款 ID', en: 'Id' }, value: row => row.id },
];
