import { defineFeature } from '@ciep/platform';
import { Applications } from './applications.service.js';
import { ClientDirectory } from './client-directory.queries.js';
import { ClientOwnerQueries } from './client-owner.queries.js';
import { ClientSecrets } from './client-secrets.service.js';
import { OauthClient } from './client.entity.js';
import { ClientRepository } from './client.repository.js';
import { ClientsController } from './clients.controller.js';
import { ClientQueries } from './clients.queries.js';
import { DisableClient } from './disable-client.use-case.js';
import { EnableClient } from './enable-client.use-case.js';
import { RegisterClient } from './register-client.use-case.js';
import { RotateSecret } from './rotate-secret.use-case.js';

export const clients = defineFeature({
  controllers: [ClientsController],
  providers: [
    Applications,
    ClientDirectory,
    ClientOwnerQueries,
    ClientQueries,
    ClientRepository,
    ClientSecrets,
    DisableClient,
    EnableClient,
    RegisterClient,
    RotateSecret,
  ],
  entities: [OauthClient],
});
