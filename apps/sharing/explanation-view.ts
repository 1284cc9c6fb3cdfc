import type { z } from 'zod';
import type { explanationSchema } from '#libs/contracts/http/grant-routes.js';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { Decision, Missing } from '#libs/entitlements/decide.js';
import type { Proof } from '#libs/entitlements/proof.js';
import type { PersonId } from '#libs/units/identifiers.js';

export type Explanation = z.input<typeof explanationSchema>;

const sentences: Readonly<Record<Missing['requirement'], string>> = {
  'right-of-role': 'This access does not include the right.',
  'right-of-member-role': "The access includes it, but the member's own role in the organisation does not.",
  'right-of-grant': 'This access was given for other things only.',
  'outside-hours': 'This access opens at other times of the week.',
  'chain-ended': 'The access this one was passed on from has ended or does not reach here.',
  'granter-lost-right': 'Whoever gave this access has no say here any more.',
  expired: 'The time of this access is over.',
  suspended: 'The location has a new owner, who has not confirmed this access yet.',
};

/** A decision in the words of the API. */
export function explanationView(person: PersonId, action: LocationAction, decision: Decision): Explanation {
  if (decision.allowed) {
    const { proof, role, extent } = decision;
    return {
      action,
      personId: person,
      allowed: true,
      by: {
        kind: proof.kind,
        id: idOf(proof),
        role,
        organisationId: organisationOf(proof),
        expiresAt:
          proof.kind === 'grant' && proof.expiresAt !== null ? new Date(proof.expiresAt).toISOString() : null,
        extent,
      },
      missing: [],
    };
  }
  const missing: Explanation['missing'] = decision.nearly.flatMap(({ proof, missing }) =>
    missing
      ? [
          {
            requirement: missing.requirement,
            kind: proof.kind,
            id: idOf(proof),
            sentence: sentences[missing.requirement],
          },
        ]
      : [],
  );
  if (missing.length === 0) {
    missing.push({
      requirement: 'access-to-location',
      kind: 'grant',
      id: null,
      sentence: 'Nothing connects this person with the location; share it with them.',
    });
  }
  return { action, personId: person, allowed: false, by: null, missing };
}

function idOf(proof: Proof): string {
  switch (proof.kind) {
    case 'owner':
      return proof.personId;
    case 'membership':
      return proof.membershipId;
    case 'grant':
      return proof.grantId;
  }
}

function organisationOf(proof: Proof): string | null {
  if (proof.kind === 'membership') return proof.organisationId;
  return proof.kind === 'grant' ? (proof.through?.organisationId ?? null) : null;
}
