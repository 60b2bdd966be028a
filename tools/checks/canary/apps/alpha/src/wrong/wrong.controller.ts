import { boothFreed } from '../../../../libs/contracts/src/index.js';
import './other.repository.js';

export const told = boothFreed;
