import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** A file, or null for standard output. */
  readonly file: string | null;
}

/** Structured log lines; what could be a secret is cut before it is written, whoever logs it. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: {
        paths: [
          'authorization',
          'password',
          'secret',
          'cookie',
          '*.authorization',
          '*.password',
          '*.secret',
          '*.cookie',
          'headers',
        ],
        censor: '[redacted]',
      },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: stdTimeFunctions.isoTime,
    },
    destination({ dest: options.file ?? 1, sync: false, mkdir: true }),
  );
}
