import {
  EventPattern,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { MessageOf, Topic } from '#libs/contracts/topics.js';
import type { Bus, Subscription } from '../bus.js';
import { allPartitions } from '../partition.js';

interface Consumed {
  readonly topic: Topic;
  readonly group: string | null;
}

/**
 * Marks a controller method as the handler of a topic: `@Consume('observations', 'telemetry')`. `group` keeps progress
 * over restarts; null gets what is published from now on. The delivery counts as done when the returned promise resolves;
 * a rejection repeats it.
 */
export const Consume = (topic: Topic, group: string | null): MethodDecorator =>
  EventPattern({ topic, group } satisfies Consumed);

/**
 * Nest's transport over the bus, for handlers that follow every partition. Nest's own Redis transport is publish/subscribe
 * and forgets what nobody listened to. Handlers of owned partitions use the bus port, because ownership comes and goes.
 */
export class BusTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private subscriptions: Subscription[] = [];

  constructor(private readonly bus: Bus) {
    super();
  }

  listen(started: (error?: unknown) => void): void {
    this.subscribeAll().then(() => started(), started);
  }

  async close(): Promise<void> {
    const subscriptions = this.subscriptions;
    this.subscriptions = [];
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  }

  on(): void {
    // The bus reconnects by itself and has no events of its own to tell.
  }

  unwrap<T>(): T {
    return this.bus as T;
  }

  private async subscribeAll(): Promise<void> {
    const handlers = [...this.messageHandlers];
    this.subscriptions = await Promise.all(
      handlers.map(([pattern, handler]) => this.subscribe(pattern, handler)),
    );
  }

  private subscribe(pattern: string, handler: MessageHandler): Promise<Subscription> {
    const { topic, group } = JSON.parse(pattern) as Consumed;
    return this.bus.consume({
      topic,
      group,
      partitions: allPartitions,
      handler: async ({ message }) => {
        // Nest chains several handlers of one pattern.
        for (let next: MessageHandler | undefined = handler; next; next = next.next)
          await settle(next, message);
      },
    });
  }
}

async function settle(handler: MessageHandler, message: MessageOf<Topic>): Promise<void> {
  const result: unknown = await handler(message);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
