import type { Answer } from '../protocol.js';
import type { Station } from '../station.js';
import type { Transactions201 } from './transactions.js';

export interface DisplayMessage {
  readonly id: number;
  readonly priority: string;
  readonly state?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  readonly transactionId?: string;
  readonly message: { readonly format: string; readonly content: string };
}

const supportedFormats = ['ASCII', 'UTF8', 'URI'];
const messagesPerReport = 5;

/** What stands on the station's display, by number (OCPP 2.0.1 O01 to O06). */
export class Display {
  private readonly messages = new Map<number, DisplayMessage>();

  set(message: DisplayMessage): void {
    this.messages.set(message.id, message);
  }

  clear(id: number): boolean {
    return this.messages.delete(id);
  }

  /** Those still to be shown: not past their end, and their transaction still runs. */
  current(now_ms: number, runs: (transactionId: string) => boolean): DisplayMessage[] {
    for (const { id, endDateTime, transactionId } of this.messages.values()) {
      const over = endDateTime !== undefined && Date.parse(endDateTime) <= now_ms;
      if (over || (transactionId !== undefined && !runs(transactionId))) this.messages.delete(id);
    }
    return [...this.messages.values()];
  }
}

/** What the handlers need of the station. */
interface DisplayOwner {
  readonly display: Display;
  readonly station: Station;
  readonly transactions: Transactions201;
}

/** OCPP 2.0.1 O01, O02, O06. */
export function setDisplayMessage(
  { display, transactions }: DisplayOwner,
  { message }: { readonly message: DisplayMessage },
): Answer {
  if (!supportedFormats.includes(message.message.format)) return { status: 'NotSupportedMessageFormat' };
  const { transactionId } = message;
  if (transactionId !== undefined && !transactions.byId(transactionId))
    return { status: 'UnknownTransaction' };
  display.set(message);
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 O05. */
export function clearDisplayMessage({ display }: DisplayOwner, { id }: { readonly id: number }): Answer {
  return { status: display.clear(id) ? 'Accepted' : 'Unknown' };
}

interface DisplayRequest {
  readonly requestId: number;
  readonly id?: readonly number[];
  readonly priority?: string;
  readonly state?: string;
}

/** OCPP 2.0.1 O03, O04: the messages follow in NotifyDisplayMessages. */
export function getDisplayMessages(
  { display, station, transactions }: DisplayOwner,
  { requestId, id, priority, state }: DisplayRequest,
): Answer {
  const chosen = display
    .current(station.now_ms(), (transactionId) => transactions.byId(transactionId) !== null)
    .filter(
      (message) =>
        (id?.includes(message.id) ?? true) &&
        (priority ?? message.priority) === message.priority &&
        (state === undefined || state === message.state),
    );
  if (chosen.length === 0) return { status: 'Unknown' };
  station.wire.permit('NotifyDisplayMessages');
  station.afterAnswer(() => {
    for (let from = 0; from < chosen.length; from += messagesPerReport)
      station.say('NotifyDisplayMessages', {
        requestId,
        tbc: from + messagesPerReport < chosen.length,
        messageInfo: chosen.slice(from, from + messagesPerReport),
      });
  });
  return { status: 'Accepted' };
}

/** OCPP 2.0.1 I02: the running total of a transaction, for the driver to see. */
export function costUpdated(
  { transactions }: DisplayOwner,
  request: { readonly totalCost: number; readonly transactionId: string },
): Answer {
  const transaction = transactions.byId(request.transactionId);
  if (transaction) transaction.totalCost = request.totalCost;
  return {};
}
