import './database/postgres-types.js';

export { JobDto, JobsController, watchedJob } from './administration/jobs.controller.js';
export type { Violation } from './auditor/auditor.js';
export { platformInvariants, type Invariant } from './auditor/invariant.js';
export { triedInTime } from './auditor/tried-in-time.js';
export { Principal } from './context/principal.js';
export type { RouteAccess } from './auth/access-table.js';
export { RevokedTokens } from './auth/revoked-tokens.js';
export { canonicalToken } from './auth/token-spelling.js';
export { apiAudience, TokenVerifier } from './auth/token-verifier.js';
export { FileClock } from './clock/file-clock.js';
export { currentContext, inContext, type RequestContext } from './context/request-context.js';
export { aggregateColumns } from './database/aggregate-columns.js';
export { InstallationSecrets } from './database/installation-secrets.js';
export { AggregateRepository, type BoundRepository, type Scope, type Sync, type UpdateOptions } from './aggregates/aggregate.repository.js';
export { BesideTransaction, ConnectionLost, Database, TransactionUndone, type Reader } from './database/database.js';
export { StaleVersion } from './aggregates/aggregate.errors.js';
export { migrate, MigrationsPending, type Migration } from './database/migrate.js';
export { provisionDatabase, type ServiceDatabase } from './database/provision.js';
export { keepCopy } from './aggregates/read-copy.js';
export { FileStore, StoredFileDamaged, type KnownFile, type StoredFile } from './files/file-store.js';
export * from './http/fields.js';
export { labelController } from './http/label.controller.js';
export { FileAnswer } from './http/answer.interceptor.js';
export { keyIn, SecretDigest } from './http/idempotency.js';
export { tableAnswer, TableQuery, type TableColumn } from './http/table-export.js';
export { listQuery, Lists, ListQuery, readCursor, writeCursor, type ListDefinition, type Page, type SortedQuery } from './http/lists.js';
export type { ServedRoute } from './http/route-table.js';
export { requestIdOf, type Arrival, type Edge } from './http/edge.js';
export { addressOf, networkOf } from './http/network-address.js';
export { inOneLanguage, LocalizedAnswer } from './http/one-language.js';
export { problemOf, type Problem, type Refusal } from './http/problem.js';
export { HttpRefusal, isDataError, refusalOf } from './http/refusal.js';
export { isStorable } from './database/storable.js';
export { RequestValidation } from './http/validation.js';
export { browserHeaders } from './http/broken-http.js';
export { isDecodable, limitRequest } from './http/request-limits.js';
export {
  Actor,
  About,
  Answers,
  AnswersFile,
  AnswersNothing,
  AnswersPage,
  Authenticated,
  Cached,
  Can,
  Id,
  IfMatch,
  Internal,
  Lang,
  MayConflict,
  Public,
  SeesMore,
  Share,
  Streams,
  Tx,
  Upload,
  Writes,
  type Caller,
  type IncomingFile,
} from './http/route.js';
export { whenOver } from './http/when-over.js';
export { select } from './http/select.js';
export { searchable, where, type Where } from './database/where.js';
export { BackgroundJob, DueRows, Job, type DueRow, type JobRound } from './jobs/jobs.js';
export { outboundColumns } from './jobs/outbound-columns.js';
export { OutboundJob } from './jobs/outbound-job.js';
export { verdictOf, OutboundQueue, type Attempt, type OutboundRow, type OutboundTable, type Verdict } from './jobs/outbound-queue.js';
export { enqueueJob, watchedJobsTable, WatchedJob, type Progress, type WatchedRow } from './jobs/watched-job.js';
export { createLog, type Log } from './logging/log.js';
export { faultPoint, watchFaults } from './faults/fault-point.js';
export { exposition, serveMetrics, type MetricsServer } from './metrics/metrics-server.js';
export { counter, gauge, histogram } from './metrics/registry.js';
export { KafkaBus } from './messaging/kafka-bus.js';
export { createTopics } from './messaging/kafka-topics.js';
export { LocalBus } from './messaging/local-bus.js';
export { MessageBus, MessageRefused, type CloudEvent, type Message, type Subscription } from './messaging/message-bus.js';
export { ReactsTo, type ReactionContext } from './messaging/reacts-to.js';
export { Relay } from './messaging/relay.js';
export { resend } from './messaging/resend.js';
export { recordEvent } from './messaging/outbox.js';
export { freePort, isFree } from './network/free-port.js';
export type { OwnDocument } from './openapi/document.js';
export { documentHead, isSharedComponent } from './openapi/shared-components.js';
export { renderPdf, type PdfDefinition } from './pdf/render-pdf.js';
export { UnsafeRoutes } from './service/boot-checks.js';
export { startObserving, type Observing } from './service/observing.js';
export { closeOnSignal, runService } from './service/run-service.js';
export { clockOf } from './service/service-settings.js';
export { CommandRefused, runOwnCommand } from './service/own-commands.js';
export { type Readiness } from './service/health.js';
export type { ServiceHost } from './service/assembly.js';
export { serve, type RunningService } from './service/serve.js';
export {
  defineFeature,
  defineService,
  type BeforeRouter,
  type Feature,
  type Finder,
  type ServiceDeclaration,
  type ServiceDefinition,
} from './service/service-definition.js';
export { PlatformSettings } from './settings/platform-settings.js';
export { ConfigurationError, setting, settings, type Setting, type SettingsClass } from './settings/settings.js';
export { inSpan, startSpan, startTracing, type Span, type SpanAttributes } from './tracing/tracing.js';
