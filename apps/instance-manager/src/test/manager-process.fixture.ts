import { createLogger } from '@tandem/platform';
import { startInstanceManager } from '../instance-manager.application';
import type { InstanceManagerConfig } from '../instance-manager.config';

/** A manager as a process: `<config as JSON> <boundary>`; at the boundary it dies as by a power cut. */
const [, , config, dieAt] = process.argv as [string, string, string, string];
const logger = createLogger({ service: 'instance-manager' }, 'debug');

void startInstanceManager(JSON.parse(config) as InstanceManagerConfig, logger, undefined, async ({ step, at }) => {
  if (`${at}: ${step}` !== dieAt) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
});
