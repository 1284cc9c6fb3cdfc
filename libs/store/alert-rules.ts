import {
  alertTypes,
  defaultAlertRules,
  isAlertType,
  type AlertRule,
  type AlertRules,
  type AlertType,
} from '#libs/devices/alert-rules.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export type RuleHolder = { readonly locationId: string } | { readonly organisationId: string };

/** A rule in force, and whose it is. */
export interface RuleInForce {
  readonly type: AlertType;
  readonly rule: AlertRule;
  readonly setBy: 'location' | 'organisation' | 'default';
}

interface RuleRow extends AlertRule {
  readonly type: string;
  readonly ofLocation: boolean;
}

const columns = `r.type, r.enabled, r.after_s, r.clear_after_s AS "clearAfter_s", r.threshold_percent, r.mail,
  r.location_id IS NOT NULL AS "ofLocation"`;

/** The rules of a location: its own, else those of the organisation that installed it, else those everybody has. */
export async function alertRulesAt(client: Queryable, locationId: string): Promise<readonly RuleInForce[]> {
  const { rows } = await client.query<RuleRow>(
    `SELECT ${columns} FROM alert_rules r
      WHERE r.location_id = $1
         OR r.organisation_id = (SELECT installed_by_organisation_id FROM locations WHERE id = $1)`,
    [locationId],
  );
  return inForce(rows);
}

/** What locations that an organisation installed have unless they say otherwise. */
export async function alertRulesOf(
  client: Queryable,
  organisationId: string,
): Promise<readonly RuleInForce[]> {
  const { rows } = await client.query<RuleRow>(
    `SELECT ${columns} FROM alert_rules r WHERE r.organisation_id = $1`,
    [organisationId],
  );
  return inForce(rows);
}

const inForce = (rows: readonly RuleRow[]): readonly RuleInForce[] =>
  alertTypes.map((type) => {
    const ofType = rows.filter((row) => row.type === type && isAlertType(row.type));
    const row = ofType.find(({ ofLocation }) => ofLocation) ?? ofType[0];
    if (!row) return { type, rule: defaultAlertRules[type], setBy: 'default' };
    const { enabled, after_s, clearAfter_s, threshold_percent, mail, ofLocation } = row;
    return {
      type,
      rule: { enabled, after_s, clearAfter_s, threshold_percent, mail },
      setBy: ofLocation ? 'location' : 'organisation',
    };
  });

export const rulesByType = (rules: readonly RuleInForce[]): AlertRules =>
  Object.fromEntries(rules.map(({ type, rule }) => [type, rule])) as AlertRules;

const holderColumn = (holder: RuleHolder): readonly [column: string, id: string] =>
  'locationId' in holder ? ['location_id', holder.locationId] : ['organisation_id', holder.organisationId];

export async function setAlertRule(
  client: Queryable,
  holder: RuleHolder,
  type: AlertType,
  rule: AlertRule,
  by: By,
): Promise<void> {
  const [column, id] = holderColumn(holder);
  await client.query(
    `INSERT INTO alert_rules (${column}, type, enabled, after_s, clear_after_s, threshold_percent, mail, set_at, set_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (${column}, type) WHERE ${column} IS NOT NULL DO UPDATE
       SET enabled = $3, after_s = $4, clear_after_s = $5, threshold_percent = $6, mail = $7, set_at = $8, set_by = $9`,
    [
      id,
      type,
      rule.enabled,
      rule.after_s,
      rule.clearAfter_s,
      rule.threshold_percent,
      rule.mail,
      by.at,
      by.personId,
    ],
  );
}

/** Back to what counts without it. */
export async function removeAlertRule(client: Queryable, holder: RuleHolder, type: AlertType): Promise<void> {
  const [column, id] = holderColumn(holder);
  await client.query(`DELETE FROM alert_rules WHERE ${column} = $1 AND type = $2`, [id, type]);
}

/** Devices under changed rules are looked at again at once. */
export async function lookAgain(client: Queryable, holder: RuleHolder, at: Date): Promise<void> {
  const place =
    'locationId' in holder
      ? 'd.location_id = $1'
      : 'd.location_id IN (SELECT id FROM locations WHERE installed_by_organisation_id = $1)';
  await client.query(
    `UPDATE alert_watches w SET look_at = $2 FROM devices d WHERE d.id = w.device_id AND ${place}`,
    [holderColumn(holder)[1], at],
  );
}
