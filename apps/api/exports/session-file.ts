import { stringify } from 'csv-stringify/sync';
import writeExcelFile from 'write-excel-file/node';
import type { PricedSession } from '#libs/store/priced-sessions.js';

/** A workbook is made in memory; a longer list goes as CSV. */
export const mostSessionsInWorkbook = 50_000;

type Cell = string | number | Date | null;

/** The columns of the file, in order; names carry the units. */
const columns: readonly (readonly [name: string, cell: (session: PricedSession) => Cell])[] = [
  ['transaction', ({ transactionId }) => transactionId],
  ['charger', ({ deviceName }) => deviceName],
  ['connector', ({ connector }) => connector],
  ['started (UTC)', ({ startedAt }) => startedAt],
  ['ended (UTC)', ({ endedAt }) => endedAt],
  ['token', ({ idToken }) => idToken],
  ['token label', ({ tokenLabel }) => tokenLabel],
  ['person', ({ personName }) => personName],
  ['energy (kWh)', ({ energy_Wh }) => (energy_Wh === null ? null : energy_Wh / 1_000)],
  ['cost', ({ cost }) => (cost === null ? null : Math.round(cost * 10_000) / 10_000)],
  ['currency', ({ currency }) => currency],
  ['stop reason', ({ stopReason }) => stopReason],
];

const csvOptions = {
  // RFC 4180; a spreadsheet must not run what somebody wrote on a card (CWE-1236).
  record_delimiter: '\r\n',
  escape_formulas: true,
  cast: { date: (value: Date) => value.toISOString() },
} as const;

/** The first line, with the mark by which spreadsheets know UTF-8. */
export const csvHead = (): Buffer =>
  Buffer.from(`\uFEFF${stringify([columns.map(([name]) => name)], csvOptions)}`);

export const csvLines = (sessions: readonly PricedSession[]): Buffer =>
  Buffer.from(
    stringify(
      sessions.map((session) => columns.map(([, cell]) => cell(session))),
      csvOptions,
    ),
  );

/** Cells of a workbook have types, so that a text is never a formula. */
export function workbook(sessions: readonly PricedSession[]): Promise<Buffer> {
  const head = columns.map(([value]) => ({ value, type: String, fontWeight: 'bold' as const }));
  const rows = sessions.map((session) => columns.map(([, cell]) => typed(cell(session))));
  return writeExcelFile([head, ...rows], { dateFormat: 'yyyy-mm-dd hh:mm:ss' }).toBuffer();
}

function typed(value: Cell) {
  if (value === null) return null;
  if (typeof value === 'number') return { value, type: Number };
  return value instanceof Date ? { value, type: Date } : { value, type: String };
}
