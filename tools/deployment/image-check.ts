// Proves docker/Dockerfile without a container engine: plays its steps from the last commit, then runs every service of
// docker/compose.yaml from the outcome, as the image's user, on real servers. npm run image-check
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3, type S3Server } from '../s3/s3.js';
import { withBackends } from '../test/backends.js';
import { Container, must, runAll } from './image-run.js';
import { developmentPackages, playDockerfile, type Image } from './image.js';

function inspect(image: Image, folder: string): void {
  must(developmentPackages(image.app).length === 0, 'there is no package for development in it');
  must(developmentPackages(image.stage('build')).length > 100, 'in the stage that builds there are many');
  const names = ['apps', 'libs'].flatMap(part => readdirSync(join(image.app, part), { recursive: true, encoding: 'utf8' }));
  must(!names.some(name => /\.ts$|(^|\/)(src|test)(\/|$)|\.env/.test(name)), 'there are no sources, tests or settings in it');
  const container = new Container(image, {}, join(folder, 'inspection.log'));
  const write = (file: string) => container.exitCode([...image.entrypoint, '-e', `require('fs').writeFileSync('${file}', '')`]);
  must(write('apps/gateway/dist/main.js') !== 0 && write('new') !== 0, 'its user can change nothing in it');
  must(write('data/new') === 0, 'but the data folder');
}

const folder = mkdtempSync(join(tmpdir(), 'ciep-image-'));
chmodSync(folder, 0o755);
let s3: S3Server | undefined;
try {
  console.log('Playing docker/Dockerfile');
  const image = playDockerfile(folder);
  if (process.getuid?.() !== 0) execFileSync('sh', ['-c', 'chmod -R a-w "$1" && chmod u+w "$1/data"', 'sh', image.app]);
  inspect(image, folder);
  s3 = await startS3(folder);
  const server = s3;
  process.exitCode = await withBackends({ postgres: true, kafka: true }, async env => {
    await runAll(image, folder, env, server);
    return 0;
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await s3?.stop();
  if (process.getuid?.() !== 0) execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}
