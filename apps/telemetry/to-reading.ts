import type { Observation } from '#libs/contracts/observation.js';
import { sensibleTime } from '#libs/devices/device-time.js';
import type { Reading } from '#libs/store/readings/readings-writer.js';

/** The measurement in an observation, or null when it carries none. */
export function toReading(observation: Observation): Reading | null {
  const { event, deviceId, deviceTime, receivedAt } = observation;
  const time_ms = sensibleTime(deviceTime, receivedAt);
  switch (event.type) {
    case 'meter-sample': {
      const { connector, current_A, voltage_V, power_W, energy_Wh } = event;
      return { time_ms, deviceId, connector, current_A, voltage_V, power_W, energy_Wh };
    }
    case 'balancer-reading': {
      const { current_A, voltage_V, power_W, energyImport_Wh: energy_Wh } = event;
      return { time_ms, deviceId, connector: 0, current_A, voltage_V, power_W, energy_Wh };
    }
    default:
      return null;
  }
}
