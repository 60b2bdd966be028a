import type { Language, LocalizedText } from '@ciep/kernel';

/** Text of the document for readers of both languages: English, then Chinese. */
export const inBoth = ({ en, zh }: LocalizedText): string => (zh === '' || en === zh ? en : `${en} ${zh}`);

/** The part of such a text in one language: the Chinese part begins with the first Chinese character. The whole text if it has one part. */
export function partIn(text: string, language: Language): string {
  const [, en = '', zh = ''] = /^(.*?)\s*(\p{Script=Han}.*)?$/su.exec(text) ?? [];
  return (language === 'en' ? en : zh) || text;
}
