import { defineFeature, SecretDigest } from '@ciep/platform';
import { SealedDigest } from './sealed-digest.service.js';
import { Sealing } from './sealing.service.js';
import { Secrets } from './secrets.service.js';

export const secrets = defineFeature({
  providers: [Sealing, Secrets, { provide: SecretDigest, useClass: SealedDigest }],
});
