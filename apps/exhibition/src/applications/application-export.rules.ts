import { areaTypeNames, boothTypeNames, regionNames } from '@ciep/contracts';
import { chineseTime } from '@ciep/kernel';
import type { TableColumn } from '@ciep/platform';
import { applicationStatusNames, exhibitorKindNames } from '../reference/reference.rules.js';
import type { ApplicationDto } from './application.dto.js';

export type ApplicationRow = Omit<ApplicationDto, 'allowedActions'>;

const time = (at: Date | string | null): string | null => at && chineseTime(new Date(at));
const column = (
  name: string,
  zh: string,
  en: string,
  value: TableColumn<ApplicationRow>['value'],
  labels?: TableColumn<ApplicationRow>['labels'],
): TableColumn<ApplicationRow> => ({ name, title: { zh, en }, value, ...(labels && { labels }) });

/** The columns of an application export. */
export const applicationColumns: readonly TableColumn<ApplicationRow>[] = [
  column('number', '申请编号', 'Number', row => row.number),
  column('status', '状态', 'Status', row => row.status, applicationStatusNames),
  column('board', '板块代码', 'Board code', row => row.boardCode),
  column('boardZh', '板块（中文）', 'Board (Chinese)', row => row.boardName.zh),
  column('boardEn', '板块（英文）', 'Board (English)', row => row.boardName.en),
  column('region', '地区', 'Region', row => row.regionCode, regionNames),
  column('area', '区域类型', 'Area', row => row.areaType, areaTypeNames),
  column('exhibitorKind', '参展方类型', 'Kind of exhibitor', row => row.exhibitorKind, exhibitorKindNames),
  column('organisationZh', '单位名称（中文）', 'Organisation (Chinese)', row => row.organisationName?.zh),
  column('organisationEn', '单位名称（英文）', 'Organisation (English)', row => row.organisationName?.en),
  column('creditCode', '统一社会信用代码', 'Credit code', row => row.creditCode),
  column('registerNumber', '注册号', 'Register number', row => row.registerNumber),
  column('nameZh', '楣板名称（中文）', 'Name (Chinese)', row => row.fasciaName?.zh),
  column('nameEn', '楣板名称（英文）', 'Name (English)', row => row.fasciaName?.en),
  column('contact', '联系人', 'Contact', row => row.contact?.name),
  column('phone', '电话', 'Phone', row => row.contact?.phone),
  column('mail', '邮箱', 'Mail', row => row.contact?.mail),
  column('exhibits', '展品', 'Exhibits', row => row.exhibits.map(({ name }) => name).join('; ')),
  column('endorsement', '推荐方式', 'Endorsement', row => row.endorsement, {
    region: { zh: '地区推荐', en: 'By its region' },
    override: { zh: '特批推荐', en: 'By override' },
  }),
  column('late', '逾期提交', 'Late', row => row.isLate),
  column('submittedAt', '提交时间', 'Submitted at', row => time(row.submittedAt)),
  column('booth', '展位', 'Booth', row => row.boothNumber),
  column('payBy', '付款期限', 'Pay by', row => row.payBy),
  column('paid', '已付款', 'Paid', row => row.isPaid),
  column('sealVerified', '公章已核验', 'Seal verified', row => row.isSealVerified),
  column('organisationId', '单位 ID', 'Organisation id', row => row.organisationId),
  column('id', '申请 ID', 'Id', row => row.id),
  column('externalRef', '外部编号', 'External reference', row => row.externalRef),
  column('wishedBoothType', '意向展位类型', 'Wished booth type', row => row.wishedBoothType, boothTypeNames),
  column('wishedAreaM2', '意向面积（平方米）', 'Wished area (m²)', row => row.wishedAreaDm2 && row.wishedAreaDm2 / 100),
  column('createdAt', '创建时间', 'Drafted at', row => time(row.createdAt)),
  column('updatedAt', '更新时间', 'Changed at', row => time(row.updatedAt)),
];
