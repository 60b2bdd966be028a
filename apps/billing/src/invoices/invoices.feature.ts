import { defineFeature, labelController } from '@ciep/platform';
import { InvoiceBooks } from './invoice-books.service.js';
import { InvoiceOwners } from './invoice-owner.service.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceQueries } from './invoice.queries.js';
import { InvoiceRepository } from './invoice.repository.js';
import { InvoicesController } from './invoices.controller.js';
import { PaymentDemand } from './payment-demand.service.js';

export const invoices = defineFeature({
  controllers: [labelController('invoice', InvoiceQueries), InvoicesController],
  providers: [InvoiceBooks, InvoiceOwners, InvoiceQueries, InvoiceRepository, PaymentDemand],
  entities: [Invoice],
});
