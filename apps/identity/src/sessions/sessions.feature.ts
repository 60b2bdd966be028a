import { defineFeature } from '@ciep/platform';
import { EndSession } from './end-session.use-case.js';
import { EndSessions } from './end-sessions.use-case.js';
import { MySessionsController } from './my-sessions.controller.js';
import { SessionEnd } from './session-end.service.js';
import { SessionTraces } from './session-traces.service.js';
import { SessionQueries } from './sessions.queries.js';

export const sessions = defineFeature({
  controllers: [MySessionsController],
  providers: [EndSession, EndSessions, SessionEnd, SessionQueries, SessionTraces],
});
