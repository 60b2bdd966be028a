import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { ApplicationEndRepository } from './applications/application-end.repository.js';
import { HoldPaymentWhenReallocationRefused } from './applications/hold-payment-when-reallocation-refused.reaction.js';
import { MoveDueDateWhenPayByExtended } from './applications/move-due-date-when-pay-by-extended.reaction.js';
import { NameBoothWhenBoothSwapped } from './applications/name-booth-when-booth-swapped.reaction.js';
import { OpenInvoiceWhenApplicationApproved } from './applications/open-invoice-when-application-approved.reaction.js';
import { ReinstateInvoiceWhenApplicationReallocated } from './applications/reinstate-invoice-when-application-reallocated.reaction.js';
import { VoidInvoiceWhenApplicationEnded } from './applications/void-invoice-when-application-ended.reaction.js';
import { BillingConfig } from './billing.config.js';
import { CreditQueries } from './credits/credit.queries.js';
import { CreditsController } from './credits/credits.controller.js';
import { RecordRefund } from './credits/record-refund.use-case.js';
import { Refund } from './credits/refund.entity.js';
import { RefundRepository } from './credits/refund.repository.js';
import { CreateBilling1700000000001 } from './database/migrations/1700000000001-create-billing.js';
import { seedBilling } from './database/seed.js';
import { deadlineInvariants } from './deadlines/deadline-invariants.queries.js';
import { MarkOverdue } from './deadlines/mark-overdue.job.js';
import { RemindBeforeDue } from './deadlines/remind-before-due.job.js';
import { DraftFeeSchedule } from './fee-schedules/draft-fee-schedule.use-case.js';
import { FeeSchedule } from './fee-schedules/fee-schedule.entity.js';
import { FeeScheduleQueries } from './fee-schedules/fee-schedule.queries.js';
import { FeeScheduleRepository } from './fee-schedules/fee-schedule.repository.js';
import { FeeSchedulesController } from './fee-schedules/fee-schedules.controller.js';
import { FeesInForceController } from './fee-schedules/fees-in-force.controller.js';
import { PublishFeeSchedule } from './fee-schedules/publish-fee-schedule.use-case.js';
import { ReviseFeeSchedule } from './fee-schedules/revise-fee-schedule.use-case.js';
import { HoldRefusedPayment } from './invoices/hold-refused-payment.use-case.js';
import { InvoiceBooks } from './invoices/invoice-books.service.js';
import { InvoiceExport } from './invoices/invoice-export.service.js';
import { Invoice } from './invoices/invoice.entity.js';
import { InvoiceQueries } from './invoices/invoice.queries.js';
import { InvoiceRepository } from './invoices/invoice.repository.js';
import { InvoicesController } from './invoices/invoices.controller.js';
import { MoveDueDate } from './invoices/move-due-date.use-case.js';
import { NameSwappedBooth } from './invoices/name-swapped-booth.use-case.js';
import { OpenInvoice } from './invoices/open-invoice.use-case.js';
import { PaymentDemand } from './invoices/payment-demand.service.js';
import { ReinstateInvoice } from './invoices/reinstate-invoice.use-case.js';
import { VoidInvoice } from './invoices/void-invoice.use-case.js';
import { ledgerInvariants } from './ledger/ledger-invariants.queries.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { AssignPayment } from './payments/assign-payment.use-case.js';
import { Payment } from './payments/payment.entity.js';
import { PaymentQueries } from './payments/payment.queries.js';
import { PaymentRepository } from './payments/payment.repository.js';
import { PaymentsController } from './payments/payments.controller.js';
import { RecordPayment } from './payments/record-payment.use-case.js';

const reactions = [
  OpenInvoiceWhenApplicationApproved,
  MoveDueDateWhenPayByExtended,
  NameBoothWhenBoothSwapped,
  VoidInvoiceWhenApplicationEnded,
  ReinstateInvoiceWhenApplicationReallocated,
  HoldPaymentWhenReallocationRefused,
];
const feeSchedules = [FeeScheduleRepository, FeeScheduleQueries, DraftFeeSchedule, ReviseFeeSchedule, PublishFeeSchedule];
const invoices = [
  ApplicationEndRepository,
  InvoiceRepository,
  InvoiceQueries,
  InvoiceBooks,
  InvoiceExport,
  PaymentDemand,
  OpenInvoice,
  MoveDueDate,
  NameSwappedBooth,
  VoidInvoice,
  ReinstateInvoice,
  HoldRefusedPayment,
];
const money = [
  LedgerRepository,
  PaymentRepository,
  PaymentQueries,
  RecordPayment,
  AssignPayment,
  RefundRepository,
  CreditQueries,
  RecordRefund,
];
const jobs = [RemindBeforeDue, MarkOverdue];

@Module({
  controllers: [FeeSchedulesController, FeesInForceController, InvoicesController, PaymentsController, CreditsController, ...reactions],
  providers: [...feeSchedules, ...invoices, ...money, ...jobs],
})
export class BillingModule {}

export const billing = defineService({
  name: 'billing',
  module: BillingModule,
  entities: [FeeSchedule, Invoice, Payment, Refund],
  migrations: [CreateBilling1700000000001],
  invariants: [...ledgerInvariants, ...deadlineInvariants],
  config: BillingConfig,
  seed: seedBilling,
});
