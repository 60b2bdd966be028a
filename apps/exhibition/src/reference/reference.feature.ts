import { defineFeature } from '@ciep/platform';
import { ReferenceController } from './reference.controller.js';

export const reference = defineFeature({
  controllers: [ReferenceController],
});
