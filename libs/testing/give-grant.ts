import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { changeEntitlements, type EntitlementChange } from '#libs/store/entitlement-log.js';
import { endGrant, insertGrant, unlimited, type NewGrant } from '#libs/store/grants.js';
import type { By } from '#libs/store/organisations.js';
import type { SharingStage } from './sharing-stage.js';

/** An organisation gives another a role, without the requests that lead there. Answers the grant. */
export function giveGrant(
  stage: SharingStage,
  grant: Pick<NewGrant, 'place' | 'organisationId' | 'role' | 'grantedByOrganisationId'> & Partial<NewGrant>,
): Promise<string> {
  return change(stage, (work, by) => insertGrant(work, { ...unlimited, personId: null, ...grant }, by));
}

/** Takes it back, with everything passed on from it. */
export async function takeGrant(stage: SharingStage, grantId: string): Promise<void> {
  await change(stage, (work, by) => endGrant(work, grantId, 'revoked', by));
}

/** By Ada, seen by every check after it. */
async function change<Value>(
  stage: SharingStage,
  work: (work: EntitlementChange, by: By) => Promise<Value>,
): Promise<Value> {
  const { personId } = stage.ada;
  const at = stage.clock.now();
  const { value, sequence } = await changeEntitlements(
    stage.world.database.pool,
    { actorPersonId: personId, at },
    (each) => work(each, { personId, at: new Date(at) }),
  );
  await stage.world.app.get<Gate>(GATE).caughtUp(sequence);
  return value;
}
