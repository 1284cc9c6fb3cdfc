/** The WebSocket subprotocols of the OCPP versions spoken here, as IANA registers them. */
export const ocppVersions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type OcppVersion = (typeof ocppVersions)[number];

export const isOcppVersion = (name: string): name is OcppVersion =>
  (ocppVersions as readonly string[]).includes(name);
