import { describe, expect, it } from '@jest/globals';
import {
  mostInterruptions,
  stepUpdate,
  updatePatience_ms,
  waitingUpdate,
  type FirmwareUpdate,
  type UpdateEvent,
} from './firmware-update.js';

const terms = { version: '2.0', retries: 1, retryPause_ms: 1_000 };
let at = 0;
const offered = (requestId: number): UpdateEvent => ({ type: 'offered', requestId, at: ++at });
const told = (code: string): UpdateEvent => ({ type: 'told', code, requestId: null, at: ++at });
const booted = (firmwareVersion: string): UpdateEvent => ({ type: 'booted', firmwareVersion, at: ++at });
const after = (...events: UpdateEvent[]): FirmwareUpdate =>
  events.reduce((update, event) => stepUpdate(update, event, terms), waitingUpdate(0));

describe('the update of one device', () => {
  it('OCPP 2.0.1 L01: goes on with each status and is done with the boot into the promised version', () => {
    const states: string[] = [];
    let update = waitingUpdate(0);
    for (const event of [
      offered(1),
      told('DownloadScheduled'),
      told('Downloading'),
      told('Downloaded'),
      told('SignatureVerified'),
      told('InstallScheduled'),
      told('Installing'),
      told('InstallRebooting'),
      booted('2.0'),
      told('Installed'),
    ])
      states.push((update = stepUpdate(update, event, terms)).state);
    expect(states.join(' ')).toBe(
      'offered offered downloading downloaded downloaded downloaded installing rebooting done done',
    );
  });

  it('OCPP 1.6 4.5: a charger that boots out of Installing into the promised version is done', () => {
    expect(after(offered(1), told('Installing'), booted('2.0'))).toMatchObject({ state: 'done' });
  });

  it('OCPP 1.6 4.5: its word `Installed` is not enough; another version than promised is a failed attempt', () => {
    const claims = after(offered(1), told('Downloading'), told('Installed'));
    expect(claims.state).toBe('rebooting');
    const wrong = stepUpdate(claims, booted('1.9'), terms);
    expect(wrong).toMatchObject({ state: 'waiting', attempt: 1, reason: 'wrong-version' });
    const late = { type: 'time', at: claims.since + (updatePatience_ms.rebooting ?? 0) + 1 } as const;
    expect(stepUpdate(claims, late, terms).reason).toBe('version-not-confirmed');
  });

  it('OTA not resumed: a restart in the middle costs no attempt and the image is offered again at once', () => {
    const interrupted = after(offered(1), told('Downloading'), booted('1.0'));
    expect(interrupted).toMatchObject({
      state: 'waiting',
      attempt: 0,
      interruptions: 1,
      reason: 'interrupted',
    });
    expect(interrupted.notBefore).toBe(at);
    let update = interrupted;
    for (let round = 1; round <= mostInterruptions; round++) {
      expect(update.state).toBe('waiting');
      for (const event of [offered(round + 1), told('Downloading'), booted('1.0')])
        update = stepUpdate(update, event, terms);
    }
    expect(update).toMatchObject({ state: 'failed', reason: 'keeps-restarting' });
  });

  it('OTA not resumed: a restart counts from when the charger agreed, not while the offer is on its way', () => {
    expect(after(offered(1), booted('1.0')).state).toBe('offered');
    const taken: UpdateEvent = { type: 'taken', at: ++at };
    expect(after(offered(1), taken, booted('1.0'))).toMatchObject({
      state: 'waiting',
      reason: 'interrupted',
    });
  });

  it('tries again after a pause that doubles, as often as asked for, and then has failed', () => {
    const twice = { ...terms, retries: 2 };
    let update = waitingUpdate(0);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      for (const event of [offered(attempt), told('DownloadFailed')])
        update = stepUpdate(update, event, twice);
      pauses.push(update.notBefore - update.since);
    }
    expect(update).toMatchObject({ state: 'failed', reason: 'download-failed', attempt: 3 });
    expect(pauses.slice(0, 2)).toEqual([1_000, 2_000]);
  });

  it('OCPP 2.0.1 L01.FR.20: what belongs to an earlier request changes nothing', () => {
    const update = after(offered(7));
    const stray: UpdateEvent = { type: 'told', code: 'InstallationFailed', requestId: 6, at: ++at };
    expect(stepUpdate(update, stray, terms)).toBe(update);
  });

  it('T6: a command that was dropped because the right had gone skips the device', () => {
    const dropped: UpdateEvent = { type: 'not-taken', why: 'dropped', at: ++at };
    expect(after(offered(1), dropped)).toMatchObject({ state: 'skipped', reason: 'right-gone' });
  });

  it('an offer that never reached the device is no attempt, one it declined is', () => {
    const expired: UpdateEvent = { type: 'not-taken', why: 'expired', at: ++at };
    expect(after(offered(1), expired)).toMatchObject({ state: 'waiting', attempt: 0 });
    const rejected: UpdateEvent = { type: 'not-taken', why: 'rejected', at: ++at };
    expect(after(offered(1), rejected)).toMatchObject({ state: 'waiting', attempt: 1, reason: 'declined' });
  });

  it('a device that runs the version already is skipped, or done when it was offered before', () => {
    expect(after(booted('2.0'))).toMatchObject({ state: 'skipped', reason: 'already-there' });
    expect(after(offered(1), told('DownloadFailed'), booted('2.0'))).toMatchObject({ state: 'done' });
  });

  it('a device that falls silent fails its attempt in every state', () => {
    for (const code of ['DownloadScheduled', 'Downloading', 'Downloaded', 'Installing']) {
      const update = after(offered(1), told(code));
      const patience_ms = updatePatience_ms[update.state] ?? 0;
      const still: UpdateEvent = { type: 'time', at: update.since + patience_ms };
      expect(stepUpdate(update, still, terms)).toBe(update);
      const late: UpdateEvent = { type: 'time', at: update.since + patience_ms + 1 };
      expect(stepUpdate(update, late, terms)).toMatchObject({ state: 'waiting', reason: 'silent' });
    }
  });
});
