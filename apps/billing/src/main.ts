import { runService } from '@ciep/platform';
import { billing } from './billing.module.js';

await runService(billing);
