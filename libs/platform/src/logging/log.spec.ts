import { describe, expect, it } from '@jest/globals';
import { createLog } from './log.js';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('info', { write: line => void lines.push(line) }));
  return lines.join('');
}

describe(createLog.name, () => {
  it.each(['authorization', 'password', 'secret', 'token', 'mail', 'phone', 'name', 'cookie'])(
    'removes %s, at every depth that we log',
    key => {
      const text = logged(log => log.info({ [key]: 'PRIVATE', request: { [key]: 'PRIVATE', contact: { [key]: 'PRIVATE' } } }, 'something'));
      expect(text).not.toContain('PRIVATE');
      expect(text).toContain('[removed]');
    },
  );

  it('shows of a database error neither values nor detail', () => {
    const error = Object.assign(new Error('duplicate key value'), {
      code: '23505',
      detail: 'Key (mail)=(PRIVATE)',
      parameters: ['PRIVATE'],
    });
    const text = logged(log => log.error({ error }, 'failed'));
    expect(text).toContain('23505');
    expect(text).not.toContain('PRIVATE');
  });
});
