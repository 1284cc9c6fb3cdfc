import { chargerPlot } from './charger-plot.js';
import { playEvening, type Evening } from './evening.js';
import { linePlot } from './line-plot.js';
import { noTripPlot } from './no-trip-plot.js';
import { ovenPlot } from './oven-plot.js';

/** An evening on which everything happens: full fuses, waiting cars, changes of phases, a silent load balancer. */
export const chosenEvening = { seed: 8, hours: 5 };

const draw: Readonly<Record<string, (evening: Evening) => string>> = {
  'evening-lines': linePlot,
  'evening-chargers': chargerPlot,
  'evening-oven': ovenPlot,
  'evening-no-trip': noTripPlot,
};

/** Name of the file -> SVG. */
export const drawPlots = (evening: Evening): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(draw).map(([name, plot]) => [name, plot(evening)]));

export const playChosen = (): Evening => playEvening(chosenEvening.seed, chosenEvening.hours);
