import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { EventQueue } from './event-queue.js';
import { SimulatedStation } from './simulated-station.js';
import { SimulatedStore } from './simulated-store.js';
import type { ToCharger } from './wire.js';

let queue: EventQueue;
let said: ToCharger[];
let observed: DeviceEvent[];
let station: SimulatedStation;

const limit = (limitId: string, transactionId: number | null, leaseUntil: number | null): Limit => ({
  limitId,
  siteId: 's',
  deviceId: 'c',
  connector: 1,
  transactionId,
  current_A: 6,
  numberPhases: null,
  ownerEpoch: 1,
  issuedAt: 0,
  leaseUntil,
  reason: { code: 'node-full', nodeId: null, phase: null, source: 'fuse' },
});

const answers = () =>
  observed.flatMap((event) => (event.type === 'limit-answered' ? [`${event.limitId} ${event.outcome}`] : []));
const calls = () => said.filter(({ type }) => type === 'profile');

beforeEach(() => {
  queue = new EventQueue(0);
  said = [];
  observed = [];
  station = new SimulatedStation({
    deviceId: 'c',
    queue,
    store: new SimulatedStore('s', {
      nodes: [],
      transformers: [],
      connectors: [],
      margin_A: 0,
      assumedBase_A: [0, 0, 0],
      step_A: 1,
    }),
    say: (message) => said.push(message),
    observe: (event) => observed.push(event),
    answerOf: (outcome) => outcome,
  });
});

describe('SimulatedStation', () => {
  it('says nothing for a charger that is not there, and "undelivered" before it has booted', () => {
    station.send(limit('a', 7, 60_000));
    expect(answers()).toEqual([]);
    station.opened();
    station.send(limit('b', 7, 60_000));
    expect(answers()).toEqual(['b undelivered']);
  });

  it('OCPP 1.6J 4.1.1: one call at a time; the latest limit of a session takes the place of one that waits', () => {
    station.opened();
    station.hear({ type: 'boot' });
    for (const id of ['a', 'b', 'c']) station.send(limit(id, 7, 60_000));
    expect(calls()).toHaveLength(1);
    expect(answers()).toEqual(['b undelivered']);
    station.hear({ type: 'answer', callId: 1, status: 'Accepted' });
    expect(calls()).toHaveLength(2);
    station.hear({ type: 'answer', callId: 3, status: 'Rejected' });
    expect(answers()).toEqual(['b undelivered', 'a accepted', 'c rejected']);
  });

  it('I1: takes a limit that the bus delivers twice only once', () => {
    station.opened();
    station.hear({ type: 'boot' });
    for (const id of ['a', 'b', 'b']) station.send(limit(id, 7, 60_000));
    expect(answers()).toEqual([]);
    station.hear({ type: 'answer', callId: 1, status: 'Accepted' });
    station.hear({ type: 'answer', callId: 2, status: 'Accepted' });
    expect(answers()).toEqual(['a accepted', 'b accepted']);
    expect(calls()).toHaveLength(2);
  });

  it('calls a limit without an answer unknown after its deadline, and takes no late answer', () => {
    station.opened();
    station.hear({ type: 'boot' });
    station.send(limit('a', 7, 60_000));
    queue.runUntil(10_000);
    expect(answers()).toEqual(['a unknown']);
    station.hear({ type: 'answer', callId: 1, status: 'Accepted' });
    expect(answers()).toEqual(['a unknown']);
  });

  it('ends what was under way with the connection; an old loss never ends a newer connection', () => {
    station.opened();
    station.hear({ type: 'boot' });
    station.send(limit('a', 7, 60_000));
    station.send(limit('b', null, null));
    station.opened();
    expect(answers()).toEqual(['a unknown', 'b undelivered']);
    station.noticedLoss(1);
    expect(station.isOpen).toBe(true);
    station.noticedLoss(2);
    expect(station.isOpen).toBe(false);
  });

  it('answers a repeated StartTransaction with the same id and tells of it once', () => {
    station.opened();
    station.hear({ type: 'boot' });
    station.hear({ type: 'start', session: 1 });
    station.hear({ type: 'start', session: 1 });
    expect(said.filter(({ type }) => type === 'started')).toEqual([
      { type: 'started', session: 1, transactionId: 1 },
      { type: 'started', session: 1, transactionId: 1 },
    ]);
    expect(observed.filter(({ type }) => type === 'transaction-started')).toHaveLength(1);
  });
});
