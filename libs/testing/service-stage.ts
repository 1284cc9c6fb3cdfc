import type { DynamicModule } from '@nestjs/common';
import {
  hire,
  connect,
  installHub,
  insertSim,
  offer,
  registerDealer,
  registerReseller,
  type Hub,
} from './company-steps.js';
import { completeChecklist } from './checklist-steps.js';
import type { Answer, Caller } from './http-world.js';
import { SharingStage } from './sharing-stage.js';

export interface ShownService {
  readonly serviceId: string;
  readonly packageId: string;
  readonly label: string;
  readonly endsAt: string | null;
  readonly timeZone: string;
  readonly reseller: { readonly organisationId: string };
}

/**
 * Dora's Volt Alarm is a dealer with the installer Ivo and the service manager Sam; Rita's Ohm Watch is its reseller in
 * Oslo's time, with one package. It is 20 March 2031, ten o'clock in Greenwich: summer time comes before the month ends.
 */
export class ServiceStage {
  private constructor(
    readonly stage: SharingStage,
    readonly dora: Caller,
    readonly ivo: Caller,
    readonly sam: Caller,
    readonly rita: Caller,
    readonly dealer: string,
    readonly reseller: string,
    readonly packageId: string,
    readonly connectionId: string,
  ) {}

  static async open(modules: readonly DynamicModule[]): Promise<ServiceStage> {
    const stage = await SharingStage.open(modules);
    await stage.pass(Date.UTC(2031, 2, 20, 10) - stage.clock.now());
    const [dora, ivo, sam, rita] = [
      await stage.world.signUp('Dora'),
      await stage.world.signUp('Ivo'),
      await stage.world.signUp('Sam'),
      await stage.world.signUp('Rita'),
    ];
    const dealer = await registerDealer(dora, 'Volt Alarm');
    await hire(dora, dealer, ivo, 'company-installer');
    await hire(dora, dealer, sam, 'service-manager');
    const reseller = await registerReseller(rita, 'Ohm Watch');
    const packageId = await offer(rita, reseller);
    const connectionId = await connect(dora, dealer, rita, reseller);
    return new ServiceStage(stage, dora, ivo, sam, rita, dealer, reseller, packageId, connectionId);
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  /** A hub of the dealer with a SIM of ours. */
  async hub(): Promise<Hub & { readonly iccid: string }> {
    const hub = await installHub(this.ivo, this.dealer);
    await completeChecklist(this.stage.world.database.pool, this.ivo, hub.locationId);
    return { ...hub, iccid: await insertSim(this.ivo, hub.deviceId) };
  }

  activate(who: Caller, deviceId: string, choice: object = {}): Promise<Answer> {
    const path = `/v1/organisations/${this.dealer}/hubs/${deviceId}/services`;
    return who.post(path, { confirmed: true, ...choice });
  }

  /** A hub with an active service. */
  async active(): Promise<Hub & { readonly iccid: string; readonly serviceId: string }> {
    const hub = await this.hub();
    const { serviceId } = (await this.activate(this.ivo, hub.deviceId)).as<ShownService>(201);
    return { ...hub, serviceId };
  }

  command(who: Caller, serviceId: string, command: 'deactivate' | 'resume' | 'stop'): Promise<Answer> {
    return who.post(`/v1/organisations/${this.dealer}/services/${serviceId}/${command}`, { confirmed: true });
  }

  /** The tile of the dealer's list. */
  async tile(
    deviceId: string,
  ): Promise<{ label: string; hasSim: boolean; services: readonly ShownService[] }> {
    const { items } = (await this.dora.get(`/v1/organisations/${this.dealer}/hubs`)).as<{
      items: { deviceId: string; label: string; hasSim: boolean; services: ShownService[] }[];
    }>(200);
    const tile = items.find((each) => each.deviceId === deviceId);
    if (!tile) throw new Error('the hub is not in the list');
    return tile;
  }

  /** The hub's own screen, as the installer sees it. */
  async screen(
    deviceId: string,
  ): Promise<{ label: string; sim: { state: string } | null; services: readonly ShownService[] }> {
    return (await this.ivo.get(`/v1/hubs/${deviceId}/services`)).as(200);
  }

  /** Moves the clock to an instant. */
  at(instant: string): Promise<void> {
    return this.stage.pass(Date.parse(instant) - this.stage.clock.now());
  }
}
