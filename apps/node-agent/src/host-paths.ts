import { join } from 'node:path';
import { EndpointAssignment, NodeAssignment } from '@tandem/contracts';
import { PoolerEndpoint } from '@tandem/pooler';
import { PostgresNode } from '@tandem/postgres';

export interface HostLayout {
  readonly hostDir: string;
  readonly pgBin: string;
}

const pki = (hostDir: string) => ({
  caFile: join(hostDir, 'pki', 'ca.crt'),
  certFile: join(hostDir, 'pki', 'host.crt'),
  keyFile: join(hostDir, 'pki', 'host.key'),
});

export const nodeDir = (hostDir: string, nodeId: string): string => join(hostDir, 'nodes', nodeId);
export const nodeAssignments = (hostDir: string): string => join(hostDir, 'assigned', 'nodes');
export const endpointAssignments = (hostDir: string): string => join(hostDir, 'assigned', 'endpoints');
/** R6: what the guard reads: the agent's local lease, renewed with the host session. */
export const leaseFile = (hostDir: string): string => join(hostDir, 'lease');

export function postgresNode({ hostDir, pgBin }: HostLayout, { nodeId, place }: NodeAssignment): PostgresNode {
  return new PostgresNode({
    nodeId,
    dir: nodeDir(hostDir, nodeId),
    socketDir: join(hostDir, 's'),
    address: place.address,
    port: place.port,
    pgBin,
    pki: pki(hostDir),
  });
}

export function poolerEndpoint({ hostDir }: HostLayout, assignment: EndpointAssignment): PoolerEndpoint {
  const { instanceId, address, sessionPort, pooledPort } = assignment;
  return new PoolerEndpoint({
    dir: join(hostDir, 'endpoints', instanceId),
    listenAddress: address,
    sessionPort,
    pooledPort,
    pki: pki(hostDir),
  });
}
