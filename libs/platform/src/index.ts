import './database/postgres-types.js';

export { AuditEntryDto } from './audit/audit.controller.js';
export type { Violation } from './auditor/auditor.js';
export { platformInvariants, type Invariant } from './auditor/invariant.js';
export { OrganisationMissing, PermissionMissing, ScopeMissing } from './auth/auth.errors.js';
export { Principal } from './auth/principal.js';
export { RevokedTokens } from './auth/revoked-tokens.js';
export { apiAudience, TokenVerifier } from './auth/token-verifier.js';
export { backUp, type Manifest } from './backup/backup.js';
export { CannotRestore, restore } from './backup/restore.js';
export { NoCommonMoment, type Source } from './backup/snapshots.js';
export { FileClock } from './clock/file-clock.js';
export { currentContext, inContext, type RequestContext } from './context/request-context.js';
export { childTraceparent } from './context/traceparent.js';
export { AggregateRepository, type BoundRepository, type Scope, type Sync, type UpdateOptions } from './database/aggregate.repository.js';
export {
  BesideTransaction,
  clientOf,
  ConnectionLost,
  Database,
  OutcomeUnknown,
  TransactionUndone,
  type Reader,
} from './database/database.js';
export { StaleVersion } from './database/database.errors.js';
export { InstallationSecrets } from './database/installation-secrets.js';
export { migrate, MigrationsPending, type Migration } from './database/migrate.js';
export { provisionDatabase, type ServiceDatabase } from './database/provision.js';
export { keepCopy } from './database/read-copy.js';
export { FileStore, FileTooLarge, type StoredFile } from './files/file-store.js';
export { LocalFileStore } from './files/local-file-store.js';
export * from './http/fields.js';
export { FileAnswer } from './http/file-answer.js';
export { ListQuery, Lists, type ListDefinition, type Page } from './http/lists.js';
export type { ServedRoute } from './http/route-table.js';
export { requestIdOf, type Arrival, type Edge } from './http/edge.js';
export { addressOf, networkOf } from './http/network-address.js';
export { inOneLanguage, LocalizedAnswer } from './http/one-language.js';
export { problemOf, type Problem, type Refusal } from './http/problem.js';
export { sendProblem } from './http/problem.filter.js';
export { HttpRefusal, refusalOf } from './http/refusal.js';
export { limitRequest } from './http/request-limits.js';
export {
  Actor,
  Answers,
  AnswersFile,
  AnswersList,
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
  Streams,
  Tx,
  Upload,
  Writes,
  type EdgeRequest,
  type IncomingFile,
} from './http/route.js';
export { BodyInvalid } from './http/validation.js';
export { whenOver } from './http/when-over.js';
export { where, type Where } from './http/where.js';
export { DueRows, Job } from './jobs/due-rows.js';
export { LeasedRows } from './jobs/leased-rows.js';
export { createLog, type Log } from './logging/log.js';
export { faultPoint, faultPoints, watchFaults, type FaultPoint } from './faults/fault-point.js';
export { rateLimited } from './metrics/metrics.js';
export { exposition, serveMetrics, type MetricsServer } from './metrics/metrics-server.js';
export { counter, gauge, histogram } from './metrics/registry.js';
export { EmbeddedPostgresError } from './embedded/embedded-postgres-error.js';
export { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres.js';
export { freePort, isFree } from './embedded/free-port.js';
export { KafkaBus } from './messaging/kafka-bus.js';
export { createTopics } from './messaging/kafka-topics.js';
export { LocalBus } from './messaging/local-bus.js';
export { MessageBus, MessageRefused, type CloudEvent, type Message, type Subscription } from './messaging/message-bus.js';
export { ReactsTo, type ReactionContext } from './messaging/reacts-to.js';
export { Relay } from './messaging/relay.js';
export { tell } from './messaging/tell.js';
export { renderPdf, type PdfDefinition } from './pdf/render-pdf.js';
export { UnsafeRoutes } from './service/boot-checks.js';
export { startObserving, type Observing } from './service/observing.js';
export { clockOf, closeOnSignal, runService } from './service/run-service.js';
export { CommandRefused, runOwnCommand } from './service/own-commands.js';
export { type Readiness } from './service/health.js';
export { patient } from './service/patience.js';
export type { Surroundings } from './service/assembly.js';
export { serve, type RunningService } from './service/serve.js';
export { defineService, type BeforeRouter, type Finder, type ServiceDefinition } from './service/service-definition.js';
export { PlatformSettings } from './settings/platform-settings.js';
export { ConfigurationError, setting, settings, type Setting, type SettingsClass } from './settings/settings.js';
export type { Span, SpanAttributes } from './tracing/span.js';
export { inSpan, startSpan, startTracing } from './tracing/tracing.js';
