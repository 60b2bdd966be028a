import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { classPathOf, java } from '../kafka/jars.js';

const store = join(import.meta.dirname, '../../node_modules/.cache/sdks');
const typeScript = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const requirements = join(import.meta.dirname, 'requirements.txt');

/** Programs that this machine lacks, with the way to get them; they are needed to generate and compile clients. */
export class ToolMissing extends Error {
  constructor(program: string, language: string, cure: string) {
    super(`The check of the ${language} client needs \`${program}\`: install ${cure}`);
    this.name = 'ToolMissing';
  }
}

/** Where the program of a language comes from. */
const cures: Readonly<Record<string, string>> = {
  java: 'Java 17 (Debian: openjdk-17-jdk-headless)',
  javac: 'a JDK 17, not only its runtime (Debian: openjdk-17-jdk-headless)',
  mvn: 'Maven (Debian: maven)',
  go: 'Go 1.23 or newer (Debian: golang-go)',
  python3: 'Python 3.10 or newer with venv (Debian: python3-venv)',
};

/** Runs a program for a client. Throws {@link ToolMissing}, or an error with all that the program said. */
async function run(language: string, cwd: string, program: string, ...args: string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { cwd, maxBuffer: 256 * 1024 * 1024 });
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    const name = program.split('/').at(-1) ?? program;
    if (code === 'ENOENT' && name in cures) throw new ToolMissing(name, language, cures[name] ?? name);
    throw new Error(`${language}: ${name} ${args.join(' ')} fails:\n${stdout}${stderr}`);
  }
}

/** Generates the TypeScript client in `<folder>/client`. Calls of it throw the problem that the platform answers. */
export async function generateTypeScript(document: object, folder: string): Promise<void> {
  await createClient({
    input: structuredClone(document) as Record<string, unknown>,
    output: { path: join(folder, 'client'), module: { extension: '.js' } },
    plugins: [{ name: '@hey-api/client-fetch', throwOnError: true }, '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  });
}

/** Compiles all TypeScript in a folder strictly, into `<folder>/built`. */
export async function compileTypeScript(folder: string): Promise<void> {
  const options = { target: 'es2024', lib: ['es2024', 'dom'], module: 'nodenext', types: [], rootDir: '.', outDir: 'built' };
  const strict = {
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
    noEmitOnError: true,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, ...strict } }));
  await run('TypeScript', folder, process.execPath, typeScript, '-p', '.');
}

/** Generates the Python client as the package `ciep`, imports every module of it, and checks its types. */
export async function buildPython(document: string, folder: string): Promise<void> {
  const bin = await pythonTools();
  const config = join(import.meta.dirname, 'openapi-python-client.yaml');
  const options = ['--path', document, '--config', config, '--meta', 'none', '--output-path', join(folder, 'ciep'), '--fail-on-warning'];
  await run('Python', folder, join(bin, 'openapi-python-client'), 'generate', ...options);
  await run('Python', folder, join(bin, 'python'), '-W', 'error', '-m', 'compileall', '-q', 'ciep');
  await run('Python', folder, join(bin, 'python'), '-c', everyModule);
  await run('Python', folder, join(bin, 'mypy'), '--cache-dir', join(folder, 'mypy'), 'ciep');
}

const everyModule = `
import ciep, importlib, pkgutil
for module in pkgutil.walk_packages(ciep.__path__, 'ciep.'):
    importlib.import_module(module.name)
`;

/** The programs of the virtual environment with what requirements.txt names; pip fetches them once. */
async function pythonTools(): Promise<string> {
  const folder = join(store, `python-${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)}`);
  if (!existsSync(join(folder, 'complete'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(store, { recursive: true });
    await run('Python', store, 'python3', '-m', 'venv', folder);
    await run('Python', store, join(folder, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--requirement', requirements);
    writeFileSync(join(folder, 'complete'), '');
  }
  return join(folder, 'bin');
}

/** Generates the Java client and compiles it with its Maven project. */
export async function buildJava(document: string, folder: string): Promise<void> {
  await generate('Java', document, folder, 'java', 'invokerPackage=org.ciep,apiPackage=org.ciep.api,modelPackage=org.ciep.model');
  await run('Java', folder, 'javac', '-version');
  await run('Java', folder, 'mvn', '-B', '-q', 'compile');
}

/** Generates the Go client, builds it, and lets `go vet` look at it. */
export async function buildGo(document: string, folder: string): Promise<void> {
  await generate('Go', document, folder, 'go', 'packageName=ciep,withGoMod=true');
  for (const task of [['mod', 'tidy'], ['build', './...'], ['vet', './...']]) await run('Go', folder, 'go', ...task); // prettier-ignore
}

async function generate(language: string, document: string, folder: string, generator: string, properties: string): Promise<void> {
  await run(language, folder, 'mvn', '-version');
  const classPath = await classPathOf(join(import.meta.dirname, 'pom.xml'), store);
  const without = ['apiTests', 'modelTests', 'apiDocs', 'modelDocs'].map(part => `${part}=false`).join(',');
  const options = ['-i', document, '-g', generator, '-o', folder, '--additional-properties', properties, '--global-property', without];
  await run(language, folder, java, '-cp', classPath, 'org.openapitools.codegen.OpenAPIGenerator', 'generate', ...options);
}
