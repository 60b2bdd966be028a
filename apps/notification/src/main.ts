import { runService } from '@ciep/platform';
import { notification } from './notification.module.js';

await runService(notification);
