import { runService } from '@ciep/platform';
import { exhibition } from './exhibition.module.js';

await runService(exhibition);
