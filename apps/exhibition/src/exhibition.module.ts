import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { Agreement } from './agreements/agreement.entity.js';
import { AgreementQueries } from './agreements/agreement.queries.js';
import { AgreementRepository } from './agreements/agreement.repository.js';
import { AgreementsController } from './agreements/agreements.controller.js';
import { AttachScan } from './agreements/attach-scan.use-case.js';
import { ExhibitorAgreementsController } from './agreements/exhibitor-agreements.controller.js';
import { LogPosting } from './agreements/log-posting.use-case.js';
import { LogReceipt } from './agreements/log-receipt.use-case.js';
import { OrganizerAgreementsController } from './agreements/organizer-agreements.controller.js';
import { RefuseSeal } from './agreements/refuse-seal.use-case.js';
import { ReferenceController } from './reference/reference.controller.js';
import { RemoveUnusedUploads } from './uploads/remove-unused-uploads.job.js';
import { ScanInspection } from './uploads/scan-inspection.service.js';
import { ScanUploads } from './uploads/scan-uploads.service.js';
import { UploadRepository } from './uploads/upload.repository.js';
import { VerifySeal } from './agreements/verify-seal.use-case.js';
import { allocationInvariants } from './allocations/allocation-invariants.queries.js';
import { AllocationRepository } from './allocations/allocation.repository.js';
import { ApproveApplication } from './allocations/approve-application.use-case.js';
import { ConfirmBoothWhenInvoicePaid } from './allocations/confirm-booth-when-invoice-paid.reaction.js';
import { ExtendPayBy } from './allocations/extend-pay-by.use-case.js';
import { FreeBoothWhenInvoiceOverdue } from './allocations/free-booth-when-invoice-overdue.reaction.js';
import { Holdings } from './allocations/holdings.service.js';
import { NotePayment } from './allocations/note-payment.use-case.js';
import { OrganizerAllocationsController } from './allocations/organizer-allocations.controller.js';
import { ReallocateBoothWhenPaidAfterVoid } from './allocations/reallocate-booth-when-paid-after-void.reaction.js';
import { ReallocateBooth } from './allocations/reallocate-booth.use-case.js';
import { ReleaseBooth } from './allocations/release-booth.use-case.js';
import { ReleaseOverdueBooth } from './allocations/release-overdue-booth.use-case.js';
import { SwapBooth } from './allocations/swap-booth.use-case.js';
import { ApplicationAccess } from './applications/application-access.service.js';
import { Application } from './applications/application.entity.js';
import { ApplicationQueries } from './applications/application.queries.js';
import { ApplicationRepository } from './applications/application.repository.js';
import { ApplicationsController } from './applications/applications.controller.js';
import { DraftApplication } from './applications/draft-application.use-case.js';
import { EditApplication } from './applications/edit-application.use-case.js';
import { ExhibitorApplicationsController } from './applications/exhibitor-applications.controller.js';
import { RememberOrganisationWhenRegistered } from './applications/remember-organisation-when-registered.reaction.js';
import { SubmissionChecks } from './applications/submission-checks.service.js';
import { SubmitApplication } from './applications/submit-application.use-case.js';
import { WithdrawApplication } from './applications/withdraw-application.use-case.js';
import { BlockBooth } from './booths/block-booth.use-case.js';
import { Booth } from './booths/booth.entity.js';
import { BoothQueries } from './booths/booth.queries.js';
import { BoothRepository } from './booths/booth.repository.js';
import { BoothsController } from './booths/booths.controller.js';
import { CreateBooths } from './booths/create-booths.use-case.js';
import { DeleteBooth } from './booths/delete-booth.use-case.js';
import { KnownFeeSchedules } from './booths/fee-schedules.queries.js';
import { KnowFeeScheduleWhenPublished } from './booths/know-fee-schedule-when-published.reaction.js';
import { OrganizerBoothsController } from './booths/organizer-booths.controller.js';
import { UnblockBooth } from './booths/unblock-booth.use-case.js';
import { UpdateBooth } from './booths/update-booth.use-case.js';
import { CreateVenue1700000000001 } from './database/migrations/1700000000001-create-venue.js';
import { CreateApplications1700000000002 } from './database/migrations/1700000000002-create-applications.js';
import { seedExhibition } from './database/seed.js';
import { ApplicationNote } from './decisions/application-note.entity.js';
import { ApplicationNoteQueries } from './decisions/application-note.queries.js';
import { ApplicationNoteRepository } from './decisions/application-note.repository.js';
import { OrganizerDecisionsController } from './decisions/organizer-decisions.controller.js';
import { RejectApplication } from './decisions/reject-application.use-case.js';
import { ReturnApplication } from './decisions/return-application.use-case.js';
import { WriteNote } from './decisions/write-note.use-case.js';
import { CloneVenue } from './editions/clone-venue.use-case.js';
import { KnowEditionWhenChanged } from './editions/know-edition-when-changed.reaction.js';
import { KnowMilestoneWhenSet } from './editions/know-milestone-when-set.reaction.js';
import { KnownEditions } from './editions/known-editions.queries.js';
import { VenueController } from './editions/venue.controller.js';
import { EndorseApplication } from './endorsements/endorse-application.use-case.js';
import { OrganizerQuotasController } from './endorsements/organizer-quotas.controller.js';
import { OverrideEndorsement } from './endorsements/override-endorsement.use-case.js';
import { PartnerEndorsementsController } from './endorsements/partner-endorsements.controller.js';
import { quotaInvariants } from './endorsements/quota-invariants.queries.js';
import { RegionQuota } from './endorsements/region-quota.entity.js';
import { RegionQuotaQueries } from './endorsements/region-quota.queries.js';
import { RegionQuotaRepository } from './endorsements/region-quota.repository.js';
import { SetPlaces } from './endorsements/set-places.use-case.js';
import { WithdrawEndorsement } from './endorsements/withdraw-endorsement.use-case.js';
import { ExhibitionConfig } from './exhibition.config.js';
import { AssignResponsibilities } from './nodes/assign-responsibilities.use-case.js';
import { CreateNode } from './nodes/create-node.use-case.js';
import { DeleteNode } from './nodes/delete-node.use-case.js';
import { MoveNode } from './nodes/move-node.use-case.js';
import { Node } from './nodes/node.entity.js';
import { NodeQueries } from './nodes/node.queries.js';
import { NodeRepository } from './nodes/node.repository.js';
import { NodesController } from './nodes/nodes.controller.js';
import { OrganizerNodesController } from './nodes/organizer-nodes.controller.js';
import { UpdateNode } from './nodes/update-node.use-case.js';
import { IssueWaiver } from './waivers/issue-waiver.use-case.js';
import { RevokeWaiver } from './waivers/revoke-waiver.use-case.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { Waiver } from './waivers/waiver.entity.js';
import { WaiverQueries } from './waivers/waiver.queries.js';
import { WaiverRepository } from './waivers/waiver.repository.js';
import { WaiversController } from './waivers/waivers.controller.js';

const venue = {
  controllers: [BoothsController, NodesController, OrganizerBoothsController, OrganizerNodesController, VenueController],
  reactions: [KnowEditionWhenChanged, KnowFeeScheduleWhenPublished, KnowMilestoneWhenSet],
  providers: [
    AssignResponsibilities,
    BlockBooth,
    BoothQueries,
    BoothRepository,
    CloneVenue,
    CreateBooths,
    CreateNode,
    DeleteBooth,
    DeleteNode,
    KnownEditions,
    KnownFeeSchedules,
    MoveNode,
    NodeQueries,
    NodeRepository,
    UnblockBooth,
    UpdateBooth,
    UpdateNode,
  ],
};

const booking = {
  controllers: [
    AgreementsController,
    ApplicationsController,
    ExhibitorAgreementsController,
    ExhibitorApplicationsController,
    OrganizerAgreementsController,
    OrganizerAllocationsController,
    OrganizerDecisionsController,
    OrganizerQuotasController,
    PartnerEndorsementsController,
    ReferenceController,
    UploadsController,
    WaiversController,
  ],
  reactions: [
    ConfirmBoothWhenInvoicePaid,
    FreeBoothWhenInvoiceOverdue,
    ReallocateBoothWhenPaidAfterVoid,
    RememberOrganisationWhenRegistered,
  ],
  providers: [
    AgreementQueries,
    AgreementRepository,
    AllocationRepository,
    ApplicationAccess,
    ApplicationNoteQueries,
    ApplicationNoteRepository,
    ApplicationQueries,
    ApplicationRepository,
    ApproveApplication,
    AttachScan,
    DraftApplication,
    EditApplication,
    EndorseApplication,
    ExtendPayBy,
    Holdings,
    IssueWaiver,
    LogPosting,
    LogReceipt,
    NotePayment,
    OverrideEndorsement,
    ReallocateBooth,
    RefuseSeal,
    RegionQuotaQueries,
    RegionQuotaRepository,
    RejectApplication,
    ReleaseBooth,
    ReleaseOverdueBooth,
    RemoveUnusedUploads,
    ReturnApplication,
    RevokeWaiver,
    ScanInspection,
    ScanUploads,
    SetPlaces,
    SubmissionChecks,
    SubmitApplication,
    SwapBooth,
    UploadRepository,
    VerifySeal,
    WaiverQueries,
    WaiverRepository,
    WithdrawApplication,
    WithdrawEndorsement,
    WriteNote,
  ],
};

@Module({
  controllers: [...venue.controllers, ...venue.reactions, ...booking.controllers, ...booking.reactions],
  providers: [...venue.providers, ...booking.providers],
})
export class ExhibitionModule {}

/** Venue, booths and the way of an application from the draft to the confirmed booth. */
export const exhibition = defineService({
  name: 'exhibition',
  module: ExhibitionModule,
  entities: [Agreement, Application, ApplicationNote, Booth, Node, RegionQuota, Waiver],
  migrations: [CreateVenue1700000000001, CreateApplications1700000000002],
  invariants: [...allocationInvariants, ...quotaInvariants],
  config: ExhibitionConfig,
  seed: seedExhibition,
});
