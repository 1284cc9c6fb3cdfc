import { decide } from '#libs/entitlements/decide.js';
import { within, type DelegationRefusal, type Limits } from '#libs/entitlements/delegation.js';
import type { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import { atLocation, type GrantFact } from '#libs/entitlements/facts.js';
import { deepestChain } from '#libs/entitlements/grant-chain.js';
import { mayAdmit } from '#libs/entitlements/hub-access.js';
import type { Proof } from '#libs/entitlements/proof.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { Work } from './changes.js';

/** What an invitation would give, by the right its issuer has now. */
export interface PassedOn {
  readonly ownershipEpoch: number;
  readonly limits: Limits;
  /** The grant the issuer passes on; null: his right is no grant. */
  readonly parentGrantId: string | null;
  /** For which organisation he has that grant; null: for himself. */
  readonly organisationId: string | null;
}

interface Wish {
  readonly locationId: string;
  readonly role: GrantRole;
  readonly grantExpiresAt: Date | null;
  readonly actions: Limits['actions'];
  readonly hours: Limits['hours'];
  readonly maximumCurrent_A: number | null;
}

/** Null: the issuer may not give that any more. */
export async function passingOn(work: Work, issuer: string, wish: Wish): Promise<PassedOn | null> {
  const target = atLocation(wish.locationId);
  const facts = await readFactsAround(work.client, issuer, target);
  const decision = decide(facts, personId(issuer), 'share', target, work.now);
  const location = facts.location(wish.locationId);
  if (!decision.allowed || !location) return null;
  if (!mayAdmit(decision.role, wish.role, wish.grantExpiresAt !== null).ok) return null;
  const limits = limitsBy(facts, decision.proof, wish);
  if (!limits.ok) return null;
  const { proof } = decision;
  const passes = proof.kind === 'grant' && wish.role === 'partner' ? proof : null;
  return {
    ownershipEpoch: location.ownershipEpoch,
    limits: limits.value,
    parentGrantId: passes?.grantId ?? null,
    organisationId: passes?.through?.organisationId ?? null,
  };
}

/** T5: what is passed on lies within every grant it comes from, and is at most eight grants away from the first. */
export function limitsBy(
  facts: EntitlementTable,
  proof: Proof,
  { grantExpiresAt, actions, hours, maximumCurrent_A }: Omit<Wish, 'locationId' | 'role'>,
): Result<Limits, DelegationRefusal> {
  const expiresAt = grantExpiresAt && epochMilliseconds(grantExpiresAt.getTime());
  let limits: Limits = { expiresAt, actions, hours, maximumCurrent_A };
  if (proof.kind !== 'grant') return ok(limits);
  const chain: GrantFact[] = [];
  for (let next = facts.grant(proof.grantId); next; next = facts.grant(next.parentGrantId ?? ''))
    chain.push(next);
  if (chain.length > deepestChain) return fail('chain-too-deep');
  for (const grant of chain) {
    const narrowed = within(limits, grant);
    if (!narrowed.ok) return narrowed;
    limits = narrowed.value;
  }
  return ok(limits);
}
