import type { MessageOf, Topic } from '#libs/contracts/topics.js';

/** One message as a consumer sees it. `offset` is opaque and rises within its partition. */
export interface Delivery<T extends Topic> {
  readonly topic: T;
  readonly partition: number;
  readonly offset: string;
  readonly message: MessageOf<T>;
}

export interface Consumption<T extends Topic> {
  readonly topic: T;
  readonly partitions: readonly number[];
  /**
   * Name under which progress is kept. After a restart the consumer goes on behind the last message whose handler
   * resolved. Null: nothing is kept, only messages published from now on arrive.
   */
  readonly group: string | null;
  /** Called for one message of a partition at a time, in order. A rejection repeats the same message after a pause. */
  readonly handler: (delivery: Delivery<T>) => Promise<void>;
}

export interface Subscription {
  /** Resolves when no handler runs any more. */
  close(): Promise<void>;
}

/**
 * Ordered per partition, at least once, to every group once and to every group-less consumer.
 * Not promised: order across partitions or topics, exactly-once, delivery of messages older than the adapter's retention.
 */
export interface Bus {
  /** Resolves when the message is stored by the adapter. The partition follows from the message's site. */
  publish<T extends Topic>(topic: T, message: MessageOf<T>): Promise<void>;
  /** Resolves when the consumption has begun: what is published afterwards arrives. */
  consume<T extends Topic>(consumption: Consumption<T>): Promise<Subscription>;
  close(): Promise<void>;
}
