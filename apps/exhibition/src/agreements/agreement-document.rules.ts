import { boothTypeNames } from '@ciep/contracts';
import { chineseDate, type LocalizedText } from '@ciep/kernel';
import type { PdfDefinition } from '@ciep/platform';
import type { AgreementText } from './agreement.rules.js';
import type { AgreementContext } from './agreement.queries.js';

const clauses: readonly LocalizedText[] = [
  {
    zh: '乙方确认以上展位信息，并按大会要求布展、参展。',
    en: 'Party B accepts the booth described above and will set it up and exhibit as the conference requires.',
  },
  {
    zh: '乙方打印本协议并加盖单位公章，上传扫描件，并将原件寄送至深圳国际人才交流中心。',
    en: 'Party B prints this agreement, stamps it with its company seal, uploads a scan and posts the original to the Shenzhen International Talent Exchange Center.',
  },
  {
    zh: '乙方按付款通知书所列金额、账户和期限支付展位费；逾期未付，甲方可收回展位。',
    en: 'Party B pays the booth fee as stated in the payment demand; when it is overdue, Party A may take the booth back.',
  },
  {
    zh: '公章经核验且费用付清后，展位方为最终确认。',
    en: 'The booth is confirmed when the seal has been verified and the fee has been paid.',
  },
];

const row = (zh: string, en: string, value: string): [string, string] => [`${zh} ${en}`, value];
const squareMetres = (areaDm2: number): string => `${areaDm2 / 100} m²`;

/** The party that signs, by its registered name; older texts only have its fascia name. */
function partyB({ organisation, fasciaName }: AgreementText): { text: string }[] {
  const { zh, en } = organisation?.name ?? fasciaName;
  const identifiers = [
    ...(organisation?.creditCode ? [{ text: `统一社会信用代码 Unified social credit code：${organisation.creditCode}` }] : []),
    ...(organisation?.registerNumber ? [{ text: `注册号 Register number：${organisation.registerNumber}` }] : []),
  ];
  return [{ text: `乙方 Party B：${zh} ${en}` }, ...identifiers];
}

/** Renders the confirmation agreement, Chinese first, then English. The same text always gives the same document (docs/rules.md#agreement-text). */
export function agreementDocument(text: AgreementText, around: AgreementContext): PdfDefinition {
  const { applicationNumber, fasciaName, contact, booth, textVersion } = text;
  const title = `展位确认协议 ${applicationNumber}`;
  return {
    info: { title, creationDate: new Date(text.generatedAt) },
    pageMargins: [56, 56, 56, 56],
    content: [
      { text: '展位确认协议', fontSize: 20, bold: true, alignment: 'center' },
      { text: 'Booth Confirmation Agreement', fontSize: 12, alignment: 'center', margin: [0, 4, 0, 16] },
      { text: `编号 No. ${applicationNumber}（第 ${textVersion} 版 version ${textVersion}）`, margin: [0, 0, 0, 12] },
      { text: '甲方 Party A：中国国际人才交流大会组委会 Organizing Committee of the CIEP' },
      ...partyB(text),
      { text: `楣板名称 Fascia name：${fasciaName.zh} ${fasciaName.en}` },
      { text: `联系人 Contact：${contact.name}，${contact.phone}，${contact.mail}`, margin: [0, 0, 0, 12] },
      {
        table: {
          widths: [150, '*'],
          body: [
            row('届次', 'Edition', `${around.editionCode}（${around.startsOn} – ${around.endsOn}）`),
            row('展区', 'Board', `${around.boardCode} ${around.boardName.zh} ${around.boardName.en}`),
            row('展馆', 'Hall', String(around.hall)),
            row('展位号', 'Booth', booth.boothNumber),
            row('类型', 'Type', `${boothTypeNames[booth.boothType].zh} ${boothTypeNames[booth.boothType].en}`),
            row('面积', 'Area', squareMetres(booth.areaDm2)),
          ],
        },
        margin: [0, 0, 0, 16],
      },
      { ol: clauses.map(({ zh, en }) => ({ stack: [zh, { text: en, fontSize: 9, margin: [0, 2, 0, 6] }] })) },
      {
        columns: [
          { stack: ['甲方（盖章） Party A (seal)', ' ', '日期 Date：'] },
          { stack: ['乙方（公章） Party B (company seal)', ' ', '日期 Date：'] },
        ],
        margin: [0, 40, 0, 0],
      },
      { text: `生成日期 Generated on ${chineseDate(new Date(text.generatedAt))}`, fontSize: 8, margin: [0, 40, 0, 0] },
    ],
  };
}
