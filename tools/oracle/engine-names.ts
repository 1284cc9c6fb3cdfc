import { grantId, organisationId, personId } from '#libs/units/identifiers.js';

const cache = new Map<number, string>();
/** A UUID for a number; kinds of things do not share numbers. */
function uuid(kind: number, number: number): string {
  const key = kind * 1_000 + number;
  const known = cache.get(key) ?? `00000000-0000-4000-8000-${String(key).padStart(12, '0')}`;
  cache.set(key, known);
  return known;
}
export const nodeOf = (number: number): string => uuid(1, number);
export const organisationOf = (number: number) => organisationId(uuid(2, number));
export const grantOf = (number: number) => grantId(uuid(3, number));
export const membershipOf = (number: number): string => uuid(4, number);
export const personOf = (number: number) => personId(`person ${number}`);
export const emailOf = (number: number): string => `person${number}@example.test`;
export const numberOf = (id: string): number => Number(id.slice(-3));
