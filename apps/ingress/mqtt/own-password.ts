import { randomUUID } from 'node:crypto';
import type { CommandAnswered } from '#libs/protocols/mqtt/decode.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';
import { CredentialOffers, type CredentialOffersPorts, type OfferVerdict } from '../credential-offers.js';
import type { OwnCredentials } from '../own-credentials.js';
import type { Downlinks } from './downlinks.js';
import type { MqttSession } from './mqtt-session.js';

export interface MqttOwnPasswordPorts extends CredentialOffersPorts {
  readonly credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>;
  readonly downlinks: Pick<Downlinks, 'send'>;
  /** How long a device may take to answer, and then to leave. */
  readonly callTimeout_ms: number;
}

interface Offer {
  /** Stands where the id of a command stands; no command has it. */
  readonly id: string;
  readonly settle: (verdict: OfferVerdict) => void;
}

/**
 * The password of a balancer or hub that was just claimed, offered once on each connection that the one of the factory
 * opened. A device that took it comes back with it by itself; one that lingers is sent away.
 */
export class MqttOwnPassword implements OwnCredentials<MqttSession> {
  private readonly offers: CredentialOffers;
  private readonly given = new WeakMap<MqttSession, Promise<'stays' | 'leaves'>>();
  private readonly open = new WeakMap<MqttSession, Offer>();

  constructor(private readonly ports: MqttOwnPasswordPorts) {
    this.offers = new CredentialOffers(ports);
  }

  /** Asked again on the same connection, it answers what it answered first. */
  give(session: MqttSession): Promise<'stays' | 'leaves'> {
    const before = this.given.get(session);
    if (before) return before;
    // What is not listened to cannot be offered; its subscription may still come.
    if (session.device.bootstrapCredential && !session.listens.has('credential'))
      return Promise.resolve('stays');
    const given = this.offerOnce(session);
    this.given.set(session, given);
    return given;
  }

  /** True: it was the answer to an offer, and no command waits for it. */
  answered(session: MqttSession, { commandId, outcome }: CommandAnswered): boolean {
    const offer = this.open.get(session);
    if (offer?.id !== commandId) return false;
    offer.settle(outcome);
    return true;
  }

  private async offerOnce(session: MqttSession): Promise<'stays' | 'leaves'> {
    const next = await this.offers.make(session.device, () => this.offer(session));
    if (next === 'leaves') {
      const patience = setTimeout(() => session.close('drain'), this.ports.callTimeout_ms);
      session.onEnd(() => clearTimeout(patience));
    }
    return next;
  }

  private async offer(session: MqttSession): Promise<OfferVerdict> {
    const { credentials, downlinks, callTimeout_ms } = this.ports;
    const { deviceId } = session.device;
    const password = await credentials.offerSecret(deviceId);
    const commandId = randomUUID();
    const answer = new Promise<OfferVerdict>((resolve) => {
      this.open.set(session, { id: commandId, settle: resolve });
      const patience = setTimeout(() => resolve('failed'), callTimeout_ms);
      session.onEnd(() => {
        clearTimeout(patience);
        resolve('failed');
      });
    });
    if (!(await downlinks.send(session, { downlink: 'credential', commandId, password }))) return 'failed';
    const verdict = await answer;
    this.open.delete(session);
    if (verdict === 'rejected') await credentials.withdrawSecret(deviceId);
    return verdict;
  }
}
