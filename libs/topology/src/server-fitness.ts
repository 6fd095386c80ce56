import { Permanent } from '@tandem/platform';

/** nats-server 2.9.10 with three replicas let several racing CASes win in 299 of 300 rounds, 2.10.27 in none (R12). */
export const MINIMUM_CLUSTER_VERSION = '2.10.27';

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): number[] => text.split(/[.+-]/).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(than)];
  for (let i = 0; i < 3; i++) {
    // What cannot be read is taken for older: unknown means no (R14).
    if (!(have[i] >= want[i])) return true;
    if (have[i] > want[i]) return false;
  }
  return /^\d+\.\d+\.\d+-/.test(version);
}

/** R12: throws Permanent where compare-and-set is known to be broken. One replica was never seen to fail. */
export function assertServerFit(version: string, replicas: number): void {
  if (replicas > 1 && isOlder(version, MINIMUM_CLUSTER_VERSION))
    throw new Permanent(
      'nats-server-unfit',
      `nats-server ${version} with ${replicas} replicas lets several compare-and-sets win: ` +
        `upgrade every server to ${MINIMUM_CLUSTER_VERSION} or later, or use one replica`,
      { params: { version, replicas } },
    );
}
