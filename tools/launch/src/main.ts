import { Failure, Permanent } from '@tandem/platform';
import { identify } from '@tandem/simhost';
import { checkTraversable, prepareDataDirectory } from './data-directory';
import { demoPassword, LocalApi } from './demo-instance';
import { takeLock } from './launcher-lock';
import { pathsOf } from './layout';
import { Platform } from './platform';
import { Progress } from './progress';
import { readSettings } from './settings';
import { welcome } from './welcome';

const READY_BOUND_MS = 60_000;
const DEMO_BOUND_MS = 120_000;
const EXISTING_DEMO_BOUND_MS = 30_000;

/** Runs the platform until a signal ends it. Resolves with the exit code. */
export async function launch(): Promise<number> {
  const progress = new Progress();
  let release = (): void => undefined;
  let platform: Platform | undefined;
  let stopping: Promise<void> | undefined;
  let stopped = (): void => undefined;
  const ended = new Promise<void>((resolve) => (stopped = resolve));
  const stop = (): void => {
    stopping ??= (async () => {
      progress.print('Stopping ...');
      await platform?.stop();
      progress.print('Everything that was started has ended.');
    })().finally(stopped);
    stopping.catch(() => undefined);
  };
  try {
    const settings = readSettings();
    checkTraversable(settings.codeDir, settings);
    prepareDataDirectory(settings);
    release = takeLock(pathsOf(settings.dataDir).lock);
    progress.step(`data directory ${settings.dataDir}`);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    platform = new Platform(settings, progress);
    platform.recordLauncher(identify(process.pid));
    await platform.start();
    const api = new LocalApi(settings);
    const isStopping = (): boolean => stopping !== undefined;
    await api.waitHealthy(READY_BOUND_MS, isStopping);
    progress.step(`API on ${api.url}`);
    const demo = settings.createsDemo ? await showDemo(platform, api, progress, isStopping) : null;
    progress.printSecret(welcome({ settings, apiUrl: api.url, demo, password: demoPassword(settings) }));
    if (process.connected) process.send?.({ ready: true }, () => process.disconnect());
    await ended;
    await stopping;
    return 0;
  } catch (error) {
    if (stopping === undefined) {
      progress.print(`\n${error instanceof Failure ? error.message : ((error as Error).stack ?? String(error))}`);
      stop();
    }
    await ended;
    return 1;
  } finally {
    release();
  }
}

/** A demo that exists is shown as it is after a while: a host that a drill has killed must not hold up the start. */
async function showDemo(platform: Platform, api: LocalApi, progress: Progress, isStopping: () => boolean) {
  const existing = await api.findDemo(READY_BOUND_MS, isStopping);
  const demo =
    existing === null
      ? await api.createDemo({ hosts: platform.hostsUp(), boundMs: DEMO_BOUND_MS }, isStopping)
      : await api.waitAvailable(EXISTING_DEMO_BOUND_MS, isStopping).catch((error: Permanent) => {
          if (error.code !== 'not-ready') throw error;
          return api.findDemo(READY_BOUND_MS, isStopping);
        });
  progress.step(`instance demo: ${demo?.status}`);
  return demo;
}

if (require.main === module) {
  void launch().then((code) => process.exit(code));
}
