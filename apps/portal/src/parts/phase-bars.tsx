import type { LiveSite } from '../api.js';

const lines = ['L1', 'L2', 'L3'] as const;

/** The three lines now, as bars against their fuses; readable without the chart and by a screen reader. */
export function PhaseBars({ site }: { readonly site: LiveSite }) {
  return (
    <dl className="phase-bars">
      {lines.map((line, index) => {
        const fuse_A = site.fuse_A[index] ?? 0;
        const current_A = site.current_A?.[index] ?? null;
        const share = current_A === null || fuse_A === 0 ? 0 : Math.min(1, Math.max(0, current_A / fuse_A));
        return (
          <div key={line}>
            <dt>{line}</dt>
            <dd>
              <span className="track">
                <span className={`bar ${line.toLowerCase()}`} style={{ inlineSize: `${share * 100}%` }} />
              </span>
              <span className="number">
                {current_A === null ? 'no reading' : `${current_A.toFixed(1)} A`}{' '}
                <span className="faint">of {fuse_A} A</span>
              </span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
