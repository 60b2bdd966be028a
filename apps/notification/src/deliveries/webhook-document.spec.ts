import { applicationApproved, invoiceOpened, type EventType } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { webhookDocument } from './webhook-document.rules.js';

describe(webhookDocument.name, () => {
  it('describes what endpoints receive: headers, envelope and the ids of the event', () => {
    const { webhooks, components, tags } = webhookDocument([applicationApproved as unknown as EventType]);
    expect(Object.keys(webhooks)).toEqual(['ciep.exhibition.application.approved.v1']);
    const id = { type: 'string', format: 'uuid', description: expect.any(String) };
    expect(webhooks['ciep.exhibition.application.approved.v1']).toMatchObject({
      post: {
        operationId: 'receive_exhibition_application_approved_v1',
        summary: applicationApproved.meaning,
        tags: tags.map(({ name }) => name),
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/cloudevents+json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/WebhookEvent' },
                  {
                    properties: {
                      type: { const: 'ciep.exhibition.application.approved.v1' },
                      data: {
                        required: ['applicationId', 'editionId', 'organisationId', 'boardId', 'allocationId', 'boothId'],
                        properties: { applicationId: id, editionId: id, organisationId: id, boardId: id, allocationId: id, boothId: id },
                      },
                    },
                  },
                ],
              },
            },
          },
        },
      },
    });
    expect(Object.keys(components.parameters ?? {})).toEqual(['WebhookId', 'WebhookTimestamp', 'WebhookSignature']);
  });

  it('leaves what is no id out of the data', () => {
    expect(JSON.stringify(webhookDocument([invoiceOpened as unknown as EventType]).webhooks)).not.toContain('dueOn');
  });
});
