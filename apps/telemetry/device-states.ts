import { initialDeviceState, type DeviceState } from '#libs/devices/device-state.js';
import type { DeviceStateRow, DeviceStateStore } from '#libs/store/telemetry/device-state-store.js';
import type { Clock } from '#libs/units/clock.js';
import type { DeviceKind } from '#libs/devices/common-state.js';

export interface SpeakingDevice {
  readonly deviceId: string;
  readonly siteId: string;
  readonly deviceKind: DeviceKind;
}

interface Entry {
  locationId: string;
  state: DeviceState;
}

/** Devices whose state stays in memory; the least recently used make room and are read again when they speak. */
const cachedDevices = 50_000;

/** The states of the devices that speak, reduced in memory and written behind, each device at most once per interval. */
export class DeviceStates {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly dirty = new Map<string, Entry>();
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: DeviceStateStore,
    private readonly clock: Clock,
  ) {}

  async peek(device: SpeakingDevice): Promise<DeviceState> {
    return (await this.entry(device)).state;
  }

  async change(device: SpeakingDevice, reduce: (state: DeviceState) => DeviceState): Promise<void> {
    const entry = await this.entry(device);
    const before = entry.state;
    entry.state = reduce(before);
    if (entry.state === before && entry.locationId === device.siteId) return;
    entry.locationId = device.siteId;
    this.dirty.set(device.deviceId, entry);
  }

  /** Writes every changed state; resolves when those changed so far are stored. */
  save(): Promise<void> {
    // One save at a time: an older state must not overtake a newer one.
    const next = this.saving.catch(() => undefined).then(() => this.saveDirty());
    this.saving = next;
    return next;
  }

  private async saveDirty(): Promise<void> {
    if (this.dirty.size === 0) return;
    const batch = new Map(this.dirty);
    this.dirty.clear();
    const updatedAt = new Date(this.clock.now());
    const rows: DeviceStateRow[] = [...batch].map(([deviceId, { locationId, state }]) => ({
      deviceId,
      locationId,
      state,
      updatedAt,
    }));
    try {
      await this.store.save(rows);
    } catch (error) {
      for (const [deviceId, entry] of batch) this.dirty.set(deviceId, entry);
      throw error;
    }
    this.makeRoom();
  }

  private entry(device: SpeakingDevice): Promise<Entry> {
    const { deviceId } = device;
    let entry = this.entries.get(deviceId);
    if (entry) {
      this.entries.delete(deviceId);
    } else {
      entry = this.load(device);
      entry.catch(() => this.entries.delete(deviceId));
    }
    // Put at the end: the map's order is the order of last use.
    this.entries.set(deviceId, entry);
    return entry;
  }

  /** Only after a save, when what is forgotten can be read again as it was. */
  private makeRoom(): void {
    for (const deviceId of this.entries.keys()) {
      if (this.entries.size <= cachedDevices) return;
      if (!this.dirty.has(deviceId)) this.entries.delete(deviceId);
    }
  }

  private async load({ deviceId, siteId, deviceKind }: SpeakingDevice): Promise<Entry> {
    const stored = await this.store.load(deviceId);
    const state = stored?.kind === deviceKind ? stored : initialDeviceState(deviceKind);
    return { locationId: siteId, state };
  }
}
