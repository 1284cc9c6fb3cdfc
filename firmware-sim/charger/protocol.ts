/** The WebSocket subprotocols a simulated charger can speak (OCPP-J). */
export const protocols = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type Protocol = (typeof protocols)[number];

/** 0: nothing (laboratory only), 1: password, 2: TLS and password, 3: TLS with a client certificate. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** How the charger stands with its central system. */
export type Contact = 'online' | 'greeting' | 'offline';

export type Answer = Record<string, unknown>;
