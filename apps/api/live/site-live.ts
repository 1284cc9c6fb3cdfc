import type { LiveDevice, LiveSite, LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import {
  applyLimit,
  initialDeviceState,
  reduceDevice,
  type DeviceState,
} from '#libs/devices/device-state.js';
import { presence } from '#libs/devices/presence.js';
import type { Device } from '#libs/store/devices.js';
import { liveDevice, liveSite } from './live-view.js';

/** What is stored of a site when it is first asked for. */
export interface StoredSite {
  readonly devices: readonly Device[];
  readonly states: ReadonlyMap<string, DeviceState>;
  readonly topology: SiteTopologyDocument | null;
  readonly timeZone: string;
}

/** What changed since the last look. */
export interface LiveChanges {
  readonly devices: readonly LiveDevice[];
  readonly site: LiveSite | null;
}

/** The present state of one site: what was stored, folded with everything said since. Pure but for its own memory. */
export class SiteLive {
  private readonly devices = new Map<string, Device>();
  private readonly states = new Map<string, DeviceState>();
  private readonly changed = new Set<string>();
  private readonly shownPresence = new Map<string, string>();
  private topology: SiteTopologyDocument | null = null;
  private timeZone = 'UTC';
  private shownSite = '';

  constructor(
    readonly locationId: string,
    stored: StoredSite,
  ) {
    this.update(stored);
    for (const [deviceId, state] of stored.states)
      if (this.devices.has(deviceId)) this.states.set(deviceId, state);
  }

  /** Devices or topology were edited; what the devices said stays. */
  update(stored: Omit<StoredSite, 'states'>): void {
    this.topology = stored.topology;
    this.timeZone = stored.timeZone;
    this.devices.clear();
    for (const device of stored.devices) {
      this.devices.set(device.deviceId, device);
      this.changed.add(device.deviceId);
    }
  }

  observe({ deviceId, deviceTime, receivedAt, event }: Observation): void {
    this.apply(deviceId, (state) => reduceDevice(state, { deviceTime, receivedAt, event }));
  }

  limit(limit: Limit): void {
    this.apply(limit.deviceId, (state) => applyLimit(state, limit));
  }

  snapshot(now: number): LiveSnapshot {
    return {
      locationId: this.locationId,
      at: new Date(now).toISOString(),
      site: this.site(now),
      devices: [...this.devices.values()].map((device) => this.view(device, now)),
    };
  }

  /** What is different since the last call: what was said, and who fell silent meanwhile. */
  takeChanges(now: number): LiveChanges {
    const devices: LiveDevice[] = [];
    for (const device of this.devices.values()) {
      const present = presence(this.stateOf(device), now);
      if (!this.changed.has(device.deviceId) && this.shownPresence.get(device.deviceId) === present) continue;
      this.shownPresence.set(device.deviceId, present);
      devices.push(this.view(device, now));
    }
    this.changed.clear();
    const site = this.site(now);
    const text = JSON.stringify(site);
    const siteChanged = text !== this.shownSite;
    this.shownSite = text;
    return { devices, site: siteChanged ? site : null };
  }

  private view(device: Device, now: number): LiveDevice {
    const nameOf = (nodeId: string): string | null =>
      this.topology?.nodes.find((node) => node.nodeId === nodeId)?.name ?? null;
    return liveDevice(device, this.stateOf(device), { nameOf, timeZone: this.timeZone }, now);
  }

  private site(now: number): LiveSite | null {
    return this.topology && liveSite(this.topology, (deviceId) => this.states.get(deviceId), now);
  }

  private stateOf(device: Device): DeviceState {
    return this.states.get(device.deviceId) ?? initialDeviceState(device.kind);
  }

  private apply(deviceId: string, change: (state: DeviceState) => DeviceState): void {
    const device = this.devices.get(deviceId);
    if (!device) return;
    const before = this.stateOf(device);
    const after = change(before);
    if (after === before) return;
    this.states.set(deviceId, after);
    this.changed.add(deviceId);
  }
}
