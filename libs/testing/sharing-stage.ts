import type { DynamicModule } from '@nestjs/common';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { startHttpWorldAt, type Answer, type Caller, type HttpWorld } from './http-world.js';
import { ManualClock } from './manual-clock.js';
import { waitFor } from './wait-for.js';

export interface Invitation {
  readonly invitationId: string;
  readonly code: string;
  readonly expiresAt: string;
}

/** A world in which Ada administers Volt, which installs, Pia is somebody else, and the test moves the time. */
export class SharingStage {
  private constructor(
    readonly world: HttpWorld,
    readonly clock: ManualClock,
    readonly ada: Caller,
    readonly pia: Caller,
    readonly volt: string,
  ) {}

  static async open(modules: readonly DynamicModule[]): Promise<SharingStage> {
    const clock = new ManualClock(epochMilliseconds(Date.now()));
    const world = await startHttpWorldAt(clock, modules, { attemptsPerMinute: 1_000, authEndpoint: 'here' });
    const [ada, pia] = [await world.signUp('Ada'), await world.signUp('Pia')];
    return new SharingStage(world, clock, ada, pia, await organise(ada, 'Volt'));
  }

  close(): Promise<void> {
    return this.world.close();
  }

  async install(name: string): Promise<string> {
    const body = { name, timeZone: 'Europe/Oslo', organisationId: this.volt };
    return (await this.ada.post('/v1/locations', body)).as<{ locationId: string }>(201).locationId;
  }

  /** Ada invites. */
  async invite(locationId: string, body: object): Promise<Invitation> {
    return (await this.ada.post(`/v1/locations/${locationId}/invitations`, body)).as<Invitation>(202);
  }

  async pending(locationId: string): Promise<readonly Invitation[]> {
    const answer = await this.ada.get(`/v1/locations/${locationId}/invitations`);
    return answer.as<{ items: Invitation[] }>(200).items;
  }

  async rows(statement: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    return (await this.world.database.pool.query(statement, [...values])).rows;
  }

  /** Moves time and waits until the snapshot of rights is fresh by the new clock. */
  async pass(duration_ms: number): Promise<void> {
    this.clock.advance(milliseconds(duration_ms));
    await waitFor('fresh rights', () => this.world.app.get<Gate>(GATE).staleness_ms() < 1_000);
  }
}

export const organise = async (who: Caller, name: string): Promise<string> =>
  (await who.post('/v1/organisations', { name })).as<{ organisationId: string }>(201).organisationId;

export const keyOf = async (who: Caller, organisationId: string): Promise<string> =>
  (await who.get(`/v1/organisations/${organisationId}/key`)).as<{ key: string }>(200).key;

export const redeem = (who: Caller, code: string): Promise<Answer> =>
  who.post('/v1/me/invitations/redeem', { code });

export const sees = async (who: Caller, locationId: string): Promise<boolean> =>
  (await who.get(`/v1/locations/${locationId}`)).status === 200;

/** The stable code of a refusal. */
export const problemOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
