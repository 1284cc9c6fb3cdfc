import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../ocppj/schema.js';
import type { TransactionEventRequest } from './payloads.js';
import { transactionFacts } from './transaction-facts.js';

const started: TransactionEventRequest = {
  eventType: 'Started',
  timestamp: '2026-01-05T08:00:00Z',
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'T-1', chargingState: 'EVConnected' },
  evse: { id: 2, connectorId: 1 },
  idToken: { idToken: 'CARD', type: 'ISO14443' },
  meterValue: [{ timestamp: '2026-01-05T08:00:00Z', sampledValue: [{ value: 100 }] }],
};
const ended: TransactionEventRequest = {
  ...started,
  eventType: 'Ended',
  seqNo: 7,
  triggerReason: 'StopAuthorized',
};

describe('what a TransactionEvent adds to its transaction (OCPP 2.0.1 E)', () => {
  it('E01: a start names everything', () => {
    expect(schemasOf('ocpp2.0.1').checkRequest('TransactionEvent', started)).toBeNull();
    expect(transactionFacts(started)).toEqual({
      stationTransactionId: 'T-1',
      sequence: 0,
      kind: 'Started',
      evse: 2,
      startingToken: 'CARD',
      firstRegister_Wh: 100,
      lastRegister_Wh: 100,
      chargingState: 'EVConnected',
      stopReason: null,
    });
  });

  it('E02: a start by the cable names neither token nor energy', () => {
    const { idToken, meterValue, evse, ...bare } = started;
    expect([idToken, meterValue, evse]).not.toContain(undefined);
    expect(transactionFacts(bare)).toMatchObject({
      evse: null,
      startingToken: null,
      firstRegister_Wh: null,
      lastRegister_Wh: null,
    });
  });

  it.each([
    ['the end', ended],
    ['E07: a stop that is authorised before it ends', { ...ended, eventType: 'Updated' as const }],
    ['E05: a token that is not accepted', { ...started, triggerReason: 'Deauthorized' }],
    ['no authorisation', { ...started, idToken: { idToken: '', type: 'NoAuthorization' } }],
  ])('%s does not say whose transaction it is', (_name, request) => {
    expect(transactionFacts(request).startingToken).toBeNull();
  });

  it('an end without reason is Local, with one it is that; other events have none', () => {
    expect(transactionFacts(ended).stopReason).toBe('Local');
    const remote = { ...ended, transactionInfo: { ...ended.transactionInfo, stoppedReason: 'Remote' } };
    expect(transactionFacts(remote).stopReason).toBe('Remote');
    expect(transactionFacts({ ...remote, eventType: 'Updated' }).stopReason).toBeNull();
  });

  it.each([0, -1, 256])('EVSE %d is none a car can stand at', (id) => {
    expect(transactionFacts({ ...started, evse: { id } }).evse).toBeNull();
  });
});
