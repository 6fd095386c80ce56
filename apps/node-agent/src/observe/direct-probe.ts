import { connect } from 'node:net';

/** The SSLRequest message of PostgreSQL's protocol: a living postmaster forks a backend that answers one byte. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Whether a PostgreSQL answers within `boundMs`. A frozen host still accepts TCP, so a connection proves nothing: only
 * an answer counts (Timings, directProbe). Needs no credentials.
 */
export function probeAnswers(place: { address: string; port: number }, boundMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: place.address, port: place.port });
    const finish = (answered: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => finish(false), boundMs);
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}
