import { Controller, Inject } from '@nestjs/common';
import { checklistRoutes as routes, residualCurrentRoutes } from '#libs/contracts/http/checklist-routes.js';
import type { ChecklistItem, InstalledDevice } from '#libs/devices/checklist.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { readChecklist, tick, untick, type LocationChecklist } from '#libs/store/checklists.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { SiteChanges } from '../site-changes.js';

type ItemAnswer = RouteAnswer<typeof routes.putDeviceChecklistItem>;
type DeviceAnswer = RouteAnswer<typeof routes.getDeviceChecklist>;

const shownTests = 100;

interface Place {
  readonly locationId: string;
  readonly deviceId: string | null;
  readonly item: string;
}

/** What is looked at before an installation is handed over (NB-61, NB-74). */
@Controller()
export class ChecklistController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(SiteChanges) private readonly changes: SiteChanges,
  ) {}

  @Route(routes.getLocationChecklist)
  async ofLocation({ params }: RouteRequest<typeof routes.getLocationChecklist>) {
    const list = await readChecklist(this.pool, params.locationId);
    return {
      items: itemsOf(list, null),
      devices: list.devices.map((device) => deviceView(list, device)),
    };
  }

  @Route(routes.putLocationChecklistItem)
  putOfLocation({
    person,
    params,
    body,
  }: RouteRequest<typeof routes.putLocationChecklistItem>): Promise<ItemAnswer> {
    return this.put(person.personId, { ...params, deviceId: null }, body);
  }

  @Route(routes.getDeviceChecklist)
  async ofDevice({ params }: RouteRequest<typeof routes.getDeviceChecklist>): Promise<DeviceAnswer> {
    const list = await readChecklist(this.pool, await this.locationOf(params.deviceId));
    const device = list.devices.find(({ deviceId }) => deviceId === params.deviceId);
    if (!device) throw problem('not-found');
    return deviceView(list, device);
  }

  @Route(routes.putDeviceChecklistItem)
  async putOfDevice({
    person,
    params,
    body,
  }: RouteRequest<typeof routes.putDeviceChecklistItem>): Promise<ItemAnswer> {
    const locationId = await this.locationOf(params.deviceId);
    return this.put(person.personId, { ...params, locationId }, body);
  }

  @Route(residualCurrentRoutes.listResidualCurrentTests)
  async tests({ params }: RouteRequest<typeof residualCurrentRoutes.listResidualCurrentTests>) {
    const tests = await new ResidualCurrentTests(this.pool).of(params.deviceId, shownTests);
    return {
      items: tests.map(({ connector, passed, trip_ms, current_mA, testedAt }) => ({
        connector,
        result: passed ? ('passed' as const) : ('failed' as const),
        trip_ms,
        current_mA,
        testedAt: testedAt.toISOString(),
      })),
    };
  }

  private async put(
    actor: PersonId,
    place: Place,
    { done, note }: { readonly done: boolean; readonly note: string | null },
  ): Promise<ItemAnswer> {
    const { locationId, deviceId, item } = place;
    const known = itemOf(await readChecklist(this.pool, locationId), place);
    if (!known) throw problem('not-found');
    if (known.computed) throw problem('computed-item');
    await this.changes.run(
      { actor, right: 'electrical', locationId, subject: 'devices' },
      async (client, by) => {
        if (done) await tick(client, place, note, by);
        else await untick(client, place);
        return {
          action: done ? 'checklist-ticked' : 'checklist-opened',
          subjectId: deviceId,
          detail: { item },
        };
      },
    );
    const list = await readChecklist(this.pool, locationId);
    const after = itemOf(list, place);
    if (!after) throw problem('not-found');
    return itemView(list, after);
  }

  private async locationOf(deviceId: string): Promise<string> {
    const device = await new DeviceRepository(this.pool).byId(deviceId);
    if (!device) throw problem('not-found');
    return device.locationId;
  }
}

const itemOf = ({ items }: LocationChecklist, { deviceId, item }: Place): ChecklistItem | undefined =>
  items.find((each) => each.deviceId === deviceId && each.item === item);

const itemsOf = (list: LocationChecklist, deviceId: string | null): ItemAnswer[] =>
  list.items.filter((each) => each.deviceId === deviceId).map((each) => itemView(list, each));

const deviceView = (list: LocationChecklist, { deviceId, kind, name }: InstalledDevice): DeviceAnswer => ({
  deviceId,
  kind,
  name,
  items: itemsOf(list, deviceId),
});

function itemView({ ticks }: LocationChecklist, known: ChecklistItem): ItemAnswer {
  const { deviceId, item, mandatory, computed, done } = known;
  const ticked = ticks.find((each) => each.deviceId === deviceId && each.item === item);
  return {
    item,
    mandatory,
    computed,
    done,
    note: ticked?.note ?? null,
    doneBy: ticked ? { personId: ticked.tickedBy, name: ticked.tickedByName } : null,
    doneAt: ticked?.tickedAt.toISOString() ?? null,
  };
}
