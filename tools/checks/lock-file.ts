/** The checked parts of package-lock.json. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Why `npm ci` would refuse a lock file or fetch from another registry. npm omits packages for other platforms that the registry lacked
 * when it wrote the file: `npm install` succeeds, and `npm ci` reports "Missing: … from lock file".
 */
export function lockFileFaults(lock: LockFile): string[] {
  const names = new Set(Object.keys(lock.packages).map(path => path.split('node_modules/').at(-1)));
  return Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {}, resolved, link, integrity, version }]) => [
    ...Object.keys(optionalDependencies)
      .filter(name => !names.has(name))
      .map(name => `${path || 'package.json'}: ${name} is missing`),
    ...(resolved !== undefined && !link ? [`${path}: names the address ${resolved}`] : []),
    ...(path.includes('node_modules/') && !link && version !== undefined && integrity === undefined ? [`${path}: has no digest`] : []),
  ]);
}
