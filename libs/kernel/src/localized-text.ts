/** The two languages of the platform. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** One text in both languages, for example `{ zh: '展位', en: 'booth' }`. */
export type LocalizedText = Readonly<Record<Language, string>>;

/** The language that an `Accept-Language` or `ui_locales` value prefers; English if it names neither language. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '')
    .split(/[,\s]+/)
    .map(wish => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
      const weight = parameters.find(parameter => parameter.startsWith('q='));
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(
      (wish): wish is { language: Language; weight: number } => languages.some(language => language === wish.language) && wish.weight > 0,
    )
    .sort((a, b) => b.weight - a.weight);
  return wishes[0]?.language ?? 'en';
}
