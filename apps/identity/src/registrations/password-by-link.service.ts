import type { Database, Tx } from '@ciep/platform';
import type { LinkOwner, Links } from './links.service.js';
import { LinkUsed } from './registration.errors.js';

/** The two parts of a mailed link. */
export interface LinkParts {
  readonly id: string;
  readonly code: string;
}

/** A use case that the holder of a mailed link completes by choosing a password. `link` is the number of the link. */
export interface CompletedByLink {
  check(of: { id: string; link: number }, tx: Tx): Promise<unknown>;
  choose(of: { id: string; link: number; password: string }, tx: Tx): Promise<string>;
  execute(of: { id: string; link: number; passwordHash: string; address: string }, tx: Tx): Promise<unknown>;
}

/** What the page behind a mailed link asks. Its methods throw as the use case does. */
export abstract class ByLink<UseCase extends Pick<CompletedByLink, 'check'>> {
  protected constructor(
    protected readonly owner: LinkOwner,
    protected readonly useCase: UseCase,
    protected readonly links: Links,
    protected readonly database: Database,
  ) {}

  /** The number of a link that is still valid. */
  async check({ id, code }: LinkParts): Promise<number> {
    const link = await this.links.read(this.owner, id, code);
    await this.database.transaction(tx => this.useCase.check({ id, link }, tx));
    return link;
  }

  /** Whether the link has been used. */
  async isDone(parts: LinkParts): Promise<boolean> {
    try {
      await this.check(parts);
      return false;
    } catch (error) {
      if (error instanceof LinkUsed) return true;
      throw error;
    }
  }
}

/** What the page behind a mailed link does, where its holder chooses a password. */
export abstract class PasswordByLink extends ByLink<CompletedByLink> {
  /** Throws also `PasswordLengthWrong` and `PasswordTooCommon`. `address` is the network of the person. */
  async complete({ id, code }: LinkParts, { password, address }: { password: string; address: string }): Promise<void> {
    const link = await this.check({ id, code });
    // Hashing is slow: not while the second transaction holds locks.
    const passwordHash = await this.database.transaction(tx => this.useCase.choose({ id, link, password }, tx));
    await this.database.transaction(tx => this.useCase.execute({ id, link, passwordHash, address }, tx));
  }
}
