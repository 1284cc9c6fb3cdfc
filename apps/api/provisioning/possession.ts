import { Inject, Injectable } from '@nestjs/common';
import { parseClaimText, readPin, readSerial, type Sticker } from '#libs/contracts/claim-text.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import {
  countWrongPin,
  factoryDevice,
  forgetWrongPins,
  lockingWrongPins,
  type FactoryDevice,
} from '#libs/store/factory-devices.js';
import { forgetGuess, tryGuess } from '#libs/store/guesses.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { FactoryPins } from './factory-pins.js';

/** T1: for each account, each address and each serial. */
const wrongPins = { times: 10, within_ms: 15 * 60_000 };

/** What a person read from the sticker: typed, or scanned. */
export type Shown = Sticker | { readonly code: string };

export interface Guesser {
  readonly personId: string;
  /** Where the request came from. */
  readonly address: string;
}

/** Whether somebody holds the device: NB-70, T1. */
@Injectable()
export class Possession {
  constructor(
    @Inject(FactoryPins) private readonly pins: FactoryPins,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The device, when the PIN is its own; otherwise one answer for an unknown serial, a wrong PIN and a device that was
   * guessed at a hundred times. Call it within `evenly`: what was found on the way must not show in the time either.
   */
  async prove(guesser: Guesser, shown: Shown): Promise<FactoryDevice> {
    const sticker = stickerOf(shown);
    const at = new Date(this.clock.now());
    const subjects = [
      `claim account ${guesser.personId}`,
      `claim address ${guesser.address}`,
      `claim serial ${sticker.serial}`,
    ];
    if (!(await tryGuess(this.pool, subjects, wrongPins, at))) {
      throw problemWith('too-many-requests', 'PINs can be tried again in a quarter of an hour.');
    }
    const device = await factoryDevice(this.pool, sticker.serial);
    const right = this.pins.matches(sticker, device?.pinHash ?? null);
    if (!device || !right) {
      await countWrongPin(this.pool, sticker.serial);
      throw problem('wrong-serial-or-pin');
    }
    if (device.wrongPins >= lockingWrongPins) throw problem('wrong-serial-or-pin');
    await forgetWrongPins(this.pool, sticker.serial);
    await forgetGuess(this.pool, subjects, at);
    return device;
  }
}

function stickerOf(shown: Shown): Sticker {
  if (!('code' in shown)) return { serial: readSerial(shown.serial), pin: readPin(shown.pin) };
  const read = parseClaimText(shown.code);
  if (!read.ok) throw problem('unreadable-claim');
  return read.value;
}
