import type { Queryable } from './pool.js';

/** One attribute of a variable of a station's device model (OCPP 2.0.1 part 1, 4). */
export interface DeviceVariable {
  readonly component: string;
  /** Empty: the component has only one. */
  readonly componentInstance: string;
  /** 0: it belongs to the whole station. */
  readonly evse: number;
  /** 0: it belongs to the whole EVSE. */
  readonly connector: number;
  readonly variable: string;
  readonly variableInstance: string;
  readonly attribute: string;
  /** Null: the station did not tell it, or it may only be written. */
  readonly value: string | null;
  readonly mutability: string | null;
  readonly persistent: boolean | null;
  readonly constant: boolean | null;
  readonly unit: string | null;
  readonly dataType: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly valuesList: string | null;
  readonly supportsMonitoring: boolean | null;
}

export interface StoredVariable extends DeviceVariable {
  readonly reportedAt: Date;
}

/** What tells the attributes of one device apart; a page of them continues behind it. */
export type VariablePosition = readonly [
  component: string,
  componentInstance: string,
  evse: number,
  connector: number,
  variable: string,
  variableInstance: string,
  attribute: string,
];

export const positionOf = (each: DeviceVariable): VariablePosition => [
  each.component,
  each.componentInstance,
  each.evse,
  each.connector,
  each.variable,
  each.variableInstance,
  each.attribute,
];

/** More than any station has; a station that invents names is not kept beyond it. */
const mostVariables = 20_000;

const position = 'component, component_instance, evse, connector, variable, variable_instance, attribute';
const recordset = `jsonb_to_recordset($2::jsonb) AS told (
  component text, "componentInstance" text, evse integer, connector integer, variable text, "variableInstance" text,
  attribute text, value text, mutability text, persistent boolean, constant boolean, unit text, "dataType" text,
  minimum double precision, maximum double precision, "valuesList" text, "supportsMonitoring" boolean)`;

/** Stations' device models, as last reported. */
export class DeviceModelStore {
  constructor(private readonly client: Queryable) {}

  /** A report replaces all that is known of the attributes in it. */
  async report(deviceId: string, variables: readonly DeviceVariable[], reportedAt: number): Promise<void> {
    if (variables.length === 0) return;
    await this.client.query({
      name: 'device-model-report',
      text: `INSERT INTO device_variables
             SELECT $1, component, "componentInstance", evse, connector, variable, "variableInstance", attribute, value,
                    mutability, persistent, constant, unit, "dataType", minimum, maximum, "valuesList",
                    "supportsMonitoring", $3
               FROM ${recordset}
              WHERE (SELECT count(*) FROM device_variables WHERE device_id = $1) < ${mostVariables}
             ON CONFLICT (device_id, ${position}) DO UPDATE SET
               value = excluded.value, mutability = excluded.mutability, persistent = excluded.persistent,
               constant = excluded.constant, unit = excluded.unit, data_type = excluded.data_type,
               minimum = excluded.minimum, maximum = excluded.maximum, values_list = excluded.values_list,
               supports_monitoring = excluded.supports_monitoring, reported_at = excluded.reported_at
             WHERE device_variables.reported_at <= excluded.reported_at`,
      values: [deviceId, JSON.stringify(distinct(variables)), new Date(reportedAt)],
    });
  }

  /** An event tells a new value and nothing else of the attribute. */
  async changeValues(
    deviceId: string,
    variables: readonly DeviceVariable[],
    reportedAt: number,
  ): Promise<void> {
    if (variables.length === 0) return;
    await this.client.query({
      name: 'device-model-change',
      text: `INSERT INTO device_variables (device_id, ${position}, value, reported_at)
             SELECT $1, component, "componentInstance", evse, connector, variable, "variableInstance", attribute, value, $3
               FROM ${recordset}
              WHERE (SELECT count(*) FROM device_variables WHERE device_id = $1) < ${mostVariables}
             ON CONFLICT (device_id, ${position}) DO UPDATE SET
               value = excluded.value, reported_at = excluded.reported_at
             WHERE device_variables.reported_at <= excluded.reported_at`,
      values: [deviceId, JSON.stringify(distinct(variables)), new Date(reportedAt)],
    });
  }

  /** In the order of their positions, behind `after`, at most `count`; only of `component` unless it is null. */
  async list(
    deviceId: string,
    component: string | null,
    after: VariablePosition | null,
    count: number,
  ): Promise<readonly StoredVariable[]> {
    const { rows } = await this.client.query<StoredVariable>(
      `SELECT component, component_instance AS "componentInstance", evse, connector, variable,
              variable_instance AS "variableInstance", attribute, value, mutability, persistent, constant, unit,
              data_type AS "dataType", minimum, maximum, values_list AS "valuesList",
              supports_monitoring AS "supportsMonitoring", reported_at AS "reportedAt"
         FROM device_variables
        WHERE device_id = $1 AND ($2::text IS NULL OR component = $2)
          AND ($3::text IS NULL OR (${position}) > ($3, $4::text, $5::integer, $6::integer, $7::text, $8::text, $9::text))
        ORDER BY ${position} LIMIT $10`,
      [deviceId, component, ...(after ?? Array.from({ length: 7 }, () => null)), count],
    );
    return rows;
  }
}

/** A statement may touch a row once: of attributes told twice, the last counts. */
const distinct = (variables: readonly DeviceVariable[]): DeviceVariable[] => [
  ...new Map(variables.map((each) => [JSON.stringify(positionOf(each)), each])).values(),
];
