import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, matchesGlob, relative } from 'node:path';
import type { Copy, Instruction, JSONInstruction, PropertyInstruction } from 'dockerfile-ast';
import { readDockerfile, stagesOf } from './dockerfile.js';

const root = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

/** What the last stage of a Dockerfile says about how to run it. */
export interface Image {
  /** The folder that is /app in the image. */
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  /** The folder that was /app in another stage. */
  stage(name: string): string;
}

/**
 * Plays the steps of docker/Dockerfile below `folder` without a container engine: each stage is a folder, which stands for /app.
 * The context is the last commit, without what .dockerignore leaves out. Base images are not fetched: their Node is ours, of the
 * same version.
 */
export function playDockerfile(folder: string): Image {
  const context = join(folder, 'context');
  mkdirSync(context, { recursive: true });
  execFileSync('sh', ['-c', 'git archive HEAD | tar -x -C "$1"', 'sh', context], { cwd: root });
  leaveOut(context);

  const stages = new Map<string, { app: string; env: Record<string, string> }>();
  const image = { uid: 0, entrypoint: [] as string[], healthcheck: [] as string[] };
  for (const { name, from, instructions } of stagesOf(readDockerfile())) {
    const app = join(folder, name, 'app');
    const before = stages.get(from);
    if (before) cpSync(before.app, app, { recursive: true });
    else mkdirSync(app, { recursive: true });
    const stage = { app, env: { ...before?.env } };
    stages.set(name, stage);
    for (const instruction of instructions) {
      const content = instruction.getArgumentsContent() ?? '';
      const keyword = instruction.getKeyword();
      if (keyword === 'RUN') run(instruction, stage);
      else if (keyword === 'COPY') copy(instruction as Copy, app, name => (name === undefined ? context : (stages.get(name)?.app ?? '')));
      else if (keyword === 'ENV') for (const { key, value } of propertiesOf(instruction)) stage.env[key] = value;
      else if (keyword === 'USER') image.uid = Number(content.split(':')[0]);
      else if (keyword === 'ENTRYPOINT') image.entrypoint = stringsOf(instruction);
      else if (keyword === 'HEALTHCHECK') image.healthcheck = JSON.parse(content.slice(content.indexOf('['))) as string[];
      else if (keyword === 'WORKDIR' && content !== '/app') throw new Error(`this play knows no other folder than /app: ${content}`);
      else if (!['WORKDIR', 'ARG', 'LABEL', 'EXPOSE', 'STOPSIGNAL'].includes(keyword))
        throw new Error(`this play does not know ${keyword}`);
    }
    console.log(`  stage ${name}: ${execFileSync('du', ['-sh', app], { encoding: 'utf8' }).split('\t')[0]}`);
  }
  const last = [...stages.values()].at(-1) ?? { app: '', env: {} };
  return { ...image, ...last, stage: name => stages.get(name)?.app ?? '' };
}

/** Takes away what .dockerignore names: the last pattern that matches a file or a folder above it decides. */
function leaveOut(context: string): void {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const patterns = lines
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ glob: line.replace('!', ''), stays: line.startsWith('!') }));
  const above = (path: string): string[] => (path === '.' ? [] : [path, ...above(dirname(path))]);
  for (const entry of readdirSync(context, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(context, join(entry.parentPath, entry.name));
    const decided = patterns.findLast(({ glob }) => above(path).some(part => matchesGlob(part, glob)));
    if (decided && !decided.stays) rmSync(join(context, path));
  }
}

function run(instruction: Instruction, { app, env }: { app: string; env: Record<string, string> }): void {
  // Only root may give files away; without it everything stays ours.
  const script = (instruction.getRawArgumentsContent() ?? '').replaceAll(/ -[og] \d+/g, part => (isRoot ? part : ''));
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  // The builder's own settings for its registry and proxies are not the image's.
  const builder = { ...process.env, NODE_OPTIONS: '' };
  execFileSync('sh', ['-ec', script], { cwd: app, env: { ...builder, ...env, PATH: path }, stdio: ['ignore', 'ignore', 'inherit'] });
}

function copy(instruction: Copy, app: string, origin: (stage: string | undefined) => string): void {
  const stage =
    instruction
      .getFlags()
      .find(flag => flag.getName() === 'from')
      ?.getValue() ?? undefined;
  const words = instruction.getArguments().map(argument => argument.getValue());
  const destination = words.pop() ?? '.';
  for (const source of words) {
    const from = join(origin(stage), source.replace(/^\/app\/?/, ''));
    const into = statSync(from).isFile() && destination.endsWith('/') ? join(app, destination, basename(from)) : join(app, destination);
    cpSync(from, into, { recursive: true, verbatimSymlinks: true });
  }
}

const propertiesOf = (instruction: Instruction): { key: string; value: string }[] =>
  (instruction as PropertyInstruction).getProperties().map(property => ({ key: property.getName(), value: property.getValue() ?? '' }));

const stringsOf = (instruction: Instruction): string[] =>
  (instruction as JSONInstruction).getJSONStrings().map(word => JSON.parse(word.getValue()) as string);

/** Packages below a folder that the lock file says are for development only. */
export function developmentPackages(app: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  return Object.entries(packages)
    .filter(([path, { dev }]) => dev === true && statSync(join(app, path), { throwIfNoEntry: false }))
    .map(([path]) => path);
}
