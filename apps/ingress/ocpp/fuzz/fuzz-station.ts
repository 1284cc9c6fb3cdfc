import { WebSocket } from 'ws';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import type { OcppVersion } from '#libs/protocols/ocppj/version.js';
import { basicAuthentication } from '../../harness-charger.js';
import type { SeededDevice } from '../../ingress-harness.js';
import { errorCodes, expectedAnswer } from './expected-answer.js';
import { excerpt, FuzzFailure } from './failure.js';
import { texts } from './frames.js';
import { mutate, textOf } from './mutations.js';
import type { FuzzMessage } from './plan.js';
import type { Random } from './random.js';
import { ValidPayloads } from './schema-values.js';

interface Due {
  readonly message: FuzzMessage;
  /** The action whose answer it may be; null: only an error is right. */
  readonly action: string | null;
}

const batchDeadline_ms = 30_000;

/** A station that says anything, one socket long, and keeps account of every answer it is owed. */
export class FuzzStation {
  private due = new Map<string, Due[]>();
  private received = new Map<string, string[]>();
  private failure: FuzzFailure | null = null;
  private barrier = '';
  private reached = () => undefined as void;
  private current: readonly FuzzMessage[] = [];
  private random: Random | null = null;

  private constructor(
    private readonly version: OcppVersion,
    private readonly socket: WebSocket,
    private readonly marker: string,
  ) {
    socket.on('message', (data: Buffer) => this.hear(data.toString('utf8')));
    socket.on('close', (code: number) => this.fail(null, `the socket was closed with ${code}`));
    socket.on('error', (error) => this.fail(null, `the socket broke: ${error.message}`));
  }

  static open(
    port: number,
    device: SeededDevice,
    version: OcppVersion,
    marker: string,
  ): Promise<FuzzStation> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${device.identity}`, [version], {
      headers: { authorization: basicAuthentication(device) },
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => resolve(new FuzzStation(version, socket, marker)));
    });
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.terminate();
  }

  /** Sends all at once, waits until a heartbeat behind them is answered, and throws what was wrong with the answers. */
  async run(messages: readonly FuzzMessage[], random: Random): Promise<void> {
    this.due = new Map();
    this.received = new Map();
    this.current = messages;
    this.random = random;
    this.barrier = `end-${messages[0]?.number ?? 0}`;
    for (const message of messages) {
      const expected = expectedAnswer(this.version, message.text);
      if (expected.kind === 'silence') continue;
      const action = expected.kind === 'answer' ? expected.action : null;
      this.due.set(expected.id, [...(this.due.get(expected.id) ?? []), { message, action }]);
    }
    const first = messages[0]?.number ?? null;
    await new Promise<void>((resolve) => {
      const late = setTimeout(
        () => this.fail(first, `a batch was not answered within ${batchDeadline_ms} ms`),
        batchDeadline_ms,
      );
      this.reached = () => {
        clearTimeout(late);
        resolve();
      };
      if (this.failure) return this.reached();
      for (const { text } of messages) this.socket.send(text);
      this.socket.send(JSON.stringify([2, this.barrier, 'Heartbeat', {}]));
    });
    for (const [id, due] of this.due) this.settle(id, due);
    for (const [id, answers] of this.received)
      if (!this.due.has(id)) this.fail(first, `an answer for the id ${id} that nobody used: ${answers[0]}`);
    if (this.failure) throw this.failure;
  }

  private settle(id: string, due: readonly Due[]): void {
    const answers = this.received.get(id) ?? [];
    const last = due.at(-1);
    if (last && answers.length !== due.length)
      this.fail(last.message.number, `${due.length} calls ${id} got ${answers.length} answers`);
    // Errors for what is no call overtake the answers, so that only calls are held against their actions one by one.
    const ordered = due.every(({ action }) => action !== null);
    for (const [index, text] of answers.entries()) {
      const cause = due[index] ?? last;
      if (cause) this.judge(text, cause.message, ordered ? [cause.action] : due.map(({ action }) => action));
    }
  }

  private judge(text: string, { number }: FuzzMessage, actions: readonly (string | null)[]): void {
    const answer = JSON.parse(text) as unknown[];
    if (answer[0] === 3) {
      const { checkResponse } = schemasOf(this.version);
      const refusals = actions.map((action) =>
        action === null ? { description: 'it was no call' } : checkResponse(action, answer[2]),
      );
      if (answer.length === 3 && refusals.some((refusal) => refusal === null)) return;
      return this.fail(number, `the answer breaks its schema (${refusals[0]?.description}): ${text}`);
    }
    const [, , code, description, details] = answer;
    const proper =
      answer.length === 5 &&
      typeof code === 'string' &&
      errorCodes[this.version].has(code) &&
      typeof description === 'string' &&
      description.length <= 255 &&
      typeof details === 'object' &&
      details !== null;
    if (!proper) this.fail(number, `the error is not one of ${this.version}: ${text}`);
  }

  private hear(text: string): void {
    if (text.includes(this.marker)) this.fail(null, `an answer repeats a secret: ${excerpt(text)}`);
    const [type, id] = JSON.parse(text) as [number, string];
    if (type === 2) return this.answerBack(text);
    if (id === this.barrier) return this.reached();
    this.received.set(id, [...(this.received.get(id) ?? []), text]);
  }

  /** The edge calls too, and gets answers as bad as everything else. */
  private answerBack(text: string): void {
    const [, id, action, payload] = JSON.parse(text) as [number, string, string, unknown];
    const refusal = schemasOf(this.version).checkRequest(action, payload);
    if (refusal) this.fail(null, `the edge's own ${action} breaks its schema: ${refusal.description}`);
    const { random, marker } = this;
    if (!random) return;
    const setting = { random, marker, number: this.current[0]?.number ?? 0 };
    const valid = new ValidPayloads(random, texts(setting)).payload(this.version, action, 'response') ?? {};
    const body = () =>
      textOf(random.chance(0.5) ? valid : mutate(structuredClone(valid), random, marker), random);
    const answers = [
      () => `[3,"${id}",${body()}]`,
      () => `[3,"${id}",${body()}]`,
      () => `[4,"${id}","${marker}","${marker}",${body()}]`,
      () => `[3,"${id}"]`,
    ];
    for (let left = random.of([0, 1, 1, 2]); left > 0; left--) {
      const answer = random.of(answers)();
      // One that OCPP 2.0.1 answers under -1 would upset the account of the batch; the batch has its own of those.
      const harmless = expectedAnswer(this.version, answer).kind === 'silence' && answer.length < 100_000;
      if (harmless) this.socket.send(answer);
    }
  }

  private fail(number: number | null, what: string): void {
    const message = this.current.find((each) => each.number === number);
    const sent = message ? `\n  sent: ${excerpt(message.text)}` : '';
    this.failure ??= new FuzzFailure(number ?? this.current[0]?.number ?? null, `${what}${sent}`);
    this.reached();
  }
}
