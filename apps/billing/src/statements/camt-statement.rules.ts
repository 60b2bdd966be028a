import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { RawEntry } from './statement-file.rules.js';
import { StatementUnreadable } from './statement.errors.js';

type Node = { readonly [name: string]: unknown } | string | undefined;

const lists = new Set(['Stmt', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd']);
// Without a DOCTYPE, which is refused, there are only the five entities of XML itself.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: name => lists.has(name),
});

/** What lies at a path, if it is there. */
const under = (node: unknown, ...path: string[]): Node =>
  path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    node,
  ) as Node;
const all = (node: unknown, name: string): unknown[] => {
  const found = under(node, name) as unknown;
  return Array.isArray(found) ? found : [];
};
const text = (node: unknown, ...path: string[]): string => {
  const found = under(node, ...path);
  return typeof found === 'string' ? found.trim() : typeof found === 'object' ? text(found, '#text') : '';
};
const first = (...texts: string[]): string => texts.find(found => found !== '') ?? '';

/** The entries of a CAMT.053 statement of any version; a batch gives one for each of its transactions. Throws {@link StatementUnreadable}. */
export function camtRows(xml: string): RawEntry[] {
  if (/<!(?:DOCTYPE|ENTITY|ELEMENT)/i.test(xml)) throw StatementUnreadable.doctype();
  const document = parsed(xml);
  const statement = under(document, 'Document', 'BkToCstmrStmt');
  if (typeof statement !== 'object') throw StatementUnreadable.notCamt();
  const entries = all(statement, 'Stmt').flatMap(stmt => all(stmt, 'Ntry').flatMap((entry, place) => entriesOf(stmt, entry, place)));
  return entries.map((entry, index) => ({ ...entry, row: index + 1 }));
}

function parsed(xml: string): unknown {
  try {
    if (XMLValidator.validate(xml) !== true) throw StatementUnreadable.xml();
    return parser.parse(xml);
  } catch {
    throw StatementUnreadable.xml();
  }
}

function entriesOf(stmt: unknown, entry: unknown, place: number): Omit<RawEntry, 'row'>[] {
  const transactions = all(entry, 'NtryDtls').flatMap(details => all(details, 'TxDtls'));
  const isBooked = ['BOOK', ''].includes(first(text(entry, 'Sts', 'Cd'), text(entry, 'Sts')));
  const common = {
    account: first(text(stmt, 'Acct', 'Id', 'Othr', 'Id'), text(stmt, 'Acct', 'Id', 'IBAN')),
    statementNumber: text(stmt, 'Id'),
    receivedOn: first(
      text(entry, 'BookgDt', 'Dt'),
      text(entry, 'BookgDt', 'DtTm'),
      text(entry, 'ValDt', 'Dt'),
      text(entry, 'ValDt', 'DtTm'),
    ),
    isIncoming: isBooked && text(entry, 'CdtDbtInd') === 'CRDT' && text(entry, 'RvslInd') !== 'true',
  };
  const own = first(text(entry, 'NtryRef'), text(entry, 'AcctSvcrRef'), `#${place + 1}`);
  const isBatch = transactions.length > 1;
  return (transactions.length > 0 ? transactions : [undefined]).map((transaction, index) => {
    const amount = [under(transaction, 'Amt'), under(transaction, 'AmtDtls', 'TxAmt', 'Amt')].find(found => found !== undefined);
    const counted = isBatch ? amount : under(entry, 'Amt');
    const reference = isBatch
      ? `${own}.${first(text(transaction, 'Refs', 'AcctSvcrRef'), text(transaction, 'Refs', 'TxId'), String(index + 1))}`
      : own;
    const remittance = under(transaction, 'RmtInf');
    return {
      ...common,
      entryReference: reference,
      amount: text(counted),
      currency: text(counted, '@Ccy'),
      text: first(
        [...all(remittance, 'Strd').map(strd => text(strd, 'CdtrRefInf', 'Ref')), ...all(remittance, 'Ustrd').map(part => text(part))]
          .filter(part => part !== '')
          .join(' '),
        text(transaction, 'AddtlTxInf'),
        text(entry, 'AddtlNtryInf'),
      ),
      payer: first(text(transaction, 'RltdPties', 'Dbtr', 'Nm'), text(transaction, 'RltdPties', 'Dbtr', 'Pty', 'Nm')),
    };
  });
}
