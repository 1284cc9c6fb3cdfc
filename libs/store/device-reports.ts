import type { Queryable } from './pool.js';

export interface DeviceMonitor {
  readonly monitorId: number;
  readonly variableKey: string;
  readonly type: string;
  readonly value: number;
  /** 0 danger to 9 debugging. */
  readonly severity: number;
  readonly onlyInTransaction: boolean;
}

export interface DeviceDocument {
  readonly itemId: string;
  readonly document: object;
}

export interface ReportPart {
  readonly kind: 'variables' | 'monitors' | 'customer-information';
  /** Ours, of the request it answers. */
  readonly requestId: number;
  /** From 0. */
  readonly sequence: number;
  readonly isLast: boolean;
  /** Kept for what has no table of its own. */
  readonly content: string | null;
  readonly receivedAt: number;
}

export interface ReportProgress {
  /** The last part and all before it are here. */
  readonly complete: boolean;
  readonly parts: number;
  /** This very part had been received before. */
  readonly replayed: boolean;
}

/** What stations report on request beside their device model, and how far each report has come. */
export class DeviceReportStore {
  constructor(private readonly client: Queryable) {}

  async keepPart(deviceId: string, part: ReportPart): Promise<ReportProgress> {
    const { rows } = await this.client.query<ReportProgress>({
      name: 'report-part',
      text: `WITH told AS (
               INSERT INTO device_report_parts (device_id, kind, request_id, sequence, is_last, content, received_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (device_id, kind, request_id, sequence) DO NOTHING
               RETURNING sequence, is_last
             ), held AS (
               SELECT sequence, is_last FROM told
               UNION
               SELECT sequence, is_last FROM device_report_parts
                WHERE device_id = $1 AND kind = $2 AND request_id = $3
             )
             SELECT coalesce(count(*) = max(sequence) FILTER (WHERE is_last) + 1, false) AS complete,
                    count(*) AS parts, NOT EXISTS (SELECT FROM told) AS replayed
               FROM held`,
      values: [
        deviceId,
        part.kind,
        part.requestId,
        part.sequence,
        part.isLast,
        part.content,
        new Date(part.receivedAt),
      ],
    });
    const [progress] = rows;
    if (!progress) throw new Error('a part of a report was not counted');
    return progress;
  }

  /** The contents of a report in the order of its parts. */
  async contents(deviceId: string, kind: ReportPart['kind'], requestId: number): Promise<string> {
    const { rows } = await this.client.query<{ content: string }>(
      `SELECT coalesce(string_agg(content, '' ORDER BY sequence), '') AS content FROM device_report_parts
        WHERE device_id = $1 AND kind = $2 AND request_id = $3`,
      [deviceId, kind, requestId],
    );
    return rows[0]?.content ?? '';
  }

  async saveMonitors(
    deviceId: string,
    monitors: readonly DeviceMonitor[],
    reportedAt: number,
  ): Promise<void> {
    const distinct = [...new Map(monitors.map((monitor) => [monitor.monitorId, monitor])).values()];
    await this.client.query(
      `INSERT INTO device_monitors
       SELECT $1, "monitorId", "variableKey", type, value, severity, "onlyInTransaction", $3
         FROM jsonb_to_recordset($2::jsonb) AS told (
           "monitorId" bigint, "variableKey" text, type text, value double precision, severity smallint,
           "onlyInTransaction" boolean)
       ON CONFLICT (device_id, monitor_id) DO UPDATE SET
         variable_key = excluded.variable_key, type = excluded.type, value = excluded.value,
         severity = excluded.severity, only_in_transaction = excluded.only_in_transaction,
         reported_at = excluded.reported_at`,
      [deviceId, JSON.stringify(distinct), new Date(reportedAt)],
    );
  }

  /** How severe the breach of each of these monitors is; monitors nobody knows are left out. */
  async monitorSeverities(
    deviceId: string,
    monitorIds: readonly number[],
  ): Promise<ReadonlyMap<number, number>> {
    if (monitorIds.length === 0) return new Map();
    const { rows } = await this.client.query<{ id: number; severity: number }>(
      `SELECT monitor_id AS id, severity FROM device_monitors WHERE device_id = $1 AND monitor_id = ANY($2::bigint[])`,
      [deviceId, monitorIds],
    );
    return new Map(rows.map(({ id, severity }) => [id, severity]));
  }

  async saveDocuments(
    deviceId: string,
    kind: 'display-message' | 'charging-profile',
    documents: readonly DeviceDocument[],
    reportedAt: number,
  ): Promise<void> {
    const distinct = new Map(documents.map(({ itemId, document }) => [itemId, document]));
    await this.client.query(
      `INSERT INTO device_documents (device_id, kind, item_id, document, reported_at)
       SELECT $1, $2, item_id, document, $5 FROM unnest($3::text[], $4::jsonb[]) AS told (item_id, document)
       ON CONFLICT (device_id, kind, item_id) DO UPDATE SET
         document = excluded.document, reported_at = excluded.reported_at`,
      [
        deviceId,
        kind,
        [...distinct.keys()],
        [...distinct.values()].map((document) => JSON.stringify(document)),
        new Date(reportedAt),
      ],
    );
  }
}
