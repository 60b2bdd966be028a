import { DomainError } from '@ciep/kernel';

const invalid = (code: string, zh: string, en: string, details: Readonly<Record<string, unknown>> = {}) =>
  ['invalid', code, { zh, en }, details] as const;

/** The bank's file cannot be read as what it is said to be; nothing of it was taken. */
export class StatementUnreadable extends DomainError {
  static tooLarge = (maxBytes: number) =>
    new StatementUnreadable(
      ...invalid('statement.too_large', `文件超过上限（${maxBytes} 字节）。`, `The file is larger than ${maxBytes} bytes.`, { maxBytes }),
    );
  static tooLong = (most: number) =>
    new StatementUnreadable(
      ...invalid(
        'statement.too_many_lines',
        `对账单超过 ${most} 行，请分批导入。`,
        `The statement has more than ${most} lines; import it in parts.`,
        { most },
      ),
    );
  static empty = () => new StatementUnreadable(...invalid('statement.empty', '文件中没有任何记录。', 'There is not one line in the file.'));
  static encoding = () =>
    new StatementUnreadable(
      ...invalid('statement.encoding_unknown', '无法识别文件编码，请使用 UTF-8 或 GB18030。', 'The text is neither UTF-8 nor GB18030.'),
    );
  static csv = () => new StatementUnreadable(...invalid('statement.csv_invalid', 'CSV 文件格式有误。', 'The file is not well-formed CSV.'));
  static columns = (missing: readonly string[]) =>
    new StatementUnreadable(
      ...invalid('statement.columns_missing', `找不到列：${missing.join('、')}。`, `No row names these columns: ${missing.join(', ')}.`, {
        missing,
      }),
    );
  static doctype = () =>
    new StatementUnreadable(
      ...invalid(
        'statement.xml_refused',
        'XML 文件不得含有 DOCTYPE 或实体声明。',
        'An XML statement has no DOCTYPE and declares no entities.',
      ),
    );
  static xml = () => new StatementUnreadable(...invalid('statement.xml_invalid', 'XML 文件格式有误。', 'The file is not well-formed XML.'));
  static notCamt = () =>
    new StatementUnreadable(
      ...invalid('statement.not_camt', '该 XML 文件不是 CAMT.053 对账单。', 'The XML file is no bank statement (CAMT.053).'),
    );
}

export class StatementAccountMissing extends DomainError {
  constructor() {
    super('invalid', 'statement.account_missing', {
      zh: 'CSV 对账单须指明账户。',
      en: 'Of a CSV statement say to which account it belongs.',
    });
  }
}

export class StatementLineDecided extends DomainError {
  constructor(id: string, status: string) {
    super('conflict', 'statement_line.decided', { zh: '该行已处理。', en: 'This line was accepted or dismissed before.' }, { id, status });
  }
}

/** Which of the candidates is paid, a person decides. */
export class StatementLineAmbiguous extends DomainError {
  constructor(id: string, candidateIds: readonly string[]) {
    super(
      'conflict',
      'statement_line.ambiguous',
      { zh: '该行可能对应多张账单，请指明其一。', en: 'The line may be for several invoices; name one.' },
      { id, candidateIds },
    );
  }
}
