import { cp, rm } from 'node:fs/promises';
import { LocalNats, scratchDir, startLocalNats } from '@tandem/testkit';
import { NatsConnection, connect } from 'nats';
import { openTopologyStore } from './open-topology-store';
import { itIsATopologyStore } from './test/topology-store-conformance';

const PORT = 21901;

describe('the topology store on nats-server', () => {
  let nats: LocalNats;
  let dir: Awaited<ReturnType<typeof scratchDir>>;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    dir = await scratchDir('topology-conf');
    nats = await startLocalNats({ port: PORT, dir: dir.path });
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((nc) => nc.close()));
  });
  afterAll(async () => {
    await nats.dispose();
    await dir.remove();
  });

  itIsATopologyStore(() => ({
    open: async (onReset) => {
      const nc = await connect({
        servers: nats.url,
        reconnectTimeWait: 20,
        reconnectJitter: 20,
        maxReconnectAttempts: -1,
      });
      connections.push(nc);
      return openTopologyStore(nc, {
        role: 'creator',
        onReset: (reset) => {
          onReset(reset);
          return reset.proven ? 'refuse' : 'accept';
        },
      });
    },
    freeze: async () => nats.signal('SIGSTOP'),
    thaw: async () => nats.signal('SIGCONT'),
    backup: async () => {
      const copy = `${dir.path}/copy`;
      await nats.stop();
      await rm(copy, { recursive: true, force: true });
      await cp(nats.storeDir, copy, { recursive: true });
      await nats.start();
      return async () => {
        await nats.stop('at-once');
        await rm(nats.storeDir, { recursive: true });
        await cp(copy, nats.storeDir, { recursive: true });
        await nats.start();
      };
    },
  }));
});
