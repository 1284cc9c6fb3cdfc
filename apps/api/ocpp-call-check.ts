import { rawCall } from '#libs/protocols/ocppj/raw-call.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import { ocppVersions } from '#libs/protocols/ocppj/version.js';

/** Why no OCPP version would carry this message; null when one does. */
export function fitsNoVersion(message: string, payload: Readonly<Record<string, unknown>>): string | null {
  const reasons: string[] = [];
  for (const version of ocppVersions) {
    const call = rawCall(schemasOf(version), message, payload);
    if (call.kind === 'call') return null;
    if (call.kind === 'unsupported') reasons.push(call.reason);
  }
  // The last one speaks of the newest version; what an older one found wrong with its own message says more.
  return reasons.find((reason) => !reason.includes('has no message')) ?? reasons[0] ?? null;
}
