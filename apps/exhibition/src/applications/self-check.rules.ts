import type { AreaType } from '@ciep/contracts';
import type { FieldRefusal, LocalizedText } from '@ciep/kernel';
import type { ApplicationForm } from './application.entity.js';

/** The requirements of a board. */
export interface BoardOffer {
  readonly regionCodes: readonly string[];
  readonly areaTypes: readonly AreaType[];
  /** Applications are for leaves of the tree only. */
  readonly isLeaf: boolean;
}

const refusal = (pointer: string, code: string, zh: string, en: string): FieldRefusal => ({ pointer, code, detail: { zh, en } });
const missing = (pointer: string, name: LocalizedText): FieldRefusal =>
  refusal(pointer, 'required', `请填写${name.zh}。`, `${name.en} is missing.`);

const required = {
  areaType: { zh: '区域类型', en: 'The kind of area' },
  exhibitorKind: { zh: '参展主体类型', en: 'The kind of exhibitor' },
  fasciaZh: { zh: '楣板名称（中英文）', en: 'The fascia name in Chinese and English' },
  contact: { zh: '联系人', en: 'The contact person' },
  wishedBoothType: { zh: '期望展位类型', en: 'The wished type of booth' },
  wishedAreaDm2: { zh: '期望展位面积', en: 'The wished area' },
} as const satisfies Partial<Record<keyof ApplicationForm, LocalizedText>>;

const pointers: Readonly<Partial<Record<keyof ApplicationForm, string>>> = { fasciaZh: '/fasciaName' };

/** Everything that prevents submission of a draft, in one list (docs/rules.md#complete-application). */
export function missingFrom(form: ApplicationForm, board: BoardOffer): FieldRefusal[] {
  const names = Object.keys(required) as (keyof typeof required)[];
  return [
    ...names.filter(name => form[name] === null).map(name => missing(pointers[name] ?? `/${name}`, required[name])),
    ...(form.exhibits.length === 0 ? [missing('/exhibits', { zh: '至少一项展品', en: 'At least one exhibit' })] : []),
    ...unfitForBoard(form, board),
  ];
}

/** The faults of a draft so far, without missing fields. */
export const unfitSoFar = (form: Pick<ApplicationForm, 'areaType' | 'regionCode'>, board: BoardOffer): FieldRefusal[] =>
  unfitForBoard(form, board).filter(({ code }) => code !== 'required');

function unfitForBoard({ areaType, regionCode }: Pick<ApplicationForm, 'areaType' | 'regionCode'>, board: BoardOffer): FieldRefusal[] {
  const isRegional = board.regionCodes.length > 0;
  const refusals: FieldRefusal[] = [];
  if (!board.isLeaf)
    refusals.push(refusal('/boardId', 'not_allowed', '只能申请最末级展区。', 'Only a leaf of the venue tree takes applications.'));
  if (areaType !== null && !board.areaTypes.includes(areaType)) {
    refusals.push(refusal('/areaType', 'not_allowed', '该展区不设此类区域。', 'The board has no area of this kind.'));
  }
  if (isRegional && regionCode === null) {
    refusals.push(
      refusal('/regionCode', 'required', '区域展区的申请须填写所属地区。', 'A regional board needs the region of the exhibitor.'),
    );
  }
  if (isRegional && regionCode !== null && !board.regionCodes.includes(regionCode)) {
    refusals.push(refusal('/regionCode', 'not_allowed', '该地区不属于此展区。', 'The region does not belong to this board.'));
  }
  if (!isRegional && regionCode !== null) {
    refusals.push(refusal('/regionCode', 'not_allowed', '该展区不按地区划分。', 'This board is not divided by region.'));
  }
  return refusals;
}
