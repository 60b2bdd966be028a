import { DomainError, type FieldRefusal, type LocalizedText } from '@ciep/kernel';
import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { faultPoint } from '../faults/fault-point.js';
import type { ValidationError } from 'class-validator';
import { notPrintable } from '../pdf/glyphs.js';
import { emptyBody } from './json-body.js';
import { HttpRefusal, refusalOfStatus } from './refusal.js';

/** The body was read, and some of its fields are wrong. */
export class BodyInvalid extends DomainError {
  constructor(fields: readonly FieldRefusal[]) {
    super(
      'invalid',
      'body.invalid',
      { zh: '提交的内容有误，请按字段提示修改。', en: 'Some fields are not right; each is listed.' },
      {},
      fields,
    );
  }
}

const noSuchField: LocalizedText = { zh: '没有此字段。', en: 'There is no such field.' };

/** Our own short list of field codes, and the class-validator constraints each stands for. */
const texts: Readonly<Record<string, { code: string; text: LocalizedText }>> = {
  whitelistValidation: { code: 'unknown', text: noSuchField },
  isDefined: { code: 'required', text: { zh: '必填。', en: 'This is required.' } },
  maxLength: { code: 'too_long', text: { zh: '内容过长。', en: 'This is too long.' } },
  minLength: { code: 'too_short', text: { zh: '内容过短。', en: 'This is too short.' } },
  isString: { code: 'not_a_text', text: { zh: '应为文本。', en: 'This must be a text.' } },
  isInt: { code: 'not_an_integer', text: { zh: '应为整数。', en: 'This must be a whole number.' } },
  min: { code: 'too_small', text: { zh: '数值过小。', en: 'This is too small.' } },
  max: { code: 'too_large', text: { zh: '数值过大。', en: 'This is too large.' } },
  isBoolean: { code: 'not_a_boolean', text: { zh: '应为 true 或 false。', en: 'This must be true or false.' } },
  isUuid: { code: 'not_an_id', text: { zh: '不是有效的编号。', en: 'This is not an id.' } },
  isIn: { code: 'not_allowed', text: { zh: '不在允许的取值之内。', en: 'This is not one of the allowed values.' } },
  isEmail: { code: 'not_a_mail_address', text: { zh: '不是有效的邮箱地址。', en: 'This is not a mail address.' } },
  isPhone: {
    code: 'not_a_phone_number',
    text: { zh: '不是有效的电话号码（以 + 和国家码开头）。', en: 'This is not a phone number (starting with + and the country code).' },
  },
  isInstant: { code: 'not_an_instant', text: { zh: '不是带时区的有效时刻。', en: 'This is not an instant with a time zone.' } },
  isCalendarDate: { code: 'not_a_date', text: { zh: '不是有效日期。', en: 'This is not a date that exists.' } },
  isObject: { code: 'not_an_object', text: { zh: '应为对象。', en: 'This must be an object.' } },
  isArray: { code: 'not_a_list', text: { zh: '应为列表。', en: 'This must be a list.' } },
  arrayMaxSize: { code: 'too_many', text: { zh: '项目过多。', en: 'There are too many items.' } },
  arrayMinSize: { code: 'too_few', text: { zh: '项目过少。', en: 'There are too few items.' } },
  arrayUnique: { code: 'repeated', text: { zh: '有重复项目。', en: 'An item is repeated.' } },
  matches: { code: 'wrong_format', text: { zh: '格式不正确。', en: 'The format is wrong.' } },
  isOneLine: { code: 'line_break', text: { zh: '不允许换行。', en: 'This must be one line.' } },
  isPrintable: {
    code: 'not_printable',
    text: { zh: '含有文件无法显示的字符。', en: 'This contains a character that printed documents cannot show.' },
  },
  isStorable: { code: 'unprintable', text: { zh: '含有不允许的字符。', en: 'This contains characters that are not allowed.' } },
};
const other = { code: 'invalid', text: { zh: '内容不正确。', en: 'This is not right.' } };
const missing = { code: 'required', text: { zh: '必填。', en: 'This is required.' } };

/** Names the character. */
function notPrintableText(value: unknown): LocalizedText {
  const texts = typeof value === 'string' ? [value] : Object.values(value ?? {}).filter(text => typeof text === 'string');
  const character = texts.map(notPrintable).find(found => found !== undefined) ?? '';
  return {
    zh: `打印文件无法显示字符“${character}”。`,
    en: `Printed documents cannot show the character "${character}".`,
  };
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** class-validator's errors as JSON pointers with our codes; of several about one field the first that matters. */
export function fieldRefusals(errors: readonly ValidationError[], at = ''): FieldRefusal[] {
  return errors.flatMap(error => {
    const pointer = `${at}/${escaped(error.property)}`;
    const [constraint] = Object.keys(error.constraints ?? {});
    const known =
      constraint === undefined
        ? undefined
        : error.value === undefined && constraint !== 'whitelistValidation'
          ? missing
          : (texts[constraint] ?? other);
    const detail = constraint === 'isPrintable' ? notPrintableText(error.value) : known?.text;
    const own = known && detail ? [{ pointer, code: known.code, detail }] : [];
    return [...own, ...fieldRefusals(error.children ?? [], pointer)];
  });
}

/** Fields with a name that every object inherits, such as `toString`: class-validator takes them for known ones. */
function inheritedNames(value: unknown, at = ''): FieldRefusal[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const pointer = `${at}/${escaped(name)}`;
    return name in Object.prototype ? [{ pointer, code: 'unknown', detail: noSuchField }] : inheritedNames(inner, pointer);
  });
}

/** Checks bodies (422) and queries (400); unknown fields are refused, never dropped. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validationError: { target: false, value: true },
      exceptionFactory: errors => new BodyInvalid(fieldRefusals(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // No body at all is an empty one: a verb whose fields are all optional needs none.
    if (metadata.type === 'body') return this.body(value === undefined ? {} : value, metadata);
    try {
      if (metadata.type === 'query') this.refuseInherited(value);
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof BodyInvalid)) throw error;
      throw new HttpRefusal({
        status: 400,
        code: 'query.invalid',
        text: { zh: '查询参数有误。', en: 'Some query parameters are not right.' },
        fields: error.fields,
      });
    }
  }

  private async body(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new BodyInvalid([
        { pointer: '', code: 'not_an_object', detail: { zh: '请求体应为 JSON 对象。', en: 'The body must be a JSON object.' } },
      ]);
    }
    this.refuseInherited(value);
    const valid: unknown = await super.transform(value, metadata).catch((error: unknown) => {
      // The caller announced JSON and the body is empty, so it was probably lost on the way.
      throw value === emptyBody && error instanceof BodyInvalid ? new HttpRefusal(refusalOfStatus(400)) : error;
    });
    faultPoint('http.afterValidate');
    return valid;
  }

  private refuseInherited(value: unknown): void {
    const names = inheritedNames(value);
    if (names.length > 0) throw new BodyInvalid(names);
  }
}
