import { regions, seeds } from '@ciep/contracts';
import type { Responsibility, ResponsibilityRole } from '../../nodes/node.rules.js';

type Unit = Omit<Responsibility, 'role'>;

const unit = (zh: string, en: string, organisationId: string | null = null, regionCode: string | null = null): Unit => ({
  unit: { zh, en },
  organisationId,
  regionCode,
});

/** One responsibility per unit, all with the same role. */
export const as = (role: ResponsibilityRole, ...units: readonly Unit[]): Responsibility[] => units.map(each => ({ role, ...each }));

/** The science and technology department of a region, which is its partner unit on the platform. */
export function departmentOf(regionCode: string): Unit {
  const region = regions.find(({ code }) => code === regionCode);
  if (!region) throw new Error(`${regionCode} is not one of the regional units`);
  return unit(
    `${region.name.zh}科技厅（委、局）`,
    `Science and Technology Department of ${region.name.en}`,
    seeds.partnerOf(regionCode),
    regionCode,
  );
}

/** The units in the notice, as worded there. */
export const units = {
  ministryDepartment: unit('科技部相关司', 'Department concerned of the Ministry of Science and Technology'),
  ministryDepartments: unit('科技部相关司局中心', 'Departments and centers concerned of the Ministry of Science and Technology'),
  ministryAgencyServices: unit(
    '科学技术部机关服务中心',
    'Agency Service Center of the Ministry of Science and Technology',
    seeds.undertaker(5),
  ),
  allDepartments: unit(
    '各省区市、计划单列市、副省级城市科技厅（委、局）',
    'Science and technology departments of all provinces, autonomous regions, municipalities, cities with separate plan and sub-provincial cities',
  ),
  departmentsConcerned: unit(
    '相关省区市科技厅（委、局）',
    'Science and technology departments of the provinces, regions and municipalities concerned',
  ),
  universities: unit('相关国内外大学', 'Domestic and foreign universities concerned'),
  stateAssets: unit(
    '国务院国有资产监督管理委员会国际合作局',
    'International Cooperation Bureau of the State-owned Assets Supervision and Administration Commission of the State Council',
  ),
  talentExchangeCenter: unit('中国国际人才交流中心', 'China International Talent Exchange Center'),
  scienceExchangeCenter: unit('中国科学技术交流中心', 'China Science and Technology Exchange Center'),
  technologyTransferNetwork: unit('国际技术转移协作网络', 'International Technology Transfer Network', seeds.undertaker(1)),
  /** The executor of the conference. */
  shenzhenTalentExchangeCenter: unit('深圳国际人才交流中心', 'Shenzhen International Talent Exchange Center', seeds.organizer),
  shenzhenInnovationCommission: unit(
    '深圳市科技创新委员会',
    'Shenzhen Science and Technology Innovation Commission',
    seeds.partnerOf('440300'),
    '440300',
  ),
  shenzhenDistricts: unit('深圳市相关区政府', 'District governments concerned of Shenzhen'),
  shenzhenHumanResources: unit('深圳市人力资源和社会保障局', 'Shenzhen Human Resources and Social Security Bureau'),
  shenzhenFinancialSupervision: unit('深圳市地方金融监督管理局', 'Shenzhen Local Financial Supervision Bureau'),
  shenzhenReturnees: unit('深圳市海外留学归国人员协会', 'Shenzhen Overseas Returnees Association', seeds.undertaker(2)),
  talentServiceInstitute: unit('亚太人才服务研究院', 'Asia-Pacific Talent Service Research Institute', seeds.undertaker(3)),
  longhuaInnovation: unit('深圳市龙华创新生态服务协会', 'Shenzhen Longhua Innovation Ecosystem Service Association', seeds.undertaker(4)),
  shenzhenScienceAssociation: unit('深圳市科学技术协会', 'Shenzhen Association for Science and Technology'),
  shenzhenEducation: unit('深圳市教育局', 'Shenzhen Education Bureau'),
  shenzhenOrganization: unit('深圳市委组织部', 'Organization Department of the Shenzhen Party Committee'),
  shenzhenForeignAffairs: unit('深圳市外办', 'Shenzhen Foreign Affairs Office'),
  highTechPromotion: unit('深圳市高新技术产业促进中心', 'Shenzhen High-tech Industry Promotion Center', seeds.undertaker(6)),
} as const;
