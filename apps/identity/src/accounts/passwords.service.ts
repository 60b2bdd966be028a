import { hash, verify } from '@node-rs/argon2';
import { HttpRefusal } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../secrets/secrets.service.js';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each running hash takes 19 MiB and a thread of the pool. */
const atOnce = 4;
/** About a second of work; longer queues get an immediate refusal. */
const mostWaiting = 100;

/** Too many passwords are waiting to be checked. */
export class TooBusy extends HttpRefusal {
  constructor() {
    super({
      status: 503,
      code: 'service.busy',
      text: { zh: '登录请求过多，请稍后再试。', en: 'Too many people are logging in; try again in a moment.' },
      headers: { 'retry-after': '2' },
    });
  }
}

/** Hashes and checks passwords with argon2id and a pepper, which no database backup contains unencrypted. Throws `TooBusy`. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private dummy: Promise<string> | undefined;

  constructor(private readonly secrets: Secrets) {}

  async hash(password: string): Promise<string> {
    const secret = await this.secrets.get('passwords');
    return this.oneOfFew(() => hash(normal(password), { ...cost, secret }));
  }

  /** Whether the password matches. Without a hash it takes as long and returns false, so that timing does not reveal unknown accounts. */
  async fits(password: string, passwordHash: string | undefined): Promise<boolean> {
    const secret = await this.secrets.get('passwords');
    this.dummy ??= this.hash('no account has this password');
    const against = passwordHash ?? (await this.dummy);
    const fitting = await this.oneOfFew(() => verify(against, normal(password), { secret }));
    return fitting && passwordHash !== undefined;
  }

  private async oneOfFew<R>(work: () => Promise<R>): Promise<R> {
    if (this.waiting.length >= mostWaiting) throw new TooBusy();
    if (this.running >= atOnce) await new Promise<void>(resolve => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

/** Normalised, so that the same characters give the same bytes on every keyboard. */
const normal = (password: string): string => password.normalize('NFKC');
