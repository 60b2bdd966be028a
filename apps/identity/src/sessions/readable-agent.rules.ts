/** In this order: a later browser of the list also stands in the names of those before it. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\//, 'WeChat'],
  [/Edg(A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/**
 * Browser and system in a few words, `Firefox, Windows`, for a person who looks for a login of somebody else. Versions, and whatever else
 * a browser says about itself, are not kept. Null if neither is known.
 */
export function readableAgent(userAgent: string | undefined): string | null {
  const found = [browsers, systems].map(list => list.find(([mark]) => mark.test(userAgent ?? ''))?.[1]);
  const known = found.filter(name => name !== undefined);
  return known.length > 0 ? known.join(', ') : null;
}
