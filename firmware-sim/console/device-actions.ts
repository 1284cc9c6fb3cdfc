import type { Balancer } from '../balancer/balancer.js';
import type { Charger } from '../charger/charger.js';
import type { RunningFleet } from '../fleet/running-fleet.js';
import type { Hub } from '../hub/hub.js';
import { ordinaryCar } from '../physics/car.js';
import type { Action } from './action.js';

/** How long a network or a meter stays away when nobody says otherwise. */
const usualAbsence_s = 30;
const extraLoad_A = 10;

const seconds = (argument: string | null): number => {
  const given = Number(argument ?? usualAbsence_s);
  return Number.isFinite(given) && given > 0 ? given : usualAbsence_s;
};
const connectorOf = (argument: string | null): number => {
  const given = Number(argument ?? 1);
  return Number.isInteger(given) && given > 0 ? given : 1;
};

/** What can be done to one charger. @param card what the driver holds to its reader */
export function chargerActions(fleet: RunningFleet, charger: Charger, card: string): Action[] {
  const { identity } = charger.options;
  return [
    {
      key: 'p',
      name: 'plug-in',
      help: 'a car comes and is plugged in (connector 1, or the one named); it waits for a card',
      run: (argument) => {
        const connector = connectorOf(argument);
        if (charger.connectors.find(({ number }) => number === connector)?.car)
          return `There is a car at connector ${connector} already.`;
        fleet.plugIn(identity, connector, ordinaryCar, null);
        return `A car is plugged in at connector ${connector}.`;
      },
    },
    {
      key: 'c',
      name: 'swipe-card',
      help: `a card is held to the reader (${card}, or the one named): it starts a session or stops its own`,
      run: (argument) => {
        const [token = card, connector = '1'] = (argument ?? card).split(' ');
        void charger.readCard(connectorOf(connector), token);
        return `Card ${token} is held to the reader.`;
      },
    },
    {
      key: 'u',
      name: 'unplug',
      help: 'the car leaves (connector 1, or the one named)',
      run: (argument) => {
        fleet.unplug(identity, connectorOf(argument));
        return `The car left connector ${connectorOf(argument)}.`;
      },
    },
    {
      key: 'n',
      name: 'cut-network',
      help: `the network is gone for ${usualAbsence_s} s, or the seconds named`,
      run: (argument) => {
        void fleet.disconnect(identity, seconds(argument) * 1_000);
        return `The network is gone for ${seconds(argument)} s.`;
      },
    },
    {
      key: 'r',
      name: 'power-cycle',
      help: 'the power fails and comes back',
      run: () => {
        void fleet.powerCycle(identity);
        return 'The power failed and comes back.';
      },
    },
    {
      key: 'f',
      name: 'fault',
      help: 'connector 1 breaks, or is repaired; name what is broken',
      run: (argument) => {
        const broken = charger.connectors[0]?.fault ?? null;
        charger.setFault(1, broken === null ? (argument ?? 'GroundFailure') : null);
        charger.sendStatus(1);
        return broken === null
          ? `Connector 1 has ${argument ?? 'GroundFailure'}.`
          : 'Connector 1 is repaired.';
      },
    },
    {
      key: 'b',
      name: 'break-rcd',
      help: 'its residual-current device works no more; name `repair` to mend it',
      run: (argument) => {
        const broken = argument !== 'repair';
        for (const { number } of charger.connectors) charger.breakResidualCurrentDevice(number, broken);
        return broken ? 'The residual-current device is broken.' : 'The residual-current device is mended.';
      },
    },
    {
      key: 't',
      name: 'tamper',
      help: 'somebody opens the housing',
      run: () => {
        void charger.sendSecurityEvent('TamperDetectionActivated', null);
        return 'Somebody opened the housing.';
      },
    },
  ];
}

export function balancerActions(fleet: RunningFleet, balancer: Balancer): Action[] {
  return [
    {
      key: '+',
      name: 'more-load',
      help: `the house takes ${extraLoad_A} A more on every line`,
      run: () => `The house takes ${fleet.addLoad_A(extraLoad_A)} A more than in the beginning.`,
    },
    {
      key: '-',
      name: 'less-load',
      help: `the house takes ${extraLoad_A} A less; below zero it feeds in`,
      run: () => `The house takes ${fleet.addLoad_A(-extraLoad_A)} A more than in the beginning.`,
    },
    {
      key: 's',
      name: 'silence',
      help: `it stops measuring for ${usualAbsence_s} s, or the seconds named, and stays connected`,
      run: (argument) => {
        balancer.silence(seconds(argument) * 1_000);
        return `No readings for ${seconds(argument)} s.`;
      },
    },
    {
      key: 'n',
      name: 'cut-network',
      help: 'the connection breaks; it comes back by itself',
      run: () => {
        balancer.loseNetwork();
        return 'The connection broke.';
      },
    },
  ];
}

export function hubActions(hub: Hub): Action[] {
  const arming = (key: string, name: string, state: 'armed' | 'disarmed' | 'night'): Action => ({
    key,
    name,
    help: `somebody sets it to ${state} at the keypad`,
    run: () => {
      hub.arm(state);
      return `The hub was set to ${state}.`;
    },
  });
  return [
    arming('a', 'arm', 'armed'),
    arming('d', 'disarm', 'disarmed'),
    arming('g', 'night', 'night'),
    {
      key: 'x',
      name: 'press-alarm',
      help: 'somebody presses the alarm button',
      run: () => {
        hub.raise({ category: 'alarm', code: 'PA', zone: 'Button', text: 'Alarm button pressed' });
        return 'The alarm button was pressed.';
      },
    },
    {
      key: 'o',
      name: 'open-door',
      help: 'a door opens; name the zone',
      run: (argument) => {
        hub.raise({ category: 'alarm', code: 'BA', zone: argument ?? 'Front door', text: 'Opened' });
        return `${argument ?? 'Front door'} opened.`;
      },
    },
    {
      key: 'e',
      name: 'restore',
      help: 'all quiet again; name the zone',
      run: (argument) => {
        hub.raise({ category: 'restore', code: 'BR', zone: argument ?? 'Front door', text: 'Closed' });
        return `${argument ?? 'Front door'} is closed.`;
      },
    },
    {
      key: 't',
      name: 'tamper',
      help: 'somebody opens a housing',
      run: () => {
        hub.raise({ category: 'tamper', code: 'TA', zone: 'Keypad', text: 'Housing opened' });
        return 'A housing was opened.';
      },
    },
    {
      key: 'n',
      name: 'cut-network',
      help: 'the connection breaks; it comes back by itself',
      run: () => {
        hub.loseNetwork();
        return 'The connection broke.';
      },
    },
  ];
}

/** What can be done to a whole fleet while its scenario runs. */
export function fleetActions(fleet: RunningFleet): Action[] {
  const all = fleet.chargers;
  return [
    {
      key: 'n',
      name: 'cut-network',
      help: `every charger loses its network for ${usualAbsence_s} s, or the seconds named`,
      run: (argument) => {
        for (const { options } of all) void fleet.disconnect(options.identity, seconds(argument) * 1_000);
        return `${all.length} chargers have no network for ${seconds(argument)} s.`;
      },
    },
    {
      key: 'z',
      name: 'silence-zens',
      help: `every Zen stops measuring for ${usualAbsence_s} s, or the seconds named`,
      run: (argument) => {
        fleet.silenceZen(seconds(argument) * 1_000);
        return `The Zens are silent for ${seconds(argument)} s.`;
      },
    },
    {
      key: 'r',
      name: 'power-cycle',
      help: 'the power of all chargers fails and comes back',
      run: () => {
        for (const { options } of all) void fleet.powerCycle(options.identity);
        return `${all.length} chargers start again.`;
      },
    },
    {
      key: '+',
      name: 'more-load',
      help: `the site takes ${extraLoad_A} A more on every line`,
      run: () => `The site takes ${fleet.addLoad_A(extraLoad_A)} A more than its scenario says.`,
    },
    {
      key: '-',
      name: 'less-load',
      help: `the site takes ${extraLoad_A} A less`,
      run: () => `The site takes ${fleet.addLoad_A(-extraLoad_A)} A more than its scenario says.`,
    },
  ];
}
