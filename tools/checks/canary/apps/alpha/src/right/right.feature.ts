import { boothsController } from './booths.controller.js';
import { freeBooth } from './free-booth.use-case.js';

export const right = { controllers: [boothsController], providers: [freeBooth] };
