import { describe, expect, it } from '@jest/globals';
import { parseVariableKey, variableKey } from './variable-key.js';

describe('keys of device model variables (OCPP 2.0.1 part 1, 4)', () => {
  it.each([
    [
      'OCPPCommCtrlr.HeartbeatInterval',
      { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } },
    ],
    [
      'OCPPCommCtrlr.MessageTimeout[Default]',
      { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'MessageTimeout', instance: 'Default' } },
    ],
    [
      'Fan[left.1].Active@2',
      { component: { name: 'Fan', instance: 'left.1', evse: { id: 2 } }, variable: { name: 'Active' } },
    ],
    [
      'Connector.AvailabilityState@1.2',
      {
        component: { name: 'Connector', evse: { id: 1, connectorId: 2 } },
        variable: { name: 'AvailabilityState' },
      },
    ],
    [
      'A[b].C[d@e]@3',
      { component: { name: 'A', instance: 'b', evse: { id: 3 } }, variable: { name: 'C', instance: 'd@e' } },
    ],
  ])('%s', (key, place) => {
    expect(parseVariableKey(key)).toEqual(place);
    expect(variableKey(place)).toBe(key);
  });

  it.each(['', 'HeartbeatInterval', '.X', 'X.', 'X.Y@', 'X.Y@one', 'X[.Y', 'X[].Y', 'X.Y[', 'X.Y@1.'])(
    '%p is none',
    (key) => {
      expect(parseVariableKey(key)).toBeNull();
    },
  );
});
