import type { CarModel } from '#firmware-sim/physics/car.js';
import { allocate } from '#libs/allocation/allocate.js';
import { createAllocation, type Allocation } from '#libs/allocation/allocation.js';
import type { CompiledSite } from '#libs/allocation/compile.js';
import { voltage_V } from './simulated-charger.js';

interface Twin {
  readonly model: CarModel;
  readonly phases: number;
  delivered_Wh: number;
}

/**
 * What a controller could have given that knows every appliance and every car at once: no margin, no delay, no ramp, no
 * fault, no sleeping car. Greedy, second by second, with the same fairness; the yardstick for the energy delivered.
 */
export class Clairvoyant {
  delivered_Wh = 0;
  private readonly allocation: Allocation;
  private readonly twins: (Twin | null)[];

  constructor(private readonly site: CompiledSite) {
    this.allocation = createAllocation(site);
    this.twins = site.topology.connectors.map(() => null);
  }

  plugIn(index: number, model: CarModel): void {
    const wired = this.site.topology.connectors[index]!.wiring.kind === 'three-phase' ? 3 : 1;
    const phases = Math.min(wired, model.phases);
    let slots = 0;
    for (let terminal = 0; terminal < phases; terminal++)
      slots |= 1 << this.site.terminalSlot[index * 3 + terminal]!;
    this.allocation.slots[index] = slots;
    this.twins[index] = { model, phases, delivered_Wh: 0 };
  }

  unplug(index: number): void {
    this.twins[index] = null;
  }

  /** `base_A` is the true base load per (node, line) now. */
  second(base_A: Float64Array): void {
    const { allocation, site } = this;
    for (let at = 0; at < base_A.length; at++)
      allocation.capacity_A[at] = Math.max(0, site.fuse_A[at]! - base_A[at]!);
    this.twins.forEach((twin, index) => {
      const wants = twin !== null && twin.delivered_Wh < twin.model.energyWanted_Wh;
      allocation.wants[index] = Number(wants);
      if (wants)
        allocation.maximum_A[index] = Math.min(site.topology.connectors[index]!.maximum_A, wanted_A(twin));
    });
    allocate(allocation, 0);
    this.twins.forEach((twin, index) => {
      if (!twin) return;
      const energy_Wh = (allocation.current_A[index]! * twin.phases * voltage_V) / 3_600;
      const taken_Wh = Math.min(energy_Wh, twin.model.energyWanted_Wh - twin.delivered_Wh);
      twin.delivered_Wh += taken_Wh;
      this.delivered_Wh += taken_Wh;
    });
  }
}

/** As physics/car: flat out, then falling to the minimum. */
function wanted_A({ model, delivered_Wh }: Twin): number {
  const { maximum_A, minimum_A, taperFrom, energyWanted_Wh } = model;
  const share = delivered_Wh / energyWanted_Wh;
  if (taperFrom === null || share <= taperFrom) return maximum_A;
  return maximum_A - ((maximum_A - minimum_A) * (share - taperFrom)) / (1 - taperFrom);
}
