/** Instants in RFC 3339, `to` exclusive. */
export interface Period {
  readonly from: string;
  readonly to: string;
}
