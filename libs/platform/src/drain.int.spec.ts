import { spawnSync } from 'node:child_process';
import { drainOnSignals } from './drain';

/** Runs the function itself in a process of its own: what it does to a process cannot be seen in the runner's. */
function runProcess(body: string): { readonly status: number | null; readonly lines: string[] } {
  const script = `
    class Failure extends Error {}
    const errors_1 = { Failure };
    const backoff_1 = { pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
    const _errors = errors_1, _backoff = backoff_1;
    const log = (fields, message) => console.log(message);
    const logger = { info: log, error: log, fatal: log };
    ${drainOnSignals.toString()}
    ${body}
    setInterval(() => {}, 1000);
  `;
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 10_000 });
  return { status, lines: stdout.trim().split('\n') };
}

describe('drainOnSignals', () => {
  it('closes once and ends with 0 on SIGTERM, however often it is sent', () => {
    const { status, lines } = runProcess(`
      drainOnSignals(logger, async () => { console.log('closing'); await backoff_1.pause(50); });
      process.kill(process.pid, 'SIGTERM'); process.kill(process.pid, 'SIGTERM');`);
    expect({ status, lines }).toEqual({ status: 0, lines: ['Draining', 'closing'] });
  });

  it('ends within its limit when closing hangs', () => {
    const { status } = runProcess(`
      drainOnSignals(logger, () => new Promise(() => {}), 100);
      process.kill(process.pid, 'SIGTERM');`);
    expect(status).toBe(0);
  });

  it('ends with 70 after what nobody caught, so that the supervisor starts a clean process', () => {
    const { status, lines } = runProcess(`
      drainOnSignals(logger, async () => {});
      Promise.reject(new Error('ours'));`);
    expect({ status, lines }).toEqual({ status: 70, lines: ['The process ends after a fault'] });
  });
});
