import { describe, expect, it } from '@jest/globals';
import { dateOf, entriesOf, fenOf, mostLines, textOf, type StatementFile } from './statement-file.rules.js';

const now = new Date('2023-03-24T09:00:00+08:00');
const account = '400000000001';
const columns = {
  ...{ statementNumber: '流水号', receivedOn: '交易日期', amount: '贷方发生额', reference: '摘要', payer: '对方户名' },
  delimiter: 'comma',
} as const;
const csv: StatementFile = { format: 'csv', account, columns };
const xml: StatementFile = { format: 'xml', columns };
const head = '流水号,交易日期,贷方发生额,摘要,对方户名\n';
const read = (text: string | Buffer, file = csv) => entriesOf(Buffer.from(text as string), file, now);
/** GB18030, which Node reads and does not write: 流水号,交易日期,贷方发生额,摘要,对方户名 and one line below it. */
const gb = Buffer.from(
  'c1f7cbaebac52cbdbbd2d7c8d5c6da2cb4fbb7bdb7a2c9fab6ee2cd5aad2aa2cb6d4b7bdbba7c3fb0a47422d312c32303233303332302c22312c3237322e3030222c5246313732333030303030312cb1b1b7bdb9abcbbe0a',
  'hex',
);

const camt = (entries: string, before = '') => `<?xml version="1.0" encoding="UTF-8"?>${before}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>ST-1</Id>
<Acct><Id><Othr><Id>4000 0000 0001</Id></Othr></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`;
const credit = (inner: string, amount = '12720.00') =>
  `<Ntry><NtryRef>E1</NtryRef><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2023-03-20</Dt></BookgDt>${inner}</Ntry>`;
const details =
  '<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>A &amp; B</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>展位费 RF17</Ustrd></RmtInf></TxDtls></NtryDtls>';

describe('a CSV statement', () => {
  it('is read below whatever the bank writes above it, in UTF-8, UTF-16 and GB18030', () => {
    const text = `账户明细\n户名,示例\n${head}A-1,2023/3/20,"12,720.00",参考号 RF17,北方公司\n`;
    const entry = {
      row: 4,
      account,
      statementNumber: 'A-1',
      statementKey: 'A-1',
      receivedOn: '2023-03-20',
      amount: 1_272_000,
      text: '参考号 RF17',
      payer: '北方公司',
    };
    expect(read(text)).toEqual([entry]);
    expect(read(`\uFEFF${text}`)).toEqual([entry]);
    expect(read(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual([entry]);
    expect(read(gb)).toEqual([expect.objectContaining({ statementNumber: 'GB-1', amount: 127_200, payer: '北方公司' })]);
  });

  it('keeps formulas as the text they are, and reads numbers that a bank wraps into one', () => {
    const [wrapped, formula] = read(`${head}"=""0012""",20230320,100,=cmd|'/c calc'!A1,@SUM(1)\nA-2,20230320,=1+1,x,y\n`);
    expect(wrapped).toMatchObject({ statementNumber: '0012', amount: 10_000, text: `=cmd|'/c calc'!A1`, payer: '@SUM(1)' });
    expect(formula).toEqual({ row: 3, leftOut: 'amount_invalid' });
  });

  it('says of each row why it is left out', () => {
    const rows = [
      'A,20230320,,out,x',
      'B,20230320,-5.00,back,x',
      ',20230320,5,x,y',
      'D,2023-02-30,5,x,y',
      'E,2023-03-25,5,x,y',
      'F,2023-03-24,5.001,x,y',
    ];
    expect(read(head + rows.join('\n')).map(entry => 'leftOut' in entry && entry.leftOut)).toEqual([
      ...['ignored', 'ignored', 'number_missing', 'date_invalid', 'in_the_future', 'amount_invalid'],
    ]);
  });

  it.each([
    ['names no such columns', '流水号,交易日期\n1,2', 'statement.columns_missing'],
    ['has nothing below its heading', head, 'statement.empty'],
    ['breaks off within quotes', `${head}"A,1`, 'statement.csv_invalid'],
    ['has too many lines', head + 'A,20230320,1,x,y\n'.repeat(mostLines + 1), 'statement.too_many_lines'],
    ['is no text', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]), 'statement.encoding_unknown'],
    ['is in another encoding', Buffer.from('caf\u00e9\xff', 'latin1'), 'statement.encoding_unknown'],
    ['is half a UTF-16', Buffer.from([0xff, 0xfe, 0x41]), 'statement.encoding_unknown'],
  ])('is refused when it %s', (_, content, code) => {
    expect(() => read(content)).toThrow(code);
  });
});

describe('a CAMT.053 statement', () => {
  it('is read with its own account, statement and entry', () => {
    const entry = { row: 1, account, statementNumber: 'ST-1/E1', statementKey: 'ST-1/E1', receivedOn: '2023-03-20', amount: 1_272_000 };
    expect(read(camt(credit(details)), xml)).toEqual([{ ...entry, text: '展位费 RF17', payer: 'A & B' }]);
    const prefixed = camt(credit(details))
      .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1c:')
      .replace('xmlns=', 'xmlns:c=');
    expect(read(prefixed, xml)).toEqual([{ ...entry, text: '展位费 RF17', payer: 'A & B' }]);
  });

  it('gives one entry for each transaction of a batch, and none for money that left, is pending or is foreign', () => {
    const part = (id: string, amount: string) => `<TxDtls><Refs><TxId>${id}</TxId></Refs><Amt Ccy="CNY">${amount}</Amt></TxDtls>`;
    const batch = credit(`<NtryDtls>${part('T1', '1.00')}${part('T2', '2.00')}</NtryDtls>`, '3.00');
    expect(read(camt(batch), xml)).toMatchObject([
      { statementNumber: 'ST-1/E1.T1', amount: 100 },
      { statementNumber: 'ST-1/E1.T2', amount: 200 },
    ]);
    const others = [credit('').replace('CRDT', 'DBIT'), credit('').replace('BOOK', 'PDNG'), credit('').replace('"CNY"', '"USD"')];
    expect(read(camt(others.join('')), xml)).toEqual([
      { row: 1, leftOut: 'ignored' },
      { row: 2, leftOut: 'ignored' },
      { row: 3, leftOut: 'currency_other' },
    ]);
  });

  it.each([
    [
      'declares entities that grow',
      camt(credit('&b;'), '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
      'statement.xml_refused',
    ],
    ['points to a file', camt(credit('&f;'), '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'), 'statement.xml_refused'],
    ['points to a DTD', camt(credit(''), '<!doctype d SYSTEM "http://127.0.0.1:9/evil.dtd">'), 'statement.xml_refused'],
    ['is not well-formed', camt('<Ntry>'), 'statement.xml_invalid'],
    ['is nested without end', camt('<a>'.repeat(20_000) + '</a>'.repeat(20_000)), 'statement.xml_invalid'],
    ['is something else', '<html><body>hello</body></html>', 'statement.not_camt'],
    ['has no entry', camt(''), 'statement.empty'],
  ])('is refused when it %s', (_, content, code) => {
    expect(() => read(content, xml)).toThrow(code);
  });

  it('leaves an entity that is not declared as the text it is', () => {
    expect(read(camt(credit(details.replace('RF17', '&xxe;'))), xml)).toMatchObject([{ text: '展位费 &xxe;' }]);
  });
});

describe('the cells of a statement', () => {
  it.each([
    ['12,720.00', 1_272_000],
    ['￥１２７２０', 1_272_000],
    ['0.07', 7],
    ['+1.5', 150],
    ['12720元', 1_272_000],
    ['1.005', undefined],
    ['1,27', undefined],
    ['1e5', undefined],
    ['', 0],
  ])('amount %s', (text, fen) => expect(fenOf(text)).toBe(fen));

  it.each([
    ['2023-03-20', '2023-03-20'],
    ['2023/3/5 08:15:00', '2023-03-05'],
    ['20230320', '2023-03-20'],
    ['2023年3月20日', '2023-03-20'],
    ['2023-03-20T16:30:00Z', '2023-03-21'],
    ['2023-02-29', undefined],
    ['20/03/2023', undefined],
  ])('date %s', (text, date) => expect(dateOf(text)).toBe(date));

  it('text is decoded, never guessed', () => {
    expect(textOf(gb)).toContain('对方户名');
    expect(() => textOf(Buffer.from('a\u0000b'))).toThrow('statement.encoding_unknown');
  });
});
