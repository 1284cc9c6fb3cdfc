import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { giveCommand, type CommandResource, type LiveDevice } from '../../api.js';
import { residualCurrentTestsOf, type Device, type ResidualCurrentTest } from '../../site-api.js';
import { commandStateTexts, isFinal } from '../../texts.js';
import { useAttempt } from '../../use-attempt.js';
import { ConfirmButton } from '../confirm-button.js';
import { ProblemNote } from '../problem-note.js';

interface Props {
  readonly device: Device;
  /** Null until it is in the live view. */
  readonly live: LiveDevice | null;
  readonly commands: ReadonlyMap<string, CommandResource>;
  readonly mayTest: boolean;
  readonly onCommand: (command: CommandResource) => void;
}

/** The commands that ask for a test, of one device or all. */
export const testsAsked = (commands: Iterable<CommandResource>): readonly CommandResource[] =>
  [...commands].filter(({ request }) => request.action === 'test-residual-current-device');

/** How many have ended: what depends on results is read anew whenever it grows. */
export const testsEnded = (asked: readonly CommandResource[]): number =>
  asked.filter(({ state }) => isFinal(state)).length;

/** The test of each connector's residual-current device: its progress and its latest result (NB-74). */
export function ResidualCurrentTests(props: Props) {
  const { device, live, commands, mayTest, onCommand } = props;
  const { deviceId, name } = device;
  const asked = testsAsked(commands.values()).filter((command) => command.deviceId === deviceId);
  const tests = useQuery({
    queryKey: ['residual-current-tests', deviceId, testsEnded(asked)],
    queryFn: () => residualCurrentTestsOf(deviceId),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const { problem, busy, attempt } = useAttempt(() => Promise.resolve());
  const start = (connector: number) =>
    attempt(async () =>
      onCommand(await giveCommand(deviceId, { action: 'test-residual-current-device', connector })),
    );
  return (
    <>
      <h4>Residual-current test</h4>
      {tests.error && <ProblemNote error={tests.error} />}
      <ul className="access-list" aria-label={`Residual-current tests of ${name}`} aria-live="polite">
        {connectorsOf(live, tests.data?.items ?? []).map((connector) => (
          <li key={connector}>
            <span>Connector {connector}</span>
            <Outcome
              running={latestOf(asked, connector)}
              test={tests.data?.items.find((each) => each.connector === connector)}
            />
            {mayTest && (
              <ConfirmButton
                label="Test"
                name={`Test connector ${connector} of ${name}`}
                question="The residual-current device opens for a moment. A car that charges there is interrupted."
                quiet
                disabled={busy}
                onConfirm={() => void start(connector)}
              />
            )}
          </li>
        ))}
      </ul>
      {problem && <ProblemNote error={problem} />}
    </>
  );
}

interface OutcomeProps {
  readonly running: CommandResource | undefined;
  readonly test: ResidualCurrentTest | undefined;
}

function Outcome({ running, test }: OutcomeProps) {
  if (running && running.state !== 'accepted')
    return (
      <>
        <span className={`pill ${isFinal(running.state) ? 'bad' : 'warn'}`}>
          {commandStateTexts[running.state]}
        </span>
        {running.reason && <span className="faint">{running.reason}</span>}
      </>
    );
  if (!test) return <span className="pill">Not tested yet</span>;
  const at = new Date(test.testedAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <>
      <span className={`pill ${test.result === 'passed' ? 'good' : 'bad'}`}>
        {test.result === 'passed' ? 'Passed' : 'Failed'}
      </span>
      <span className="faint">{[howFast(test), at].filter(Boolean).join(' · ')}</span>
    </>
  );
}

function howFast({ result, trip_ms, current_mA }: ResidualCurrentTest): string {
  const at = current_mA === null ? '' : ` at ${current_mA} mA`;
  if (trip_ms !== null) return `opened after ${trip_ms} ms${at}`;
  return result === 'failed' ? `did not open${at}` : '';
}

const latestOf = (commands: readonly CommandResource[], connector: number): CommandResource | undefined =>
  commands
    .filter(({ request }) => 'connector' in request && request.connector === connector)
    .toSorted((a, b) => b.enqueuedAt.localeCompare(a.enqueuedAt))[0];

/** Those the charger told of and those that were tested; the first, while nothing is known. */
function connectorsOf(live: LiveDevice | null, tests: readonly ResidualCurrentTest[]): readonly number[] {
  const told = (live?.connectors ?? []).map(({ connector }) => connector).filter((each) => each > 0);
  const known = new Set([...told, ...tests.map(({ connector }) => connector)]);
  return known.size === 0 ? [1] : [...known].toSorted((a, b) => a - b);
}
