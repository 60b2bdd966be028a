import { defineFeature } from '@ciep/platform';
import { allocationInvariants } from './allocation-invariants.queries.js';
import { AllocationRepository } from './allocation.repository.js';
import { ApproveApplication } from './approve-application.use-case.js';
import { ExtendPayBy } from './extend-pay-by.use-case.js';
import { FreeBoothWhenGraceEnded } from './free-booth-when-grace-ended.reaction.js';
import { Holdings } from './holdings.service.js';
import { NotePaymentWhenInvoicePaid } from './note-payment-when-invoice-paid.reaction.js';
import { OrganizerAllocationsController } from './organizer-allocations.controller.js';
import { ReallocateBoothWhenPaidAfterVoid } from './reallocate-booth-when-paid-after-void.reaction.js';
import { ReleaseBooth } from './release-booth.use-case.js';
import { SwapBooth } from './swap-booth.use-case.js';

export const allocations = defineFeature({
  controllers: [OrganizerAllocationsController],
  reactions: [FreeBoothWhenGraceEnded, NotePaymentWhenInvoicePaid, ReallocateBoothWhenPaidAfterVoid],
  providers: [AllocationRepository, ApproveApplication, ExtendPayBy, Holdings, ReleaseBooth, SwapBooth],
  invariants: allocationInvariants,
});
