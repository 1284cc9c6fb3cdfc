import type { SetChargingProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import type { ConnectorStatus } from '#libs/devices/device-event.js';
import type { PerPhase } from '#libs/units/phases.js';

/** What a charger says to the edge. */
export type FromCharger =
  | { readonly type: 'boot' }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'status'; readonly status: ConnectorStatus }
  | { readonly type: 'start'; readonly session: number }
  | { readonly type: 'stop'; readonly session: number; readonly transactionId: number | null }
  | { readonly type: 'sample'; readonly transactionId: number; readonly current_A: PerPhase }
  | { readonly type: 'answer'; readonly callId: number; readonly status: 'Accepted' | 'Rejected' };

/** What the edge says to a charger. */
export type ToCharger =
  /** BootNotification.conf and Heartbeat.conf carry the time (OCPP 1.6 4.2, 4.6). */
  | { readonly type: 'time'; readonly now_ms: number; readonly boot: boolean }
  | { readonly type: 'started'; readonly session: number; readonly transactionId: number }
  | { readonly type: 'stopped'; readonly session: number }
  | { readonly type: 'profile'; readonly callId: number; readonly request: SetChargingProfile };
