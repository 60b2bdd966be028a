import { setTimeout as sleep } from 'node:timers/promises';
import { regions } from '@ciep/contracts';
import { chineseDate } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import { inOneProcess, type InOneProcess } from '../../../apps/all-in-one/test/start-in-one-process.js';
import type { Caller } from '../../tour/caller.js';
import { Story } from '../../tour/story.js';
import { graceDays } from './world.js';

const day = 86_400_000;
const placesOfARun = 2;

/** The resources of one run: places of one region, and two booths of its board, that no other run uses. */
export interface Scene {
  readonly regionCode: string;
  readonly portal: Caller;
  readonly editionId: string;
  readonly boardId: string;
  readonly booths: readonly { readonly id: string; readonly number: string }[];
  readonly places: number;
  /** Places taken and overrides given (`beyond` the quota) before the run. */
  readonly before: { readonly taken: number; readonly beyond: number };
  /** Price of each booth in fen. */
  readonly gross: number;
  /** Day of the stage on which the run started. */
  readonly firstDay: number;
}

interface TreeNode {
  readonly id: string;
  readonly regionCodes?: readonly string[];
  readonly children?: readonly TreeNode[];
}

interface Quota {
  readonly version: number;
  readonly places: number;
  readonly taken: number;
  readonly overridden: number;
}

/** The platform in this process, its people, and a clock that advances by days. */
export class ModelStage {
  private today = 0;
  private runs = 0;
  private readonly noon: number;
  readonly exhibitor: Caller;

  private constructor(
    readonly process: InOneProcess,
    readonly story: Story,
    /** How often each request got each answer. */
    readonly asked: ReadonlyMap<string, number>,
    private readonly editionId: string,
    private readonly boards: ReadonlyMap<string, string>,
  ) {
    this.exhibitor = story.employee('exhibitor');
    // At noon in China no run crosses midnight.
    this.noon = Date.parse(`${chineseDate(new Date(Date.now() + day))}T12:00:00+08:00`);
  }

  static async open(): Promise<ModelStage> {
    const process = await inOneProcess();
    const asked = new Map<string, number>();
    const story = new Story(process.url, ({ method, path, status }) => {
      const verb = `${method} ${path.split('?')[0]?.replaceAll(/[0-9a-f-]{36}|[0-9]{6}/g, '…')} ${status}`;
      asked.set(verb, (asked.get(verb) ?? 0) + 1);
    });
    const { editionId } = await story.lookAround('210000');
    const { body: tree } = await story.anyone.get<{ items: TreeNode[] }>(`/v1/exhibition/editions/${editionId}/nodes?tree=true`);
    const all = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap(node => [node, ...all(node.children ?? [])]);
    const boards = new Map(all(tree.items).flatMap(({ id, regionCodes = [] }) => regionCodes.map(code => [code, id] as const)));
    const stage = new ModelStage(process, story, asked, editionId, boards);
    await stage.takeTheDeadlineAway();
    await stage.shortenGrace();
    stage.turnTo(0);
    return stage;
  }

  close(): Promise<void> {
    return this.process.close();
  }

  database(service: 'exhibition' | 'billing'): Database {
    const running = this.process.platform.running.get(service);
    if (!running) throw new Error(`${service} does not run`);
    return running.find(Database);
  }

  /** The date in China, a number of days after the start of a scene. */
  dateOf({ firstDay }: Scene, days: number): string {
    return chineseDate(new Date(this.noon + (firstDay + days) * day));
  }

  /** The present instant of the business clock. */
  get now(): Date {
    return new Date(this.noon + this.today * day);
  }

  /** Advances the business clock by a day. */
  async nextDay(): Promise<void> {
    this.turnTo(this.today + 1);
    // The clock reads its file at most every 50 ms.
    await sleep(70);
  }

  /** Two free booths and two places of a region, whatever earlier runs have left. */
  async scene(): Promise<Scene> {
    const number = ++this.runs;
    const { code: regionCode } = regions[number % regions.length] ?? { code: '210000' };
    const boardId = this.boards.get(regionCode) ?? '';
    const { editionId, story } = this;
    const path = `/v1/exhibition/editions/${editionId}/quotas/${regionCode}`;
    const { body: quota } = await story.shenzhen.get<Quota>(path);
    await story.shenzhen.put(path, { places: quota.taken + placesOfARun }, { ifMatch: quota.version });
    const plan = { nodeId: boardId, type: 'standard', areaType: 'enterprise', areaDm2: 900, hall: 1 };
    const { body } = await story.shenzhen.post<{ items: { id: string; number: string }[] }>('/v1/exhibition/booths/bulk', {
      editionId,
      booths: [0, 1].map(place => ({ ...plan, number: `MODEL-${number}-${place}` })),
    });
    const { body: booth } = await story.anyone.get<{ price: { gross: { amount: number } } }>(`/v1/exhibition/booths/${body.items[0]?.id}`);
    return {
      ...{ regionCode, editionId, boardId, booths: body.items, places: placesOfARun },
      portal: story.portal(regionCode),
      before: { taken: quota.taken, beyond: quota.overridden },
      gross: booth.price.gross.amount,
      firstDay: this.today,
    };
  }

  /** Waits until every past due date is noticed and every event is handled. Throws if there is a dead letter. */
  async settle(): Promise<void> {
    let before = '';
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      const looks = [await this.underWay('exhibition'), await this.underWay('billing')];
      const present = JSON.stringify(looks);
      if (looks.some(({ deadLetters }) => deadLetters > 0)) throw new Error(`an event is a dead letter: ${present}`);
      const isQuiet = looks.every(({ open }) => open === 0);
      if (isQuiet && present === before) return;
      before = isQuiet ? present : '';
      if (looks[1]?.due) await this.process.platform.running.get('billing')?.runJobs();
      else if (!isQuiet) await sleep(5);
    }
    throw new Error(`events are still in flight: ${before}`);
  }

  private async underWay(service: 'exhibition' | 'billing'): Promise<{ open: number; deadLetters: number; due: number; last: number }> {
    const due =
      service === 'billing'
        ? `(SELECT count(*)::int FROM invoices WHERE due_on + grace_days < $1 AND grace_ended_at IS NULL AND status IN ('open', 'partly_paid'))`
        : '0';
    const [row] = await this.database(service).query<{ open: number; deadLetters: number; due: number; last: number }[]>(
      `SELECT (SELECT count(*)::int FROM outbox WHERE published_at IS NULL AND dead_lettered_at IS NULL) + (SELECT count(*)::int FROM inbox WHERE status = 'waiting') + ${due} AS open,
              (SELECT count(*)::int FROM inbox WHERE status = 'dead_lettered') + (SELECT count(*)::int FROM outbox WHERE dead_lettered_at IS NOT NULL) AS "deadLetters",
              ${due} AS due, (SELECT coalesce(max(id), 0)::int FROM outbox) AS last`,
      service === 'billing' ? [chineseDate(this.now)] : [],
    );
    if (!row) throw new Error(`${service} does not answer`);
    return row;
  }

  private turnTo(today: number): void {
    this.today = today;
    this.process.moveClockTo(this.now);
  }

  /** The usual grace is longer than most runs. */
  private async shortenGrace(): Promise<void> {
    const { anyone, finance } = this.story;
    const { body: fees } = await anyone.get<{ taxBasisPoints: number; lines: object[] }>(
      `/v1/billing/editions/${this.editionId}/fee-schedule`,
    );
    const { taxBasisPoints, lines } = fees;
    const { body: draft } = await finance.post<{ id: string; version: number }>('/v1/billing/fee-schedules', {
      ...{ editionId: this.editionId, taxBasisPoints, lines, graceDays },
    });
    await finance.post(`/v1/billing/fee-schedules/${draft.id}/publish`, {}, { ifMatch: draft.version });
  }

  /** Runs last for years of business time: applications stay open. */
  private async takeTheDeadlineAway(): Promise<void> {
    const { anyone, shenzhen } = this.story;
    const { body } = await anyone.get<{ items: { id: string; kind: string; version: number }[] }>(
      '/v1/conference/editions/demo/milestones',
    );
    const deadline = body.items.find(({ kind }) => kind === 'exhibition_application_deadline');
    await shenzhen.post(
      `/v1/conference/milestones/${deadline?.id}/move`,
      { at: '2099-01-01T00:00:00+08:00' },
      { ifMatch: deadline?.version ?? 0 },
    );
  }
}
