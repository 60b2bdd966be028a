export { Api, type CallOptions } from './api.js';
export { eventually } from './eventually.js';
export { Judge, type Judged } from './judge.js';
export { startService, TestService, type Delivery, type TestOptions } from './start-service.js';
export { TestClock } from './test-clock.js';
export { testDatabase, testServer, type TestDatabase } from './test-database.js';
export { allScopes, TokenIssuer, type Caller } from './tokens.js';
export { TraceCollector, type CollectedSpan } from './trace-collector.js';
export { oldFact, oldFacts, retold, unheard, unreadable } from './old-facts.js';
