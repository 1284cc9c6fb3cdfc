import type { WiredConnector } from '#libs/allocation/topology.js';
import type { Clock } from '#libs/units/clock.js';
import type { Random } from '../physics/random.js';
import type { CredentialMemory } from './credential-memory.js';
import type { ClientCertificate } from './destination.js';
import type { RelayModel } from './phase-relay.js';
import type { Protocol, SecurityProfile } from './protocol.js';

/** Everything a simulated charger must be told. */
export interface ChargerOptions {
  readonly identity: string;
  /** From the factory. */
  readonly secret: string;
  readonly memory: CredentialMemory;
  readonly ocppUrl: string;
  /** Where it goes with security profile 2 or 3; null: the same address with wss. */
  readonly secureUrl: string | null;
  readonly protocol: Protocol;
  readonly securityProfile: SecurityProfile;
  /** Roots (PEM) it trusts from the factory; none: those Node.js ships. */
  readonly trustedRoots: readonly string[];
  /** Its certificate from the factory, for security profile 3. */
  readonly clientCertificate: ClientCertificate | null;
  /** Whether it sends BootNotification after each lost connection, or only after a start. */
  readonly bootsOnReconnect: boolean;
  readonly connectors: readonly WiredConnector[];
  readonly voltage_V: number;
  /** How much faster than real time batteries and meters fill. */
  readonly energyScale: number;
  readonly clock: Clock;
  readonly random: Random;
  /** The relay of connectors that switch between one line and three. */
  readonly relay: RelayModel;
  readonly backoff: { readonly initial_ms: number; readonly maximum_ms: number };
  readonly callTimeout_ms: number;
  /** How long a reset keeps it away. */
  readonly reboot_ms: number;
}
