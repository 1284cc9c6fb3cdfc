import { CallRefused } from '../call-handler.js';

/** EVSE and connector numbers travel through the house as 0-255; the schema allows any integer. */
export function requireEvse(evseId: number, connectorId: number): void {
  for (const [field, value] of [
    ['evseId', evseId],
    ['connectorId', connectorId],
  ] as const)
    if (value < 0 || value > 255)
      throw new CallRefused({
        code: 'PropertyConstraintViolation',
        description: `${field} must be between 0 and 255`,
      });
}
