import pino from 'pino';

export type Logger = pino.Logger;
/** Fields that every line of a logger carries; the message itself is a constant sentence. */
export interface LogFields {
  readonly service: string;
  readonly hostId?: string;
  readonly instanceId?: string;
  readonly nodeId?: string;
}

/** JSON lines on stdout (or on `destination`), time as ISO-8601 UTC, level as a word, errors below `err` with causes. */
export function createLogger(
  fields: LogFields,
  level: string = 'info',
  destination: pino.DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { ...fields, pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
