import { epochMilliseconds } from '#libs/units/quantities.js';
import { ordinaryCar } from '../../physics/car.js';
import { Random } from '../../physics/random.js';
import { Charger } from '../charger.js';
import { noCredentialMemory } from '../credential-memory.js';
import type { ChargerOptions } from '../charger-options.js';
import { ordinaryRelay } from '../phase-relay.js';
import type { Protocol } from '../protocol.js';
import { StrictCsms } from './strict-csms.js';

export const quickCar = { ...ordinaryCar, reaction_s: 0.2, ramp_A_per_s: 50 };

const connector = (number: number): ChargerOptions['connectors'][number] => ({
  deviceId: 'device',
  connector: number,
  nodeId: 'grid',
  wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
  maximum_A: 32,
  minimum_A: 6,
  weight: 1,
  priority: 0,
  switchesPhases: false,
});

export const chargerOptions = (protocol: Protocol, port: number): ChargerOptions => ({
  identity: 'CP-1',
  secret: 'a secret of sixteen',
  memory: noCredentialMemory,
  ocppUrl: `ws://127.0.0.1:${port}`,
  secureUrl: null,
  protocol,
  securityProfile: 1,
  trustedRoots: [],
  clientCertificate: null,
  bootsOnReconnect: true,
  connectors: [connector(1), connector(2)],
  voltage_V: 230,
  energyScale: 1,
  clock: { now: () => epochMilliseconds(Date.now()) },
  random: new Random(1),
  relay: ordinaryRelay,
  backoff: { initial_ms: 20, maximum_ms: 100 },
  callTimeout_ms: 2_000,
  reboot_ms: 20,
});

/** A strict central system and one charger on it, with a clock that runs 20 times faster for the cars. */
export class ChargerBench {
  readonly csms = new StrictCsms(null);
  charger!: Charger;
  private ticker: NodeJS.Timeout | null = null;

  constructor(private readonly protocol: Protocol) {}

  async start(change: Partial<ChargerOptions>): Promise<void> {
    await this.csms.start(0);
    this.charger = new Charger({ ...chargerOptions(this.protocol, this.csms.port), ...change });
    this.charger.start();
    this.ticker = setInterval(() => this.charger.tick(0.2), 10);
  }

  async stop(): Promise<void> {
    if (this.ticker) clearInterval(this.ticker);
    await this.charger.stop();
    await this.csms.stop();
  }

  /** Everything that broke an official schema, on either side. */
  violations(): unknown[] {
    return [...this.csms.schemaErrors, ...this.charger.record.violations];
  }

  call(method: string, params: object): Promise<Record<string, unknown>> {
    return this.csms.call('CP-1', method, params);
  }
}
