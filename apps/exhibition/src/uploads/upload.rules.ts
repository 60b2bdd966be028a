import type { LocalizedText } from '@ciep/kernel';

/** Media types of a stamped scan, and the ending of their file names. */
export const scanTypes = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' } as const;
export type ScanType = keyof typeof scanTypes;
export const isScanType = (mediaType: string | undefined): mediaType is ScanType =>
  mediaType !== undefined && Object.hasOwn(scanTypes, mediaType);

/** Active content that a PDF must not have (docs/rules.md#scan-files). */
export const activeContents = {
  javascript: { zh: 'JavaScript 脚本', en: 'JavaScript' },
  launch: { zh: '启动程序或发送数据的动作', en: 'an action that starts a program, opens another file or sends data' },
  automatic_action: { zh: '自动执行的动作（OpenAction、AA）', en: 'an action that runs by itself (OpenAction, AA)' },
  embedded_file: { zh: '嵌入或引用的文件', en: 'an embedded or referenced file' },
  xfa: { zh: 'XFA 表单', en: 'an XFA form' },
  rich_media: { zh: '多媒体内容', en: 'rich media' },
} as const satisfies Record<string, LocalizedText>;
export type ActiveContent = keyof typeof activeContents;
