import { WebSocket } from 'ws';

/** A client as plain as can be: one call under way, answers matched by arrival. */
export class StationClient {
  private next = 0;
  private waiting: ((answer: unknown[]) => void) | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as unknown[];
      // Calls of the central system are answered so that it is not kept waiting; nothing here needs them.
      if (frame[0] === 2) socket.send(JSON.stringify([4, frame[1], 'NotSupported', '', {}]));
      else this.waiting?.(frame);
    });
    socket.on('error', () => undefined);
  }

  /** Rejects when the door does not open. */
  static open(url: string, subprotocol: string, authorization: string | null): Promise<StationClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, [subprotocol], {
        ...(authorization === null ? {} : { headers: { authorization } }),
        perMessageDeflate: false,
      });
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new StationClient(socket));
      });
    });
  }

  /** Milliseconds from the call to its answer; rejects when the answer is an error. */
  call(action: string, payload: object): Promise<number> {
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      this.waiting = (frame) => {
        this.waiting = null;
        if (frame[0] === 3) resolve(performance.now() - begun);
        else reject(new Error(`${action} was answered ${JSON.stringify(frame)}`));
      };
      this.socket.send(JSON.stringify([2, `m${++this.next}`, action, payload]));
    });
  }
}

export const boot = { chargePointVendor: 'Nordlys', chargePointModel: 'One' };

export const basic = (identity: string, secret: string): string =>
  `Basic ${Buffer.from(`${identity}:${secret}`).toString('base64')}`;

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
