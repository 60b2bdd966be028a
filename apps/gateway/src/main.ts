import { runService } from '@ciep/platform';
import { gateway } from './gateway.module.js';

await runService(gateway);
