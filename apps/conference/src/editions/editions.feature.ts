import { defineFeature } from '@ciep/platform';
import { ChangeEdition } from './change-edition.use-case.js';
import { CloneEdition } from './clone-edition.use-case.js';
import { CreateEdition } from './create-edition.use-case.js';
import { Edition } from './edition.entity.js';
import { EditionQueries } from './edition.queries.js';
import { EditionRepository } from './edition.repository.js';
import { EditionsController } from './editions.controller.js';
import { ManagedEditionsController } from './managed-editions.controller.js';
import { PublishEdition } from './publish-edition.use-case.js';

export const editions = defineFeature({
  controllers: [EditionsController, ManagedEditionsController],
  providers: [ChangeEdition, CloneEdition, CreateEdition, EditionQueries, EditionRepository, PublishEdition],
  entities: [Edition],
});
