import { addressSetting, thingOwners } from '@ciep/contracts';

/** The keys of the settings that a source text declares with `setting(…)`, by name or for each owner of things. */
export const settingKeysIn = (text: string): string[] => [
  ...[...text.matchAll(/\bsetting\(\s*['"`](\w+)['"`]/g)].map(([, key = '']) => key),
  ...(/\bsetting\(\s*addressSetting\(/.test(text) ? thingOwners.map(addressSetting) : []),
];
