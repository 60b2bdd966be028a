import { setTimeout as sleep } from 'node:timers/promises';
import { regions } from '@ciep/contracts';
import { chineseDate } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import { inOneProcess, type InOneProcess } from '../../../apps/all-in-one/test/start-in-one-process.js';
import type { Caller } from '../../tour/caller.js';
import { Story } from '../../tour/story.js';

const day = 86_400_000;
const placesOfARun = 2;

/** What one run is played with: places of one region, and two booths of its board, that no other run touches. */
export interface Scene {
  readonly regionCode: string;
  readonly portal: Caller;
  readonly editionId: string;
  readonly boardId: string;
  readonly booths: readonly { readonly id: string; readonly number: string }[];
  readonly places: number;
  /** How many places were taken before, and how many beyond them. */
  readonly before: { readonly taken: number; readonly beyond: number };
  /** Price of each booth in fen. */
  readonly gross: number;
  /** Day of the stage on which it began. */
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

/** The platform in this process, its people, and a clock that goes on by days. */
export class ModelStage {
  private today = 0;
  private runs = 0;
  private readonly noon: number;
  readonly exhibitor: Caller;

  private constructor(
    readonly process: InOneProcess,
    readonly story: Story,
    /** How often each request was answered how. */
    readonly asked: ReadonlyMap<string, number>,
    private readonly editionId: string,
    private readonly boards: ReadonlyMap<string, string>,
  ) {
    this.exhibitor = story.employee('exhibitor');
    // At noon in China nothing of a run falls on two days.
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

  /** The date in China some days after the first day of a scene. */
  dateOf({ firstDay }: Scene, days: number): string {
    return chineseDate(new Date(this.noon + (firstDay + days) * day));
  }

  /** The present instant of the business clock. */
  get now(): Date {
    return new Date(this.noon + this.today * day);
  }

  /** The business clock moves on by a day. */
  async nextDay(): Promise<void> {
    this.turnTo(this.today + 1);
    // The clock looks at its file at most every 50 ms.
    await sleep(70);
  }

  /** Two free booths and two places of a region, whatever earlier runs have left behind. */
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

  /** Waits until every due date that has passed was noted and every fact was reacted to. Throws when one was parked. */
  async settle(): Promise<void> {
    let before = '';
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      const looks = [await this.underWay('exhibition'), await this.underWay('billing')];
      const present = JSON.stringify(looks);
      if (looks.some(({ parked }) => parked > 0)) throw new Error(`a reaction was parked: ${present}`);
      const isQuiet = looks.every(({ open }) => open === 0);
      if (isQuiet && present === before) return;
      before = isQuiet ? present : '';
      if (looks[1]?.due) await this.process.platform.running.get('billing')?.runJobs();
      else if (!isQuiet) await sleep(5);
    }
    throw new Error(`facts are still under way: ${before}`);
  }

  private async underWay(service: 'exhibition' | 'billing'): Promise<{ open: number; parked: number; due: number; last: number }> {
    const due =
      service === 'billing'
        ? `(SELECT count(*)::int FROM invoices WHERE due_on < $1 AND overdue_at IS NULL AND status IN ('open', 'partly_paid'))`
        : '0';
    const [row] = await this.database(service).query<{ open: number; parked: number; due: number; last: number }[]>(
      `SELECT (SELECT count(*)::int FROM outbox WHERE published_at IS NULL AND parked_at IS NULL) + (SELECT count(*)::int FROM inbox WHERE status = 'waiting') + ${due} AS open,
              (SELECT count(*)::int FROM inbox WHERE status = 'parked') + (SELECT count(*)::int FROM outbox WHERE parked_at IS NOT NULL) AS parked,
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

  /** Runs last for years of the business clock: applications stay open. */
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
