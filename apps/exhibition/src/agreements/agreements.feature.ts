import { defineFeature } from '@ciep/platform';
import { OwnAgreements, VisibleAgreements } from './agreement-share.service.js';
import { Agreement } from './agreement.entity.js';
import { AgreementQueries } from './agreement.queries.js';
import { AgreementRepository } from './agreement.repository.js';
import { AgreementsController } from './agreements.controller.js';
import { AttachScan } from './attach-scan.use-case.js';
import { ExhibitorAgreementsController } from './exhibitor-agreements.controller.js';
import { LogPosting } from './log-posting.use-case.js';
import { LogReceipt } from './log-receipt.use-case.js';
import { OrganizerAgreementsController } from './organizer-agreements.controller.js';
import { RefuseSeal } from './refuse-seal.use-case.js';
import { VerifySeal } from './verify-seal.use-case.js';

export const agreements = defineFeature({
  controllers: [AgreementsController, ExhibitorAgreementsController, OrganizerAgreementsController],
  providers: [
    AgreementQueries,
    AgreementRepository,
    AttachScan,
    LogPosting,
    LogReceipt,
    OwnAgreements,
    RefuseSeal,
    VerifySeal,
    VisibleAgreements,
  ],
  entities: [Agreement],
});
