import type { Random } from '#firmware-sim/physics/random.js';
import type { ChargerLine } from './charger-line.js';
import type { Clairvoyant } from './clairvoyant.js';
import type { Figures } from './figures.js';
import { drawCar } from './random-site.js';

const shortestStay_s = 900;
const meanPause_s = 4_000;

/** The people: they plug in, drive off, and their cars are counted. */
export class Drivers {
  private readonly until_ms: number[];
  private readonly switched: number[];
  private readonly before: { drew: boolean; delivered_Wh: number }[];

  constructor(
    private readonly random: Random,
    private readonly lines: readonly ChargerLine[],
    private readonly clairvoyant: Clairvoyant,
    private readonly figures: Figures,
  ) {
    this.until_ms = lines.map(() => 0);
    this.switched = lines.map(() => 0);
    this.before = lines.map(() => ({ drew: false, delivered_Wh: 0 }));
  }

  second(now_ms: number): void {
    this.lines.forEach(({ charger }, index) => {
      if (now_ms < this.until_ms[index]!) return;
      if (this.until_ms[index] === 0 || charger.connector.car) {
        if (charger.connector.car) charger.unplug();
        this.clairvoyant.unplug(index);
        this.until_ms[index] = now_ms - meanPause_s * 1_000 * Math.log(1 - this.random.uniform());
      } else {
        const model = drawCar(this.random);
        charger.plugIn(model, now_ms);
        this.clairvoyant.plugIn(index, model);
        this.until_ms[index] = now_ms + this.random.between(shortestStay_s, 36_000) * 1_000;
      }
      this.before[index] = { drew: false, delivered_Wh: 0 };
    });
  }

  /** After the physical second: starts, pauses, energy. */
  count(): void {
    const { figures } = this;
    this.lines.forEach(({ charger }, index) => {
      const { car, relay } = charger.connector;
      figures.phaseSwitches += (relay?.operations ?? 0) - this.switched[index]!;
      this.switched[index] = relay?.operations ?? 0;
      if (!car) return;
      const before = this.before[index]!;
      figures.plugged_s++;
      figures.delivered_Wh += car.delivered_Wh - before.delivered_Wh;
      const draws = car.current_A > 0;
      if (relay?.closedOn === 1 && draws) figures.onOneLine_s++;
      if (draws && !before.drew) figures.starts++;
      if (!draws && before.drew && !car.full) figures.pauses++;
      this.before[index] = { drew: draws, delivered_Wh: car.delivered_Wh };
    });
  }
}
