import type { Exchange } from './caller.js';

/** The interesting fields of an answer, in this order. */
const interestingFields = [
  'number', 'title', 'name', 'subject', 'what', 'action', 'kind', 'role', 'roles', 'organisation', 'isAllowed', 'status', 'isComplete', 'missing', 'boothNumber',
  'payBy', 'places', 'taken', 'left', 'gross', 'amount', 'paid', 'dueOn', 'reference', 'invoiceNumber', 'at', 'trackingNumber', 'postedOn',
  'mediaType', 'size', 'sha256', 'url', 'eventTypes', 'total', 'byStatus', 'allowedActions', 'corrections', 'code', 'detail', 'errors',
]; // prettier-ignore
const secret = new Set(['password', 'currentPassword', 'secret', 'code']);
const mostItems = 4;
const longestText = 90;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const cut = (text: string, longest = longestText): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** One value in readable form: both languages of a text, yuan of an amount, the first few of many. */
function written(value: unknown): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, mostItems).map(written).join(', ');
    return value.length > mostItems ? `${shown} and ${value.length - mostItems} more` : shown;
  }
  if (!isFields(value)) return cut(String(value));
  if (typeof value['zh'] === 'string' && typeof value['en'] === 'string') return cut(`${value['zh']} / ${value['en']}`);
  if (typeof value['amount'] === 'number' && typeof value['currency'] === 'string') {
    return `${value['currency']} ${(value['amount'] / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
  }
  if (typeof value['pointer'] === 'string') return value['pointer'];
  if ('name' in value) return written(value['name']);
  return Object.entries(value)
    .filter(([, one]) => one !== 0 && !isNothing(one) && !isFields(one))
    .map(([key, one]) => `${key} ${written(one)}`)
    .join(', ');
}

/** The readable name of a list entry. */
const called = (item: unknown): string => {
  if (!isFields(item)) return written(item);
  const keys = ['number', 'code', 'kind', 'subject', 'action', 'name'].filter(key => !isNothing(item[key]));
  return keys.length > 0 ? written(item[keys[0] as string]) : written(item['id']);
};

/** An answer in one line, without technical fields. */
export function answerLine(received: unknown): string {
  if (!isFields(received)) return isNothing(received) || received === '0 bytes' ? '' : written(received);
  const { items } = received;
  if (Array.isArray(items)) {
    if (items.length === 0) return 'nothing yet';
    return `${items.length} found: ${written(items.map(called))}`;
  }
  return interestingFields
    .filter(key => !isNothing(received[key]))
    .map(key => `${key}: ${written(received[key])}`)
    .join(' · ');
}

/** The sent body in one line, without passwords and secrets. */
export function bodyLine(sent: unknown): string {
  if (!isFields(sent)) return isNothing(sent) ? '' : written(sent);
  const hidden = (key: string, value: unknown): unknown => (secret.has(key) ? '(hidden)' : value);
  return Object.keys(sent).length === 0 ? '' : cut(JSON.stringify(sent, hidden), 2 * longestText);
}

/** A call with its answer, as the tour prints it. */
export function transcriptOf({ who, method, path, sent, status, received }: Exchange): string {
  const body = bodyLine(sent);
  return [`  ${who}: ${method} ${path}`, ...(body ? [`      ${body}`] : []), `    → ${status} ${answerLine(received)}`.trimEnd()].join(
    '\n',
  );
}
