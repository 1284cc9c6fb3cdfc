import { encodeError, encodeResult } from '#libs/protocols/ocppj/frame.js';
import type { CallRefusal } from '#libs/protocols/ocppj/call-error.js';
import type { OcppSchemas } from '#libs/protocols/ocppj/schema.js';
import { tolerate, type Deviation, type Tolerance } from '#libs/protocols/ocppj/tolerance.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import { AnswerFirst, CallRefused, type ActionTable } from './call-handler.js';

export interface Arrival {
  readonly messageId: string;
  readonly action: string;
  readonly payload: unknown;
  /** The same for the same message only. */
  readonly fingerprint: string;
  readonly receivedAt: number;
}

export interface InboundPorts {
  readonly actions: ActionTable;
  readonly schemas: OcppSchemas;
  /** What may be put right in the payloads of this charger. */
  readonly tolerates: (arrival: Arrival) => ReadonlySet<Tolerance>;
  readonly deviated: (arrival: Arrival, deviations: readonly Deviation[]) => void;
  readonly device: RegisteredDevice;
  readonly replayedAnswers: number;
  readonly send: (text: string) => boolean;
  /** After the answer is on the socket. */
  readonly answered: (arrival: Arrival) => void;
  readonly refused: (arrival: Arrival, refusal: CallRefusal) => void;
  readonly failed: (arrival: Arrival, error: unknown) => void;
  readonly replayed: (arrival: Arrival) => void;
  /** How many calls wait, whenever that changes. */
  readonly backlog: (calls: number) => void;
}

/** The charger's calls, one after the other in the order they came, each answered exactly once. */
export class InboundCalls {
  private readonly queue: Arrival[] = [];
  private readonly answers = new Map<string, string>();
  private running: Promise<void>;

  /** Nothing is handled before `ready`, the word that the connection is announced. */
  constructor(
    private readonly ports: InboundPorts,
    ready: Promise<void>,
  ) {
    this.running = ready;
  }

  accept(arrival: Arrival): void {
    this.queue.push(arrival);
    this.ports.backlog(this.queue.length);
    if (this.queue.length === 1) this.running = this.running.then(() => this.run());
  }

  /** Resolves when nothing is being handled; what still waits is dropped, the charger will repeat it. */
  async stop(): Promise<void> {
    this.queue.length = Math.min(this.queue.length, 1);
    await this.running;
  }

  private async run(): Promise<void> {
    for (let arrival = this.queue[0]; arrival; arrival = this.queue[0]) {
      await this.answer(arrival);
      this.queue.shift();
      this.ports.backlog(this.queue.length);
    }
  }

  private async answer(arrival: Arrival): Promise<void> {
    const stored = this.answers.get(arrival.fingerprint);
    if (stored !== undefined) {
      this.ports.replayed(arrival);
      this.ports.send(stored);
      return;
    }
    try {
      const request = this.judge(arrival);
      const handle = this.ports.actions[arrival.action] as ActionTable[string];
      const result = await handle({
        device: this.ports.device,
        receivedAt: arrival.receivedAt,
        request: request as never,
      });
      const first = result instanceof AnswerFirst ? result : null;
      const answer = encodeResult(arrival.messageId, first?.answer ?? result);
      this.remember(arrival, answer);
      this.ports.send(answer);
      this.ports.answered(arrival);
      if (first) await this.tellAfterwards(arrival, first);
    } catch (error) {
      this.answerError(arrival, error);
    }
  }

  /** The charger has its answer; what is lost here comes back from the journal. */
  private async tellAfterwards(arrival: Arrival, { afterwards }: AnswerFirst): Promise<void> {
    try {
      await afterwards();
    } catch (error) {
      this.ports.failed(arrival, error);
    }
  }

  /** The payload as its handler wants it; throws CallRefused. */
  private judge(arrival: Arrival): unknown {
    const { schemas } = this.ports;
    if (!schemas.actions.has(arrival.action))
      throw new CallRefused({
        code: 'NotImplemented',
        description: `This action is not part of ${schemas.version}`,
      });
    if (!Object.hasOwn(this.ports.actions, arrival.action))
      throw new CallRefused({
        code: 'NotSupported',
        description: 'This action is known but not supported here',
      });
    const tolerated = tolerate(schemas, arrival.action, arrival.payload, this.ports.tolerates(arrival));
    if (!tolerated.ok) throw new CallRefused(tolerated.refusal);
    if (tolerated.deviations.length > 0) this.ports.deviated(arrival, tolerated.deviations);
    return tolerated.payload;
  }

  private answerError(arrival: Arrival, error: unknown): void {
    if (error instanceof CallRefused) {
      const { code, description } = error.refusal;
      const answer = encodeError(arrival.messageId, code, description);
      this.remember(arrival, answer);
      this.ports.send(answer);
      this.ports.refused(arrival, error.refusal);
      return;
    }
    // Not remembered: the charger's next attempt may well succeed.
    this.ports.send(
      encodeError(arrival.messageId, 'InternalError', 'The call could not be processed, send it again later'),
    );
    this.ports.failed(arrival, error);
  }

  /**
   * Under the whole message, not its id alone: a station that uses an id again for something else gets the answer to that,
   * never the transaction of an earlier call.
   */
  private remember({ fingerprint }: Arrival, answer: string): void {
    this.answers.set(fingerprint, answer);
    if (this.answers.size <= this.ports.replayedAnswers) return;
    const [oldest] = this.answers.keys();
    if (oldest !== undefined) this.answers.delete(oldest);
  }
}
