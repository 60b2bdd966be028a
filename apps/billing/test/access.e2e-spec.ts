import { describeAccess } from '@ciep/testing';
import { billing } from '../src/billing.module.js';

describeAccess(billing);
