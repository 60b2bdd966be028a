import { MessageBus, type Message, type Subscription } from './message-bus.js';

/**
 * The bus of one process: it passes messages directly to the groups that subscribed. `publish` resolves when every group that
 * wants a message has stored it. A group that has ended its subscription still counts, so that a service that stops before the
 * others loses nothing: `publish` then throws, and the relay sends the row after the next start. All groups must have subscribed
 * before the first relay starts. Only one member of a group works; the others stand by.
 */
export class LocalBus extends MessageBus {
  private readonly groups = new Map<string, Subscription[]>();
  private readonly topicsOf = new Map<string, Set<string>>();
  private closed = false;

  override async publish(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    if (this.closed) throw new Error('the bus is closed');
    await Promise.all([...this.groups.keys()].map(group => this.deliver(group, messages)));
  }

  override subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    const { group, topics } = subscription;
    const members = this.groups.get(group) ?? [];
    this.groups.set(group, [...members, subscription]);
    this.topicsOf.set(group, new Set([...(this.topicsOf.get(group) ?? []), ...topics]));
    return Promise.resolve(() => {
      this.groups.set(
        group,
        (this.groups.get(group) ?? []).filter(member => member !== subscription),
      );
      return Promise.resolve();
    });
  }

  override close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private async deliver(group: string, messages: readonly Message[]): Promise<void> {
    const wanted = messages.filter(({ topic }) => this.topicsOf.get(group)?.has(topic));
    if (wanted.length === 0) return;
    const [member] = this.groups.get(group) ?? [];
    if (!member) throw new Error(`${group} no longer has a subscription`);
    await member.store(wanted);
  }
}
