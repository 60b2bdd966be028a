import type { SourceFile } from './tree.js';

/** The largest size of a part of the repository, in lines. */
export interface Budget {
  readonly part: string;
  readonly files: RegExp;
  readonly except?: RegExp;
  readonly most: number;
  /** The reason for the limit. */
  readonly reason: string;
}

const tests = /[.]spec[.]ts$/;

// Raise a limit here with a reason. Lower it when a part has become smaller.
export const budgets: readonly Budget[] = [
  {
    part: 'libs/kernel',
    files: /^libs\/kernel\/src\/.*[.]ts$/,
    except: tests,
    most: 300,
    reason: 'everything stands on it, so that each line is read by everybody',
  },
  {
    part: 'libs/contracts without the events',
    files: /^libs\/contracts\/src\/.*[.]ts$/,
    except: /[.]spec[.]ts$|\/events[.]ts$/,
    most: 730,
    reason:
      'it grows with services, events and permissions, and says what portals get; more than that is logic, which belongs to a service',
  },
  {
    part: 'libs/platform',
    files: /^libs\/platform\/src\/.*[.]ts$/,
    except: tests,
    most: 10_150,
    reason: 'the author of a service has to trust all of it',
  },
  {
    part: 'libs/testing',
    files: /^libs\/testing\/src\/.*[.]ts$/,
    except: tests,
    most: 1_100,
    reason: 'a harness that is hard to read proves little',
  },
  {
    part: 'tools',
    files: /^tools\/.*[.]m?[jt]s$/,
    most: 18_900,
    reason: 'tools are not delivered, and cost as much care as what is',
  },
  {
    part: 'docs/openapi',
    files: /^docs\/openapi\/.*[.]json$/,
    most: 22_000,
    reason: 'a change of the API has to be readable as a difference',
  },
];

/** Lines of a source file. A longer one has more than one subject. */
export const longestSource = 400;
/** Lines of a service's card, which people read before their first change. */
export const longestCard = 60;
/** Files and lines of a feature folder, without its specs. Split a larger one by its nouns. */
export const largestFeature = { files: 25, lines: 2_000 };
/** Constructor dependencies of a class. A class with more does the work of two. */
export const mostDependencies = 6;
/** Exceptions with their reasons. */
const manyDependencies = new Map([
  ['apps/identity/src/oidc/provider-factory.service.ts', 'it makes the one oidc-provider, whose every setting is decided by another class'],
]);

const linesOf = ({ text }: SourceFile): number => text().split('\n').length - 1;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Parts above their limits, one line each. */
export function budgetFaults(files: readonly SourceFile[]): string[] {
  return [...budgets.flatMap(budget => overspent(budget, files)), ...crowdedFeatures(files), ...files.flatMap(hungryClasses)];
}

/** The number of lines of a part. */
export function linesIn({ files: pattern, except }: Budget, files: readonly SourceFile[]): number {
  return sum(files.filter(({ path }) => pattern.test(path) && !except?.test(path)).map(linesOf));
}

function overspent(budget: Budget, files: readonly SourceFile[]): string[] {
  const { part, most, reason } = budget;
  const lines = linesIn(budget, files);
  return lines > most ? [`${part}: ${lines} lines, at most ${most} (${reason})`] : [];
}

function crowdedFeatures(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => /^apps\/[^/]+\/src\/[^/]+\/.*[.]ts$/.test(path) && !tests.test(path));
  const features = Map.groupBy(sources, ({ path }) => path.split('/').slice(0, 4).join('/'));
  return [...features].flatMap(([feature, members]) => {
    const lines = sum(members.map(linesOf));
    return [
      ...(members.length > largestFeature.files ? [`${feature}: ${members.length} files, at most ${largestFeature.files}`] : []),
      ...(lines > largestFeature.lines ? [`${feature}: ${lines} lines, at most ${largestFeature.lines}`] : []),
    ];
  });
}

function hungryClasses({ path, text }: SourceFile): string[] {
  if (!/^apps\/[^/]+\/src\/.*[.]ts$/.test(path) || manyDependencies.has(path)) return [];
  return text()
    .split(/(?=@(?:Injectable|Controller|Job)\()/)
    .filter(source => source.startsWith('@'))
    .flatMap(source => {
      const [, parameters = ''] = /\bconstructor\(([^{]*?)\)\s*\{/.exec(source) ?? [];
      const asked = parameters
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*|<[^>]*>/g, '')
        .split(',')
        .filter(parameter => parameter.trim() !== '').length;
      return asked > mostDependencies ? [`${path}: a constructor asks for ${asked} things, at most ${mostDependencies}`] : [];
    });
}
