import { areaTypeNames, boothTypeNames } from '@ciep/contracts';
import { chineseTime } from '@ciep/kernel';
import type { TableColumn } from '@ciep/platform';
import { applicationStatusNames } from '../reference/reference.rules.js';
import type { VenueBoothDto } from './booths.dto.js';

const column = (
  name: string,
  zh: string,
  en: string,
  value: TableColumn<VenueBoothDto>['value'],
  labels?: TableColumn<VenueBoothDto>['labels'],
): TableColumn<VenueBoothDto> => ({ name, title: { zh, en }, value, ...(labels && { labels }) });
const yuan = (fen: number | undefined): string | undefined => (fen === undefined ? undefined : (fen / 100).toFixed(2));

/** The columns of a booth export. */
export const boothColumns: readonly TableColumn<VenueBoothDto>[] = [
  column('number', '展位号', 'Booth', row => row.number),
  column('hall', '展厅', 'Hall', row => row.hall),
  column('floor', '楼层', 'Floor', row => row.floor),
  column('board', '板块代码', 'Board code', row => row.nodeCode),
  column('type', '展位类型', 'Type', row => row.type, boothTypeNames),
  column('area', '区域类型', 'Area', row => row.areaType, areaTypeNames),
  column('areaM2', '面积（平方米）', 'Size (m²)', row => row.areaM2),
  column('availability', '状态', 'Availability', row => row.availability, {
    free: { zh: '空闲', en: 'Free' },
    taken: { zh: '已分配', en: 'Taken' },
    blocked: { zh: '已锁定', en: 'Blocked' },
  }),
  column('blockedReason', '锁定原因', 'Why blocked', row => row.blockedReason),
  column('application', '申请编号', 'Application', row => row.allocation?.applicationNumber),
  column('applicationStatus', '申请状态', 'State of the application', row => row.allocation?.applicationStatus, applicationStatusNames),
  column('allocatedAt', '分配时间', 'Allocated at', row => row.allocation && chineseTime(new Date(row.allocation.allocatedAt))),
  column('net', '净价（元）', 'Net (yuan)', row => yuan(row.price?.net.amount)),
  column('gross', '含税价（元）', 'Gross (yuan)', row => yuan(row.price?.gross.amount)),
  column('id', '展位 ID', 'Id', row => row.id),
];
