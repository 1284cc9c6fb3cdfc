import { Inject, Injectable } from '@nestjs/common';
import type { HubSettings } from '#libs/contracts/command.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import { liveServicesOn } from '#libs/store/services.js';
import { DeviceStateStore } from '#libs/store/telemetry/device-state-store.js';
import { readTwin, type TwinRow } from '#libs/store/twins.js';
import type { Clock } from '#libs/units/clock.js';

/** Carrying what people set on one alarm hub over to the hub that replaces it. */
@Injectable()
export class HubConfiguration {
  private readonly devices: DeviceRepository;
  private readonly states: DeviceStateStore;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.devices = new DeviceRepository(pool);
    this.states = new DeviceStateStore(pool);
  }

  /**
   * Wishes of the other hub what is wished of this one and the names of its sub-devices. AJ-35: not while a service of
   * either is active, expiring or stopping. Whoever asks needs the right to configure both.
   */
  async transfer(person: Principal, fromDeviceId: string, toDeviceId: string): Promise<TwinRow> {
    const allowed = await this.gate.check(person, 'comfort', { kind: 'device', id: toDeviceId });
    if (!allowed.ok) throw problem(allowed.error);
    if (fromDeviceId === toDeviceId) throw problem('same-hub');
    const [from, to] = await Promise.all([this.devices.byId(fromDeviceId), this.devices.byId(toDeviceId)]);
    if (from?.kind !== 'hub' || to?.kind !== 'hub') throw problem('wrong-device-kind');
    const services = await liveServicesOn(this.pool, [fromDeviceId, toDeviceId], new Date(this.clock.now()));
    if (services.length > 0) throw problem('services-active');
    const hub = await this.configurationOf(fromDeviceId);
    if (Object.keys(hub).length === 0) throw problem('nothing-to-transfer');
    const wished = await this.gate.desire(person, {
      deviceId: toDeviceId,
      settings: { hub },
      expectedVersion: null,
    });
    if (!wished.ok) throw problem(wished.error);
    return wished.value;
  }

  private async configurationOf(deviceId: string): Promise<HubSettings> {
    const { desired, reported } = await readTwin(this.pool, deviceId);
    const state = await this.states.load(deviceId);
    const told = state?.kind === 'hub' ? (state.subDevices?.list ?? []) : [];
    const settings = { ...reported.hub, ...desired.hub };
    const subDeviceNames = {
      ...Object.fromEntries(told.filter(({ name }) => name !== '').map(({ id, name }) => [id, name])),
      ...settings.subDeviceNames,
    };
    return Object.keys(subDeviceNames).length === 0 ? settings : { ...settings, subDeviceNames };
  }
}
