import { Failure } from './errors';
import type { Logger } from './logger';
import { pause } from './backoff';

/**
 * Ends the process in order on SIGTERM or SIGINT: `close` runs once, bounded by `limitMs`, then exit 0.
 * What nobody catches ends the process with exit 70 (a fault of ours), so that the supervisor starts a clean one.
 */
export function drainOnSignals(logger: Logger, close: () => Promise<void>, limitMs = 5_000): void {
  let draining = false;
  const drain = async (signal: NodeJS.Signals): Promise<void> => {
    if (draining) return;
    draining = true;
    logger.info({ signal }, 'Draining');
    const closed = close().catch((err: unknown) => logger.error({ err }, 'Draining failed'));
    await Promise.race([closed, pause(limitMs)]);
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void drain(signal));
  process.on('SIGINT', (signal) => void drain(signal));
  const end = (err: unknown): void => {
    logger.fatal({ err, code: err instanceof Failure ? err.code : 'uncaught' }, 'The process ends after a fault');
    process.exit(70);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
