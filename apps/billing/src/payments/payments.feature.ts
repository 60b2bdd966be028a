import { defineFeature } from '@ciep/platform';
import { AssignPayment } from './assign-payment.use-case.js';
import { IncomingPayments } from './incoming-payments.service.js';
import { Payment } from './payment.entity.js';
import { PaymentQueries } from './payment.queries.js';
import { PaymentRepository } from './payment.repository.js';
import { PaymentsController } from './payments.controller.js';
import { RecordPayment } from './record-payment.use-case.js';

export const payments = defineFeature({
  controllers: [PaymentsController],
  providers: [AssignPayment, IncomingPayments, PaymentQueries, PaymentRepository, RecordPayment],
  entities: [Payment],
});
