// Loaded into the API gateway (node --import). The gateway listens on loopback, because its token travels in the clear;
// the engine can publish a port only from the container's own address. What arrives there is passed on. Reachable from
// outside of the compose network is only what docker-compose.yml publishes, which is the loopback of the user's machine.
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

const port = Number(process.env.TANDEM_PORT_BASE);
const addresses = Object.values(networkInterfaces()).flat();
const own = addresses.find(({ family, internal }) => family === 'IPv4' && !internal).address;

createServer({ allowHalfOpen: true }, (outside) => {
  const inside = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const end = () => [outside, inside].forEach((socket) => socket.destroy());
  for (const socket of [outside, inside]) socket.on('error', end);
  outside.pipe(inside).pipe(outside);
}).listen(port, own);
