import { boothFreed } from '../../../../libs/contracts/src/index.js';
import './other.module.js';

export const told = boothFreed;
