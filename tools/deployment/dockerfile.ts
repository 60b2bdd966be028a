import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Dockerfile, type From, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

const root = join(import.meta.dirname, '../..');

/** docker/Dockerfile. */
export const readDockerfile = (): string => readFileSync(join(root, 'docker/Dockerfile'), 'utf8');

/** A stage: its base image or stage, and its instructions. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order. */
export function stagesOf(text: string): Stage[] {
  const parsed: Dockerfile = DockerfileParser.parse(text);
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ name: from.getBuildStage() ?? '', from: from.getImage() ?? '', instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** Errors of the language: instructions, flags and arguments that do not exist or do not fit. */
export const syntaxFaults = (text: string): string[] =>
  validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`);

/** Faults of an image: unpinned, runs as root, without a health check, ignores signals, or copies from outside its stages. */
export function imageFaults(text: string, nodeVersion: string): string[] {
  const stages = stagesOf(text);
  const last = stages.at(-1);
  const names = new Set(stages.map(({ name }) => name));
  const outer = stages.filter(({ from }) => !names.has(from));
  const all = stages.flatMap(({ instructions }) => instructions);
  const argumentsOf = (keyword: string) =>
    (last?.instructions ?? []).filter(one => one.getKeyword() === keyword).map(one => one.getArgumentsContent() ?? '');
  const copies = (last?.instructions ?? []).filter(one => one.getKeyword() === 'COPY').map(String);
  const [entrypoint = ''] = argumentsOf('ENTRYPOINT');
  const [health = ''] = argumentsOf('HEALTHCHECK');
  const faults: [boolean, string][] = [
    [outer.some(({ from }) => !/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:\w{64})?$/.test(from)), 'starts from an image that may change'],
    [
      outer.some(({ from }) => from.startsWith('node:') && !from.startsWith(`node:${nodeVersion}-`)),
      `has another Node than ${nodeVersion}, which is tested`,
    ],
    [
      !/^[1-9]\d*(:[1-9]\d*)?$/.test(argumentsOf('USER').at(-1) ?? ''),
      'runs as root, or as a user that Kubernetes cannot distinguish from root',
    ],
    [!health.includes('CMD ["') || /curl|wget/.test(health), 'has no health check that works with Node alone'],
    [!entrypoint.startsWith('['), 'puts a shell between signals and Node'],
    [copies.length === 0 || copies.some(copy => !copy.includes(' --from=')), 'copies from the context into what is shipped'],
    [
      !all.some(one => /find apps libs .*! -name dist .*-exec rm -r /.test(one.getArgumentsContent() ?? '')),
      'ships sources, tests or settings',
    ],
    [all.some(one => one.getKeyword() === 'ADD'), 'fetches with ADD'],
    [!all.some(one => /npm ci --omit=dev/.test(one.getArgumentsContent() ?? '')), 'ships development packages'],
    [
      all.some(one => /\b(ENV|ARG)\b/.test(one.getKeyword()) && /secret|password|token/i.test(one.getArgumentsContent() ?? '')),
      'holds a secret',
    ],
  ];
  return faults.filter(([isFault]) => isFault).map(([, fault]) => fault);
}

/** The heap flags of Node in a text; the image and `npm run services` must have the same. */
export const heapFlags = (text: string): string[] => [...new Set(text.match(/--max-(semi|old)-space-size=\d+/g))].sort();
