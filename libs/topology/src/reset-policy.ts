import { StoreReset } from './store-fingerprint';
import { OnReset } from './topology-store';

/**
 * R12: goes on after a mere restart of a server whose disk keeps what it acknowledged, and makes no compare-and-set any
 * more once it is proven that the store lost something; `tell` hears of both.
 */
export function refuseWhenProven(tell: (reset: StoreReset) => void): OnReset {
  return (reset) => {
    tell(reset);
    return reset.proven ? 'refuse' : 'accept';
  };
}
