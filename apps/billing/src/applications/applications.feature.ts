import { defineFeature } from '@ciep/platform';
import { ApplicationEndRepository } from './application-end.repository.js';
import { HoldPaymentWhenReallocationRefused } from './hold-payment-when-reallocation-refused.reaction.js';
import { CopyPayerWhenOrganisationChanged } from './copy-payer-when-organisation-changed.reaction.js';
import { MoveDueDateWhenPayByExtended } from './move-due-date-when-pay-by-extended.reaction.js';
import { NameBoothWhenBoothSwapped } from './name-booth-when-booth-swapped.reaction.js';
import { OpenInvoiceWhenApplicationApproved } from './open-invoice-when-application-approved.reaction.js';
import { ReinstateInvoiceWhenApplicationReallocated } from './reinstate-invoice-when-application-reallocated.reaction.js';
import { VoidInvoiceWhenApplicationEnded } from './void-invoice-when-application-ended.reaction.js';

export const applications = defineFeature({
  reactions: [
    HoldPaymentWhenReallocationRefused,
    CopyPayerWhenOrganisationChanged,
    MoveDueDateWhenPayByExtended,
    NameBoothWhenBoothSwapped,
    OpenInvoiceWhenApplicationApproved,
    ReinstateInvoiceWhenApplicationReallocated,
    VoidInvoiceWhenApplicationEnded,
  ],
  providers: [ApplicationEndRepository],
});
