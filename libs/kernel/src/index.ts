export { Aggregate } from './aggregate.js';
export { chineseDate, daysAfter, endOfChineseDay, startOfChineseDay } from './chinese-time.js';
export { Clock, SystemClock } from './clock.js';
export { DomainError, NotFound, type FieldRefusal, type RefusalKind } from './domain-error.js';
export { type Fact } from './fact.js';
export { newId } from './ids.js';
export { lifecycle, WrongState, type Transitions } from './lifecycle.js';
export { languages, preferredLanguage, type Language, type LocalizedText } from './localized-text.js';
export { currencies, money, partOf, written, type Currency, type Money } from './money.js';
