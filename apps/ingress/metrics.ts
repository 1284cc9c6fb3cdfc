import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type RefusalReason =
  | 'auth'
  | 'bad-identity'
  | 'bad-json'
  | 'bad-shape'
  | 'binary'
  | 'busy'
  | 'foreign-topic'
  | 'bad-payload'
  | 'oversize'
  | 'protocol'
  | 'qos'
  | 'rate'
  | 'security-profile'
  | 'slow'
  | 'subprotocol'
  | 'throttled'
  | 'unavailable'
  | 'unknown-action'
  | 'unknown-path'
  | 'unsupported-action'
  | 'wildcard'
  | 'wrong-types';

/** What an operator watches of the edge. */
export interface IngressMetrics {
  readonly connections: Gauge<'kind'>;
  readonly messages: Counter<'protocol' | 'action' | 'outcome'>;
  readonly refusals: Counter<'protocol' | 'reason'>;
  readonly calls: Counter<'action' | 'outcome'>;
  readonly deviations: Counter<'action' | 'tolerance'>;
  readonly handling: Histogram<'action'>;
  readonly roundTrip: Histogram<'action'>;
  readonly staleLimits: Counter;
  readonly quarantinedStops: Counter;
}

const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

export function createIngressMetrics(registry: Registry): IngressMetrics {
  const registers = [registry];
  return {
    connections: new Gauge({
      name: 'busbar_ingress_connections',
      help: 'Authenticated device connections that are open now.',
      labelNames: ['kind'],
      registers,
    }),
    messages: new Counter({
      name: 'busbar_ingress_messages_total',
      help: 'Messages from devices, by action (OCPP) or topic (MQTT) and what became of them.',
      labelNames: ['protocol', 'action', 'outcome'],
      registers,
    }),
    refusals: new Counter({
      name: 'busbar_ingress_refusals_total',
      help: 'Connections and messages that were turned away or slowed down, by reason.',
      labelNames: ['protocol', 'reason'],
      registers,
    }),
    calls: new Counter({
      name: 'busbar_ingress_outbound_calls_total',
      help: 'Calls to chargers by how they ended.',
      labelNames: ['action', 'outcome'],
      registers,
    }),
    deviations: new Counter({
      name: 'busbar_ingress_deviations_total',
      help: 'What was put right in the messages of chargers, by action and kind of mistake.',
      labelNames: ['action', 'tolerance'],
      registers,
    }),
    handling: new Histogram({
      name: 'busbar_ingress_handling_seconds',
      help: 'From the arrival of an OCPP call, its wait included, to its answer on the socket.',
      labelNames: ['action'],
      buckets: seconds,
      registers,
    }),
    roundTrip: new Histogram({
      name: 'busbar_ingress_round_trip_seconds',
      help: 'From a call on the wire to the answer of the charger.',
      labelNames: ['action'],
      buckets: seconds,
      registers,
    }),
    staleLimits: new Counter({
      name: 'busbar_ingress_stale_limits_total',
      help: 'Limits refused because a newer owner of their partition has spoken.',
      registers,
    }),
    quarantinedStops: new Counter({
      name: 'busbar_ingress_quarantined_stops_total',
      help: 'Stops that fit no transaction and wait for a person.',
      registers,
    }),
  };
}
