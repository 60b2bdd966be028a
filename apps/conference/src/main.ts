import { runService } from '@ciep/platform';
import { conference } from './conference.module.js';

await runService(conference);
