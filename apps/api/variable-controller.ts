import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { variableRoutes } from '#libs/contracts/http/variable-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { variableKey } from '#libs/protocols/ocpp201/variable-key.js';
import { DeviceModelStore, positionOf, type StoredVariable } from '#libs/store/device-model.js';
import type { Pool } from '#libs/store/pool.js';

const name = z.string();
const place = z.number().int();

/** What OCPP 2.0.1 chargers tell of themselves. */
@Controller()
export class VariableController {
  private readonly model: DeviceModelStore;

  constructor(@Inject(POOL) pool: Pool) {
    this.model = new DeviceModelStore(pool);
  }

  @Route(variableRoutes.listDeviceVariables)
  async list({ params, query }: RouteRequest<typeof variableRoutes.listDeviceVariables>) {
    const position = [name, name, place, place, name, name, name] as const;
    const after = decodeCursor('variables', position, query.cursor);
    const rows = await this.model.list(params.deviceId, query.component ?? null, after, query.limit + 1);
    return pageOf(rows, query.limit, variableView, (row) => encodeCursor('variables', positionOf(row)));
  }
}

type VariableView = RouteAnswer<typeof variableRoutes.listDeviceVariables>['items'][number];

function variableView(row: StoredVariable): VariableView {
  const instance = (value: string) => (value === '' ? {} : { instance: value });
  const evse =
    row.evse === 0
      ? {}
      : { evse: { id: row.evse, ...(row.connector === 0 ? {} : { connectorId: row.connector }) } };
  const key = variableKey({
    component: { name: row.component, ...instance(row.componentInstance), ...evse },
    variable: { name: row.variable, ...instance(row.variableInstance) },
  });
  return { key, ...row, reportedAt: row.reportedAt.toISOString() };
}
