import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { alertRoutes as routes } from '#libs/contracts/http/alert-routes.js';
import { isAlertType, type AlertRule, type AlertType } from '#libs/devices/alert-rules.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import {
  alertRulesAt,
  alertRulesOf,
  lookAgain,
  removeAlertRule,
  setAlertRule,
  type RuleHolder,
  type RuleInForce,
} from '#libs/store/alert-rules.js';
import { acknowledgeAlert, alertById, listAlerts, type AlertRow } from '#libs/store/alerts.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';

@Controller()
export class AlertController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(routes.listAlerts)
  async list({ allowed, params, query }: RouteRequest<typeof routes.listAlerts>) {
    const after = decodeCursor('alerts', [z.number(), z.uuid()], query.cursor);
    const rows = await listAlerts(this.pool, {
      locationId: params.locationId,
      state: query.state ?? null,
      type: query.type ?? null,
      deviceId: query.deviceId ?? null,
      from: allowed.historyFrom === null ? null : new Date(allowed.historyFrom),
      after: after && { raisedAt: new Date(after[0]), alertId: after[1] },
      count: query.limit + 1,
    });
    return pageOf(rows, query.limit, alertView, (row) =>
      encodeCursor('alerts', [row.raisedAt.getTime(), row.alertId]),
    );
  }

  /** Taking on what is taken on already, or over, changes nothing. */
  @Route(routes.acknowledgeAlert)
  async acknowledge({ person, allowed, params }: RouteRequest<typeof routes.acknowledgeAlert>) {
    const alert = await alertById(this.pool, params.alertId);
    const seen =
      alert?.locationId === params.locationId && alert.raisedAt.getTime() >= (allowed.historyFrom ?? 0);
    if (!seen) throw problem('not-found');
    await acknowledgeAlert(this.pool, params.alertId, person.personId, new Date(this.clock.now()));
    const changed = await alertById(this.pool, params.alertId);
    if (!changed) throw problem('not-found');
    return alertView(changed);
  }

  @Route(routes.listLocationAlertRules)
  async ofLocation({ params }: RouteRequest<typeof routes.listLocationAlertRules>) {
    return rulesView(await alertRulesAt(this.pool, params.locationId));
  }

  @Route(routes.putLocationAlertRule)
  async putAtLocation({ person, params, body }: RouteRequest<typeof routes.putLocationAlertRule>) {
    const { locationId } = params;
    await this.set({ locationId }, typeOf(params), body, person.personId);
    return rulesView(await alertRulesAt(this.pool, locationId));
  }

  @Route(routes.deleteLocationAlertRule)
  async deleteAtLocation({ person, params }: RouteRequest<typeof routes.deleteLocationAlertRule>) {
    await this.set({ locationId: params.locationId }, typeOf(params), null, person.personId);
  }

  @Route(routes.listOrganisationAlertRules)
  async ofOrganisation({ params }: RouteRequest<typeof routes.listOrganisationAlertRules>) {
    return rulesView(await alertRulesOf(this.pool, params.organisationId));
  }

  @Route(routes.putOrganisationAlertRule)
  async putAtOrganisation({ person, params, body }: RouteRequest<typeof routes.putOrganisationAlertRule>) {
    const { organisationId } = params;
    await this.set({ organisationId }, typeOf(params), body, person.personId);
    return rulesView(await alertRulesOf(this.pool, organisationId));
  }

  @Route(routes.deleteOrganisationAlertRule)
  async deleteAtOrganisation({ person, params }: RouteRequest<typeof routes.deleteOrganisationAlertRule>) {
    await this.set({ organisationId: params.organisationId }, typeOf(params), null, person.personId);
  }

  /** Null takes the rule away. Telemetry judges the devices anew. */
  private async set(holder: RuleHolder, type: AlertType, rule: AlertRule | null, personId: PersonId) {
    const at = new Date(this.clock.now());
    await inTransaction(this.pool, async (client) => {
      if (rule === null) await removeAlertRule(client, holder, type);
      else await setAlertRule(client, holder, type, rule, { personId, at });
      await lookAgain(client, holder, at);
    });
  }
}

function typeOf({ type }: { readonly type: string }): AlertType {
  if (!isAlertType(type)) throw problem('not-found');
  return type;
}

const alertView = ({ locationName: _, ...row }: AlertRow): RouteAnswer<typeof routes.acknowledgeAlert> => ({
  ...row,
  raisedAt: row.raisedAt.toISOString(),
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  clearedAt: row.clearedAt?.toISOString() ?? null,
});

const rulesView = (rules: readonly RuleInForce[]): RouteAnswer<typeof routes.listLocationAlertRules> => ({
  items: rules.map(({ type, rule, setBy }) => ({ type, ...rule, setBy })),
});
