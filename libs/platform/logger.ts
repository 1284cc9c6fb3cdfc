import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Structured log lines; what could be a secret is cut before it is written, whoever logs it. */
export function createLogger(options: { level: string; name: string }): Logger {
  return pino({
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
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
