import { limitProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import { commandCall, commandOutcome, configurationValues } from '#libs/protocols/ocpp16/command-call.js';
import { isKeptHere, keptHereReason } from '#libs/protocols/ocppj/kept-here.js';
import { rawCall } from '#libs/protocols/ocppj/raw-call.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import type { Dialect } from '../dialect.js';
import { inboundActions, type ActionPorts } from './actions.js';

/** OCPP 1.6J with the Security Whitepaper. */
export function dialect16(ports: ActionPorts): Dialect {
  const schemas = schemasOf('ocpp1.6');
  return {
    schemas,
    actions: inboundActions(ports),
    limitPayload: async (_device, limit) => limitProfile(limit),
    commandCall: async (_device, request) => {
      if (isKeptHere(request)) return { kind: 'no-wire', reason: keptHereReason(request.action) };
      if (request.action === 'ocpp-call') return rawCall(schemas, request.message, request.payload);
      return commandCall(request);
    },
    commandOutcome: (_action, answer) => commandOutcome(answer),
    reportedConfiguration: (action, answer) =>
      action === 'GetConfiguration' ? configurationValues(answer) : null,
    question: async () => null,
  };
}
