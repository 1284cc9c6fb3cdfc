import type { Connector } from './connector.js';
import type { Outbox } from './outbox.js';
import type { Answer } from './protocol.js';
import type { BootAnswer, BootReason } from './registration.js';

/** A protocol edition: how what happens at a charger is told, and what the central system may ask. */
export interface Dialect {
  /** What must reach the central system in order, however long it takes. */
  readonly outbox: Outbox;
  sendBoot(reason: BootReason): Promise<BootAnswer>;
  sendHeartbeat(): void;
  /** Answers one command that passed the official schema, or throws the CALLERROR for it. */
  answer(action: string, payload: Record<string, unknown>): Promise<Answer>;
  /** The central system accepted the charger: everything it should know is said again. */
  accepted(): void;
  /** The charger starts anew; what waited for that takes effect. */
  restarting(): void;
  /** Reads the card that waits at a connector. */
  readCard(connector: Connector): Promise<void>;
  pluggedIn(connector: Connector): void;
  /** The cable is about to leave. */
  unplugged(connector: Connector): void;
  /** Once per tick, connected or not. */
  tick(now_ms: number): void;
  /** Once per tick while the central system listens. */
  report(): void;
  /** Asks the central system to sign a new key for the connection. */
  requestCertificate(): Promise<Answer>;
  /** Asks the central system about a card without starting anything. */
  authorize(token: string): Promise<Answer>;
  /** A status message of the whole charger, or of one connector. */
  sendStatus(connectorId: number): void;
  sendMeterValues(connectorId: number): void;
  /** Somebody else on site changed what the whole charger may take; null lifts it. */
  limitFromOutside(limit_A: number | null): void;
}
