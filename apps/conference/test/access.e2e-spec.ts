import { describeAccess } from '@ciep/testing';
import { conference } from '../src/conference.module.js';

describeAccess(conference);
