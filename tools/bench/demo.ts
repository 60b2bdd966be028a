import { demoPassword } from '@ciep/identity';
import { until } from '../tour/caller.js';
import { logIn } from '../tour/log-in.js';
import { Story } from '../tour/story.js';

/** The region whose board the bench uses. */
const region = '210000';

/** Public URLs of the demo edition, once all its booths exist. */
export interface DemoPaths {
  /** List of 50 booths. */
  readonly list: string;
  /** One booth. */
  readonly booth: string;
}

/** Waits until the events of the demo data have arrived, and returns what to read. */
export async function demoPaths(url: string): Promise<DemoPaths> {
  const { anyone } = new Story(url);
  const { body: edition } = await anyone.get<{ id: string }>('/v1/conference/editions/demo');
  const list = `/v1/exhibition/editions/${edition.id}/booths?limit=50`;
  const items = await until('fifty booths', async () => {
    const { status, body } = await anyone.get<{ items: { id: string; price: unknown }[] }>(list, { expect: [200, 404] });
    return status === 200 && body.items.length === 50 && body.items[0]?.price != null ? body.items : undefined;
  });
  return { list, booth: `/v1/exhibition/booths/${items[0]?.id}` };
}

/** An access token of the organizer. */
export const organizerToken = async (url: string): Promise<string> =>
  (await logIn(url, 'shenzhen@demo.ciep.example', demoPassword)).access_token;

/** The data that loads are built from. */
export interface Sample {
  readonly applicationId: string;
  /** The version of the application, and therefore of its copies. */
  readonly version: number;
  readonly boothId: string;
  /** Token of the enterprise. */
  readonly token: string;
  /** Renews it, because tokens expire after five minutes. */
  readonly freshToken: () => Promise<string>;
  /** A complete application form, with its edition and board. */
  readonly form: object;
}

/** A submitted and endorsed application of a new enterprise, a free booth of its board, and the token of the enterprise. */
export async function endorsedApplication(url: string): Promise<Sample> {
  const story = new Story(url);
  const { exhibitor, registrant } = await story.register(region);
  const { editionId, boardId, booths } = await story.lookAround(region);
  const { id } = await story.apply(exhibitor, { editionId, boardId }, region);
  const { version } = await story.endorse(story.portal(region), { id, editionId });
  const freshToken = async () => (await logIn(url, registrant.mail, registrant.password)).access_token;
  const [booth] = booths;
  if (!booth) throw new Error('no booth is free');
  return {
    applicationId: id,
    version,
    boothId: booth.id,
    token: await freshToken(),
    freshToken,
    form: { editionId, boardId, areaType: 'enterprise', regionCode: region, ...story.form },
  };
}
