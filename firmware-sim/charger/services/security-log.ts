export interface SecurityEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly techInfo?: string;
}

/**
 * Security events in the order they happened. Critical ones reach the central system however long that takes
 * (whitepaper A04, OCPP 2.0.1 A04.FR.02); all of them go into the security log.
 */
export class SecurityLog {
  readonly events: SecurityEvent[] = [];
  private readonly untold: SecurityEvent[] = [];

  note(event: SecurityEvent): void {
    this.events.push(event);
    this.untold.push(event);
  }

  /** Hands over what has not been told yet; the caller returns what it could not deliver. */
  takeUntold(): SecurityEvent[] {
    return this.untold.splice(0);
  }

  giveBack(event: SecurityEvent): void {
    this.untold.unshift(event);
  }
}
