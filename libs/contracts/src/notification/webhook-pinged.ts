import { z } from 'zod';
import { defineEvent } from '../event-type.js';
import { id } from '../fields.js';

/** The test that the owner of an endpoint asks for. Only that endpoint gets it: it is on no topic, so the catalogue does not list it. */
export const webhookPinged = defineEvent(
  'notification.webhook.pinged.v1',
  'The owner of the endpoint tests it.',
  z.object({ webhookId: id }),
);
