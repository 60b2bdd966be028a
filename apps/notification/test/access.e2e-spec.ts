import { describeAccess } from '@ciep/testing';
import { notification } from '../src/notification.module.js';
import { clientSecret, urls } from './services.factory.js';

describeAccess(notification, { settings: { ...urls('http://127.0.0.1:9'), NOTIFICATION_CLIENT_SECRET: clientSecret } });
