import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { Station } from './station.js';

/** The chargers connected to this instance, one connection each: the one with the highest epoch. */
export class Stations {
  private readonly byDevice = new Map<string, Station>();
  /** Every connection whose end is not yet on the bus, replaced ones included. */
  private readonly open = new Set<Station>();

  get(deviceId: string): Station | undefined {
    return this.byDevice.get(deviceId);
  }

  ofSite(siteId: string): Station[] {
    return [...this.byDevice.values()].filter(({ device }) => device.siteId === siteId);
  }

  get size(): number {
    return this.open.size;
  }

  add(station: Station): void {
    this.open.add(station);
    void this.removeAtEnd(station);
    const other = this.byDevice.get(station.device.deviceId);
    if (other && other.connection.connectionEpoch > station.connection.connectionEpoch)
      return station.close('replaced', 'replaced');
    this.byDevice.set(station.device.deviceId, station);
    other?.close('replaced', 'replaced');
  }

  private async removeAtEnd(station: Station): Promise<void> {
    await station.ended;
    this.open.delete(station);
    // The close of a replaced connection never ends the newer one.
    if (this.byDevice.get(station.device.deviceId) === station) this.byDevice.delete(station.device.deviceId);
  }

  ping(): void {
    for (const station of this.open) station.ping();
  }

  /** Closes the connections that a newer one on another instance has replaced. */
  async closeReplaced(registry: Pick<DeviceRegistry, 'replaced'>): Promise<void> {
    const mine = [...this.byDevice.values()];
    const replaced = await registry.replaced(
      mine.map(({ device, connection }) => ({
        deviceId: device.deviceId,
        connectionEpoch: connection.connectionEpoch,
      })),
    );
    for (const deviceId of replaced) {
      // Only the connection that was asked about: a newer one may have arrived here meanwhile.
      const station = mine.find((each) => each.device.deviceId === deviceId);
      if (station && this.byDevice.get(deviceId) === station) station.close('replaced', 'replaced');
    }
  }

  async drain(): Promise<void> {
    await Promise.all([...this.open].map((station) => station.drain()));
  }
}
