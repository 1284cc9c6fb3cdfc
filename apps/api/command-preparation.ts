import { Inject, Injectable } from '@nestjs/common';
import type { CommandRequest } from '#libs/contracts/command.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { NetworkPassphrases } from '#libs/store/network-passphrases.js';
import type { Pool } from '#libs/store/pool.js';
import { liveServicesOn } from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';
import { fitsNoVersion } from './ocpp-call-check.js';

/** A passphrase outlives its command by this much, for a charger that is being told it at the deadline. */
const spare_ms = 60_000;

/** What a request goes through before the gate decides it. */
@Injectable()
export class CommandPreparation {
  private readonly passphrases: NetworkPassphrases;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.passphrases = new NetworkPassphrases(pool);
  }

  /** The request as it is kept and travels. */
  async prepare(deviceId: string, request: CommandRequest, timeout_ms: number): Promise<CommandRequest> {
    switch (request.action) {
      case 'ocpp-call': {
        // The charger's own version has the last word at the edge; what fits no version at all is told at once.
        const reason = fitsNoVersion(request.message, request.payload);
        if (reason !== null) throw problemWith('not-an-ocpp-call', reason);
        return request;
      }
      case 'factory-reset': {
        // AJ-35: what is billed is stopped first.
        const live = await liveServicesOn(this.pool, [deviceId], new Date(this.clock.now()));
        if (live.length > 0) throw problem('services-active');
        return request;
      }
      case 'set-network': {
        // T10: an id takes the place of the passphrase; an id that came with the request names nothing of the sender's.
        const { passphrase, passphraseId: _, ...kept } = request;
        if (passphrase === undefined) return kept;
        const expiresAt = new Date(this.clock.now() + timeout_ms + spare_ms);
        return { ...kept, passphraseId: await this.passphrases.put(passphrase, expiresAt) };
      }
      default:
        return request;
    }
  }

  /** The gate has refused it. */
  async discard(request: CommandRequest): Promise<void> {
    if (request.action === 'set-network' && request.passphraseId !== undefined)
      await this.passphrases.remove(request.passphraseId);
  }
}
