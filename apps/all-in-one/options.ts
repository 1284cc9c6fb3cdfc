import { Command, InvalidArgumentError } from 'commander';

export interface Options {
  /** HTTP for API and portal; OCPP, MQTT, metrics and OCPP over TLS take the next four. */
  readonly port: number;
  readonly dataDir: string;
  readonly sim: boolean;
  readonly speed: number;
  /** Local time of the replayed day at which the simulation begins, HH:MM. */
  readonly from: string;
}

/** Reads the command line; prints help or one sentence about what is wrong and ends the process where that is the answer. */
export function readOptions(argv: readonly string[]): Options {
  const program = new Command('npm start --')
    .description(
      'Runs all of Busbar in one process on an embedded PostgreSQL, with a simulated garage to look at.',
    )
    .option(
      '--port <number>',
      'port of the portal and API; OCPP, MQTT, metrics and OCPP over TLS take the next four',
      port,
      7070,
    )
    .option('--data-dir <folder>', 'where the database, the log and the first login are kept', '.busbar')
    .option('--no-sim', 'start without the simulated garage')
    .option(
      '--speed <factor>',
      'how much faster than life cars come, charge and go in the simulation',
      factor,
      60,
    )
    .option('--from <time>', 'time of the replayed day at which the simulation begins', timeOfDay, '09:00')
    .helpOption('--help', 'show this help')
    .showHelpAfterError('Run `npm start -- --help` for all options.')
    .allowExcessArguments(false);
  program.parse([...argv], { from: 'user' });
  return program.opts<Options>();
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_531)
    throw new InvalidArgumentError('give a whole number from 1 to 65531.');
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 600)) throw new InvalidArgumentError('give a number from 1 to 600.');
  return value;
}

function timeOfDay(text: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new InvalidArgumentError('write it as HH:MM, for example 08:30.');
  return text;
}
