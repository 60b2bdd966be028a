import { defineFeature, JobsController } from '@ciep/platform';
import { AcceptStatementLine } from './accept-statement-line.use-case.js';
import { DismissStatementLine } from './dismiss-statement-line.use-case.js';
import { ImportStatement } from './import-statement.job.js';
import { StatementLine } from './statement-line.entity.js';
import { StatementLineQueries } from './statement-line.queries.js';
import { StatementLineRepository } from './statement-line.repository.js';
import { StatementUploads } from './statement-uploads.service.js';
import { StatementsController } from './statements.controller.js';

export const statements = defineFeature({
  controllers: [StatementsController, JobsController],
  jobs: [ImportStatement],
  providers: [AcceptStatementLine, DismissStatementLine, StatementLineQueries, StatementLineRepository, StatementUploads],
  entities: [StatementLine],
  retention: [{ table: 'jobs', since: 'ended_at', keep: '90 days', where: 'ended_at IS NOT NULL' }],
});
