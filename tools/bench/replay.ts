import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Statement } from './one-process.js';

/** A request as the statements on its connection, from the beginning to the end of its transaction. */
export type Script = readonly Statement[];

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The transaction in which a text was sent as a value. Throws if there is none. */
export function transactionWith(statements: readonly Statement[], text: string): Script {
  const at = statements.findIndex(({ values }) => values.includes(text));
  const of = (other: Statement) => other.connection === statements[at]?.connection;
  const begin = statements.findLastIndex((other, index) => index < at && of(other) && /^(START TRANSACTION|BEGIN)/.test(other.text));
  const end = statements.findIndex((other, index) => index > at && of(other) && other.text.startsWith('COMMIT'));
  if (at < 0 || begin < 0 || end < 0) throw new Error('the transaction was not recorded');
  return statements.slice(begin, end + 1).filter(of);
}

/** The number of common statements at the beginning of two scripts. */
export const commonBeginning = (one: Script, other: Script): number => {
  const different = one.findIndex(({ text }, index) => text !== other[index]?.text);
  return different < 0 ? one.length : different;
};

/**
 * Replaces values for another run: some texts are kept or mapped as given, every other id is replaced consistently throughout the script.
 */
export function exchanging(known: ReadonlyMap<string, string>): (value: unknown) => unknown {
  const made = new Map(known);
  const exchanged = (id: string): string => {
    const other = made.get(id) ?? randomUUID();
    made.set(id, other);
    return other;
  };
  const names = [...known].filter(([name]) => !isUuid.test(name));
  const text = (value: string): string =>
    names.reduce((result, [name, other]) => result.replaceAll(name, other), value.replace(uuids, exchanged));
  return value => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(each => (typeof each === 'string' ? text(each) : (each as unknown)));
    return value;
  };
}

/**
 * Sends a recorded transaction again with plain pg, with replaced ids. If its last statement in common with `loser` affects no row, it
 * continues like `loser`, as the service would.
 */
export async function replay(pool: pg.Pool, winner: Script, loser: Script, exchange: (value: unknown) => unknown): Promise<'won' | 'lost'> {
  const fork = commonBeginning(winner, loser);
  const client = await pool.connect();
  const send = ({ name, text, values }: Statement) =>
    client.query({ ...(name !== undefined && { name }), text, values: values.map(exchange) });
  try {
    let touched: number | null = null;
    for (const statement of winner.slice(0, fork)) touched = (await send(statement)).rowCount;
    const rest = touched === 0 ? loser : winner;
    for (const statement of rest.slice(fork)) await send(statement);
    return touched === 0 ? 'lost' : 'won';
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
