import { describe, expect, it } from '@jest/globals';
import { evseStatus, occupiedAs, statusOfTransaction } from './connector-status.js';
import type { ChargingStateName, ConnectorStatusName } from './payloads.js';

const connectors = (...statuses: ConnectorStatusName[]) =>
  statuses.map((status, index) => ({ connector: index + 1, status }));

describe('Occupied is told as what the car does (OCPP 2.0.1 G01, E)', () => {
  it.each<[ChargingStateName | null, boolean, string]>([
    ['Charging', true, 'Charging'],
    ['SuspendedEV', true, 'SuspendedEV'],
    ['SuspendedEVSE', false, 'SuspendedEVSE'],
    ['EVConnected', false, 'Preparing'],
    ['EVConnected', true, 'Finishing'],
    ['Idle', false, 'Preparing'],
    ['Idle', true, 'Finishing'],
    [null, false, 'Preparing'],
  ])('%s, charged before: %s -> %s', (chargingState, hasCharged, status) => {
    expect(occupiedAs({ chargingState, hasCharged })).toBe(status);
  });

  it('without a transaction it prepares', () => {
    expect(occupiedAs(null)).toBe('Preparing');
  });
});

describe('the status of an EVSE with several connectors (OCPP 2.0.1 G01)', () => {
  it.each<[ConnectorStatusName[], string]>([
    [['Available'], 'Available'],
    [['Reserved'], 'Reserved'],
    [['Unavailable'], 'Unavailable'],
    [['Faulted'], 'Faulted'],
    [['Unavailable', 'Occupied'], 'Charging'],
    [['Faulted', 'Occupied'], 'Charging'],
    [['Available', 'Reserved'], 'Reserved'],
    [['Faulted', 'Available'], 'Available'],
    [['Unavailable', 'Available'], 'Available'],
    [['Unavailable', 'Faulted'], 'Faulted'],
  ])('%j -> %s', (statuses, expected) => {
    const transaction = { chargingState: 'Charging' as const, hasCharged: true };
    expect(evseStatus(3, connectors(...statuses), transaction)).toMatchObject({
      type: 'connector-status',
      connector: 3,
      status: expected,
    });
  });

  it('a broken connector beside one that works is a warning that names it', () => {
    expect(evseStatus(3, connectors('Available', 'Faulted'), null)).toMatchObject({
      errorCode: 'OtherError',
      information: 'connector 2 is faulted',
    });
    expect(evseStatus(3, connectors('Faulted'), null)).toMatchObject({
      errorCode: 'OtherError',
      information: undefined,
    });
    expect(evseStatus(3, connectors('Available'), null)).toMatchObject({ errorCode: 'NoError' });
  });
});

describe('what a TransactionEvent says of its EVSE', () => {
  const state = { chargingState: 'EVConnected' as const, hasCharged: true };

  it('while it goes on: the charging state', () => {
    const event = { triggerReason: 'ChargingStateChanged', endReason: null };
    expect(statusOfTransaction(1, event, { ...state, chargingState: 'SuspendedEV' })).toMatchObject({
      connector: 1,
      status: 'SuspendedEV',
      errorCode: 'NoError',
    });
  });

  it('E06: at its end with the cable in, the car is done', () => {
    expect(statusOfTransaction(1, { triggerReason: 'RemoteStop', endReason: 'Remote' }, state)).toMatchObject(
      { status: 'Finishing' },
    );
  });

  it.each([
    ['the cable is out', 'EVCommunicationLost', 'EVDisconnected', 'EVConnected'],
    ['the car has left', 'EVDeparted', 'Local', 'EVConnected'],
    ['the station says Idle', 'StopAuthorized', 'Local', 'Idle'],
    ['a fault ended it', 'AbnormalCondition', 'GroundFault', 'EVConnected'],
  ])('%s: StatusNotification knows better', (_name, triggerReason, endReason, chargingState) => {
    expect(
      statusOfTransaction(
        1,
        { triggerReason, endReason },
        { hasCharged: true, chargingState: chargingState as ChargingStateName },
      ),
    ).toBeNull();
  });
});
