import { runService } from '@ciep/platform';
import { identity } from './identity.module.js';

await runService(identity);
