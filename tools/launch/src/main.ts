import { Failure } from '@tandem/platform';
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
    const demo = settings.createsDemo ? await makeDemo(api, progress, isStopping) : null;
    progress.print(welcome({ settings, apiUrl: api.url, demo, password: demoPassword(settings) }));
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

async function makeDemo(api: LocalApi, progress: Progress, isStopping: () => boolean) {
  await api.waitHosts(READY_BOUND_MS, isStopping);
  progress.step('node-agents of all hosts');
  const demo = await api.ensureDemo(DEMO_BOUND_MS, isStopping);
  progress.step('instance demo');
  return demo;
}

if (require.main === module) {
  void launch().then((code) => process.exit(code));
}
