import type { LocalizedText } from '@ciep/kernel';
import type { NodeKind, Responsibility } from '../../nodes/node.rules.js';
import { as, departmentOf, units } from './units.js';

/** A node of the 21st edition with its subtree. Its code follows from its position: 1, 1.2, 1.2.3. */
export interface PlannedNode {
  readonly kind: NodeKind;
  readonly name: LocalizedText;
  readonly description?: LocalizedText;
  readonly regionCodes?: readonly string[];
  readonly responsibilities?: readonly Responsibility[];
  readonly below?: readonly PlannedNode[];
}

const regional = (zh: string, en: string, ...regionCodes: readonly string[]): PlannedNode => ({
  kind: 'board',
  name: { zh: `${zh}板块`, en },
  regionCodes,
  responsibilities: as('undertake', ...regionCodes.map(departmentOf)),
});

const ministryZone: PlannedNode = {
  kind: 'zone',
  name: { zh: '科技部展区', en: 'Ministry of Science and Technology zone' },
  description: {
    zh: '以“踔厉奋进新时代 建设世界科技强国”为主题的十年科技创新成就展（2012—2022），以图片、实物、模型展示。',
    en: 'Ten years of scientific and technological achievements (2012–2022) in pictures, objects and models.',
  },
  responsibilities: [
    ...as('lead', units.ministryDepartments),
    ...as('support', units.allDepartments),
    ...as('undertake', units.ministryAgencyServices),
  ],
};

const regionalZone: PlannedNode = {
  kind: 'zone',
  name: { zh: '区域协调发展展区', en: 'Regional coordinated development zone' },
  description: {
    zh: '政府区域展示本地区政策、平台和服务；企业区域由各省区市筛选邀请本地区10家代表性企业展示和交易技术、成果、产品。',
    en: 'In the government areas regions show their policies, platforms and services; in the enterprise areas ten selected enterprises of each region show and trade technologies, results and products.',
  },
  below: [
    regional('京津冀协同发展', 'Coordinated development of Beijing, Tianjin and Hebei', '110000', '120000', '130000'),
    regional(
      '长三角一体化和长江经济带发展',
      'Yangtze Delta integration and Yangtze Economic Belt',
      ...[
        '310000',
        '320000',
        '330000',
        '340000',
        '360000',
        '420000',
        '430000',
        '510000',
        '520000',
        '530000',
        '320100',
        '330100',
        '420100',
        '330200',
      ],
    ),
    regional('粤港澳大湾区建设', 'Guangdong–Hong Kong–Macao Greater Bay Area', '440000'),
    regional('东北全面振兴', 'Revitalization of the Northeast', '210000', '220000', '230000', '210100', '220100', '230100', '210200'),
    regional(
      '西部大开发',
      'Development of the western regions',
      ...['150000', '450000', '540000', '610000', '620000', '630000', '640000', '650000', '610100'],
    ),
    regional('中部崛起', 'Rise of the central regions', '140000', '410000'),
    regional('东部现代化', 'Modernization of the eastern regions', '350000', '370000', '460000', '370100', '370200', '350200'),
    regional('成渝地区双城经济圈建设', 'Chengdu–Chongqing economic circle', '500000', '510100'),
    {
      ...regional('先行示范区建设', 'Pioneer demonstration zone', '440300'),
      responsibilities: [...as('undertake', units.shenzhenInnovationCommission), ...as('execute', units.shenzhenDistricts)],
    },
  ],
};

const enterpriseZone: PlannedNode = {
  kind: 'zone',
  name: { zh: '企业引领支撑创新展区', en: 'Enterprise-led innovation zone' },
  below: [
    {
      kind: 'board',
      name: { zh: '中央企业科技创新成果展览板块', en: "Central enterprises' scientific and technological results" },
      description: {
        zh: '中央企业展示科技创新成就和成果，举办项目需求榜和招贤纳士榜揭发榜活动，开展合作交流和产品交易。',
        en: 'Central enterprises show their achievements, reveal project demands and talent calls, cooperate and trade products.',
      },
      responsibilities: as('host', units.stateAssets),
    },
    {
      kind: 'board',
      name: { zh: '创新创业成果展示交易板块', en: 'Innovation and entrepreneurship: results shown and traded' },
      description: {
        zh: '“专精特新”科技企业、创新型中小微企业、创业企业和个人、国际赛获奖项目持有者（团队）推介科技创新成果和创业项目，进行产品现场交易。',
        en: 'Specialised and innovative small firms, start-ups, individuals and winners of the international contest present results and projects and trade products.',
      },
      responsibilities: [
        ...as('host', units.talentExchangeCenter),
        ...as('support', units.departmentsConcerned),
        ...as('lead', units.shenzhenHumanResources),
        ...as('undertake', units.shenzhenTalentExchangeCenter),
      ],
    },
  ],
};

const environmentZone: PlannedNode = {
  kind: 'zone',
  name: { zh: '国际化环境建设展区', en: 'International environment zone' },
  below: [
    {
      kind: 'board',
      name: { zh: '国（境）外专业机构展览推介板块', en: 'Foreign professional organisations' },
      description: {
        zh: '国（境）外专家组织、高等院校、科研机构、人力资源机构、培训机构、企业等设展推介。',
        en: 'Foreign expert organisations, universities, research institutes, human resources agencies, training bodies and enterprises.',
      },
      responsibilities: [...as('lead', units.ministryDepartment), ...as('undertake', units.shenzhenTalentExchangeCenter)],
    },
    {
      kind: 'board',
      name: { zh: '科技创新交流与合作板块', en: 'Exchange and cooperation in science and technology' },
      description: {
        zh: '面向国际优势前沿创新技术领域，以国际及港澳台创新合作与人才交流为主线，汇聚人才、项目、平台、产业。',
        en: 'Frontier fields of innovation; international cooperation and that with Hong Kong, Macao and Taiwan; talents, projects, platforms and industry.',
      },
      responsibilities: [...as('lead', units.scienceExchangeCenter), ...as('undertake', units.technologyTransferNetwork)],
    },
    {
      kind: 'board',
      name: { zh: '科教兴国板块', en: 'Science and education' },
      description: {
        zh: '国内外大学展示一流大学、一流学科建设成就和优势学科研究成果。',
        en: 'Domestic and foreign universities show first-class universities and disciplines and the results of their research.',
      },
      responsibilities: [
        ...as('lead', units.ministryDepartments),
        ...as('support', units.universities),
        ...as('undertake', units.shenzhenTalentExchangeCenter),
      ],
    },
    {
      kind: 'board',
      name: { zh: '人力资源服务机构展览推介板块', en: 'Human resources service organisations' },
      description: {
        zh: '国内外猎头公司、人力资源市场、劳务派遣和外包服务机构、人才测评机构、管理咨询公司。',
        en: 'Head-hunters, human resources markets, dispatch and outsourcing services, talent assessment and management consulting.',
      },
      responsibilities: [
        ...as('lead', units.shenzhenHumanResources),
        ...as('undertake', units.shenzhenTalentExchangeCenter, units.talentServiceInstitute),
      ],
    },
    {
      kind: 'board',
      name: { zh: '科技金融服务展示推介板块', en: 'Financial services for science and technology' },
      description: {
        zh: '银行、期货、融资担保、证券、保险、创投等金融机构及行业组织，为科技型中小企业融资和成果转化提供方案。',
        en: 'Banks, futures, financing guarantee, securities, insurance, venture capital and their associations, with financing for technology firms.',
      },
      responsibilities: [
        ...as('lead', units.shenzhenInnovationCommission),
        ...as('support', units.shenzhenFinancialSupervision),
        ...as('undertake', units.shenzhenTalentExchangeCenter, units.longhuaInnovation),
      ],
    },
  ],
};

/** The five pavilions of the 21st edition, as listed in its notice (docs/rules.md#edition-21-venue). */
export const pavilions: readonly PlannedNode[] = [
  {
    kind: 'pavilion',
    name: { zh: '国际科技创新和人才交流展洽综合馆', en: 'Comprehensive pavilion of international innovation and talent exchange' },
    below: [ministryZone, regionalZone, enterpriseZone, environmentZone],
  },
  {
    kind: 'pavilion',
    name: { zh: '海归人才创新创业馆', en: 'Pavilion of returnees: innovation and entrepreneurship' },
    description: {
      zh: '海外留学生组织、海外高等院校、归国留学人员主管部门、留学生创业园及企业设展推介。',
      en: 'Overseas student organisations, overseas universities, departments for returnees, student pioneer parks and enterprises.',
    },
    responsibilities: [...as('lead', units.shenzhenHumanResources), ...as('undertake', units.shenzhenReturnees)],
  },
  {
    kind: 'pavilion',
    name: { zh: '科学技术普及展览专馆', en: 'Pavilion of science popularization' },
    description: {
      zh: '围绕公众关注的科技创新热点，促进科普产品的交流交易，推进信息技术与科创教育融合。',
      en: 'Popular-science products shown and traded; science education with information technology.',
    },
    responsibilities: [
      ...as('lead', units.ministryDepartment),
      ...as('support', units.shenzhenScienceAssociation, units.shenzhenEducation),
      ...as('undertake', units.shenzhenTalentExchangeCenter),
    ],
  },
  {
    kind: 'pavilion',
    name: { zh: '国际人才服务馆', en: 'Pavilion of services for international talents' },
    description: {
      zh: '外国驻广州领事馆、外籍人才服务机构、人力资源服务机构、商会和社团组织推介公共服务、职业服务、生活服务。',
      en: 'Consulates, agencies for foreigners, human resources services, chambers and associations with public, professional and life services.',
    },
    responsibilities: [
      ...as('lead', units.talentExchangeCenter),
      ...as('guide', units.ministryDepartment, units.shenzhenOrganization, units.shenzhenForeignAffairs),
      ...as('undertake', units.shenzhenTalentExchangeCenter),
    ],
  },
  {
    kind: 'pavilion',
    name: {
      zh: '2023年中国IT产业校企合作展',
      en: '2023 exhibition of cooperation between schools and enterprises of the Chinese IT industry',
    },
    description: {
      zh: '国家示范性软件学院、国家软件人才国际培训（深圳）基地企业、知名IT企业。',
      en: 'National model software colleges, enterprises of the national base for international software training in Shenzhen, and well-known IT firms.',
    },
    // The notice names this unit without a role; it is the only one.
    responsibilities: as('undertake', units.highTechPromotion),
  },
];
