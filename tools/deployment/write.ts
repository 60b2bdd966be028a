// Writes what is generated of k8s/: the topics, Kafka's users, and the overlays as kustomize renders them. npm run manifests
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usersManifest, usersPath } from './kafka-users.js';
import { k8s, kustomizeCommand, overlays, render, renderedPath, sealed } from './rendered.js';
import { topicsManifest, topicsPath } from './topics.js';

const command = kustomizeCommand();
if (!command) {
  console.error('kustomize 5 is needed to render k8s/: install kustomize (https://kustomize.io) or kubectl 1.27 or newer');
  process.exit(1);
}
writeFileSync(topicsPath, topicsManifest());
writeFileSync(usersPath, usersManifest());
mkdirSync(join(k8s, 'rendered'), { recursive: true });
for (const overlay of overlays) writeFileSync(renderedPath(overlay), sealed(render(overlay, command)));
