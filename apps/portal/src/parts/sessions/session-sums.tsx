import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../api.js';
import { costsText, energyText } from '../../session-texts.js';
import type { SessionTotals } from '../../site-api.js';
import { ProblemNote } from '../problem-note.js';
import type { Period } from './period.js';

interface Props {
  readonly locationId: string;
  readonly period: Period;
}

/** How many sessions, how much energy and what it cost, in all and by month. */
export function SessionSums({ locationId, period }: Props) {
  const totals = useQuery({
    queryKey: ['session-totals', locationId, period],
    queryFn: () =>
      unwrap(
        api.GET('/v1/locations/{locationId}/session-totals', {
          params: { path: { locationId }, query: { ...period } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  if (totals.error) return <ProblemNote error={totals.error} />;
  if (!totals.data) return <p className="page-note">Loading ...</p>;
  const { count, energy_Wh, withoutCost, months } = totals.data;
  return (
    <>
      <dl className="totals">
        <div>
          <dt>Sessions</dt>
          <dd>{count}</dd>
        </div>
        <div>
          <dt>Energy</dt>
          <dd>{energyText(energy_Wh)}</dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>{costsText(totals.data) || 'not known'}</dd>
        </div>
      </dl>
      {withoutCost > 0 && <p className="faint">{uncounted(withoutCost)}</p>}
      {months.length > 1 && <Months months={months} />}
    </>
  );
}

const uncounted = (sessions: number): string =>
  sessions === 1
    ? 'The cost of one session is not known, because a price of its time is missing.'
    : `The cost of ${sessions} sessions is not known, because prices of their time are missing.`;

function Months({ months }: Pick<SessionTotals, 'months'>) {
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col" className="number">
              Sessions
            </th>
            <th scope="col" className="number">
              Energy
            </th>
            <th scope="col" className="number">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {months.map((each) => (
            <tr key={each.month}>
              <td>{each.month}</td>
              <td className="number">{each.count}</td>
              <td className="number">{energyText(each.energy_Wh)}</td>
              <td className="number">{costsText(each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
