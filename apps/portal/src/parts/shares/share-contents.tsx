import type { ShareLevel } from '../../sharing-api.js';

export interface SharedObject {
  readonly kind: ShareLevel;
  readonly id: string;
  readonly name: string;
  readonly items: readonly {
    readonly kind: 'customer' | 'location' | 'building' | 'installation';
    readonly sourceId: string;
    readonly name: string;
    readonly state: 'offered' | 'chosen' | 'taken' | 'stopped';
  }[];
}

const stateTexts: Readonly<Record<SharedObject['items'][number]['state'], readonly [string, string]>> = {
  offered: ['Not taken over', ''],
  chosen: ['Waits', 'warn'],
  taken: ['Taken over', 'good'],
  stopped: ['Ended', 'bad'],
};

/** Every part of the share, and what became of it. */
export function ShareContents({ objects }: { readonly objects: readonly SharedObject[] }) {
  return (
    <section className="card" aria-labelledby="contents-title">
      <h2 id="contents-title">What the share consists of</h2>
      <ul className="access-list" aria-label="Parts of the share">
        {objects
          .flatMap(({ items }) => items)
          .map(({ sourceId, name, kind, state }) => (
            <li key={`${kind}-${sourceId}`}>
              <span>
                {name} <span className="faint">{kind}</span>
              </span>
              <span className={`pill ${stateTexts[state][1]}`}>{stateTexts[state][0]}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
