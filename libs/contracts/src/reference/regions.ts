import type { LocalizedText } from '@ciep/kernel';

/** One of the 45 regional units that select enterprises (docs/rules.md#regions); codes follow GB/T 2260. */
export interface Region {
  readonly code: string;
  readonly level: 'province' | 'city';
  readonly name: LocalizedText;
}

const province = (code: string, zh: string, en: string): Region => ({ code, level: 'province', name: { zh, en } });
const city = (code: string, zh: string, en: string): Region => ({ code, level: 'city', name: { zh, en } });

/** The 31 provincial units and 14 cities, in the order of their codes. */
export const regions: readonly Region[] = [
  province('110000', '北京', 'Beijing'),
  province('120000', '天津', 'Tianjin'),
  province('130000', '河北', 'Hebei'),
  province('140000', '山西', 'Shanxi'),
  province('150000', '内蒙古', 'Inner Mongolia'),
  province('210000', '辽宁', 'Liaoning'),
  city('210100', '沈阳', 'Shenyang'),
  city('210200', '大连', 'Dalian'),
  province('220000', '吉林', 'Jilin'),
  city('220100', '长春', 'Changchun'),
  province('230000', '黑龙江', 'Heilongjiang'),
  city('230100', '哈尔滨', 'Harbin'),
  province('310000', '上海', 'Shanghai'),
  province('320000', '江苏', 'Jiangsu'),
  city('320100', '南京', 'Nanjing'),
  province('330000', '浙江', 'Zhejiang'),
  city('330100', '杭州', 'Hangzhou'),
  city('330200', '宁波', 'Ningbo'),
  province('340000', '安徽', 'Anhui'),
  province('350000', '福建', 'Fujian'),
  city('350200', '厦门', 'Xiamen'),
  province('360000', '江西', 'Jiangxi'),
  province('370000', '山东', 'Shandong'),
  city('370100', '济南', 'Jinan'),
  city('370200', '青岛', 'Qingdao'),
  province('410000', '河南', 'Henan'),
  province('420000', '湖北', 'Hubei'),
  city('420100', '武汉', 'Wuhan'),
  province('430000', '湖南', 'Hunan'),
  province('440000', '广东', 'Guangdong'),
  city('440300', '深圳', 'Shenzhen'),
  province('450000', '广西', 'Guangxi'),
  province('460000', '海南', 'Hainan'),
  province('500000', '重庆', 'Chongqing'),
  province('510000', '四川', 'Sichuan'),
  city('510100', '成都', 'Chengdu'),
  province('520000', '贵州', 'Guizhou'),
  province('530000', '云南', 'Yunnan'),
  province('540000', '西藏', 'Tibet'),
  province('610000', '陕西', 'Shaanxi'),
  city('610100', '西安', "Xi'an"),
  province('620000', '甘肃', 'Gansu'),
  province('630000', '青海', 'Qinghai'),
  province('640000', '宁夏', 'Ningxia'),
  province('650000', '新疆', 'Xinjiang'),
];

/** The codes of all regions, for input validation. */
export const regionCodes: readonly string[] = regions.map(region => region.code);

/** What people call them, by code. */
export const regionNames: Readonly<Record<string, LocalizedText>> = Object.fromEntries(regions.map(({ code, name }) => [code, name]));
