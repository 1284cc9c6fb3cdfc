import type { ClientCertificate, Destination } from './destination.js';
import type { SecurityProfile } from './protocol.js';

/** One way to reach a central system. */
export interface Way {
  readonly url: string;
  readonly securityProfile: SecurityProfile;
  readonly password: string;
  readonly clientCertificate: ClientCertificate | null;
}

/**
 * How the charger gets in, and its way back: a new password, certificate, security profile or address is tried from the
 * next connection on, and given up for the old one when it is refused (OCPP 1.6 whitepaper A01, OCPP 2.0.1 A01, A05, B10).
 */
export class Access {
  private fallback: Way | null = null;
  private refusals = 0;

  constructor(
    private current: Way,
    private readonly trustedRoots: () => readonly string[],
    /** How many refusals a new way is given. */
    private readonly attempts: number,
  ) {}

  get way(): Way {
    return this.current;
  }

  destination(): Destination {
    return { ...this.current, trustedRoots: this.trustedRoots() };
  }

  change(change: Partial<Way>): void {
    this.fallback ??= this.current;
    this.current = { ...this.current, ...change };
    this.refusals = 0;
  }

  /** Takes note of something that the connection of today does not need: there is nothing to try. */
  keep(change: Partial<Way>): void {
    this.current = { ...this.current, ...change };
    if (this.fallback) this.fallback = { ...this.fallback, ...change };
  }

  /** The way it left the factory with; nothing else is known any more. */
  toFactory(way: Way): void {
    this.current = way;
    this.fallback = null;
    this.refusals = 0;
  }

  /** The connection stands: the old way is forgotten. */
  proven(): void {
    this.fallback = null;
    this.refusals = 0;
  }

  /** Answers whether the charger just went back to its old way. */
  refused(): boolean {
    this.refusals++;
    if (!this.fallback || this.refusals < this.attempts) return false;
    this.current = this.fallback;
    this.fallback = null;
    this.refusals = 0;
    return true;
  }
}
