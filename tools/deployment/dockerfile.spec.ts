import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { heapFlags, imageFaults, readDockerfile, syntaxFaults } from './dockerfile.js';

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: { node: string } };

describe('docker/Dockerfile', () => {
  const text = readDockerfile();

  it('is a valid Dockerfile without faults', () => {
    expect(syntaxFaults(text)).toEqual([]);
    expect(imageFaults(text, devDependencies.node)).toEqual([]);
  });

  it('gives Node the same memory as npm run services', () => {
    expect(heapFlags(text)).toEqual(heapFlags(readFileSync('tools/services/service-process.ts', 'utf8')));
  });

  it('canary: unknown instructions and arguments', () => {
    const wrong = text.replace('WORKDIR', 'WORKDIRECTORY').replace('--interval=', '--every=').replace('EXPOSE 8080', 'EXPOSE many');
    expect(syntaxFaults(wrong)).toEqual([
      expect.stringContaining('Unknown instruction: WORKDIRECTORY'),
      expect.stringContaining('many'),
      expect.stringContaining('Unknown flag: every'),
    ]);
  });

  it.each([
    ['an image that may change', /:24[.]\S+/, ':24'],
    ['another Node', /node:24[.]\d+/, 'node:22.1'],
    ['runs as root', 'USER 10001:10001', 'USER node'],
    ['no health check', /HEALTHCHECK[^]*?\n(?=ENTRYPOINT)/, ''],
    ['between signals', 'ENTRYPOINT ["node"]', 'ENTRYPOINT node'],
    ['from the context', 'COPY --from=build /app/apps ./apps', 'COPY apps ./apps'],
    ['ships sources', ' ! -name dist', ''],
    ['fetches with ADD', 'EXPOSE 8080', 'ADD https://ciep.example/x /x'],
    ['development packages', 'npm ci --omit=dev', 'npm ci'],
    ['holds a secret', 'ARG REVISION=unknown', 'ARG NPM_TOKEN=abc'],
  ])('canary: %s', (fault, right, wrong) => {
    expect(imageFaults(text.replace(right, wrong), devDependencies.node)).toContainEqual(expect.stringContaining(fault));
  });
});
