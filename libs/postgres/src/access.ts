import { currentUser } from '@tandem/host';
import { quoteHbaField } from './quoting';
import { AGENT_ROLE, PEER_ROLE, POOLER_ROLE, replicationRole } from './roles';

export type Gate = 'open' | 'closed';

export interface Peers {
  /** All nodes of the instance with their hosts: the certificate of a host names the host. */
  nodes: { nodeId: string; hostId: string }[];
  /** Hosts whose PgBouncer may look verifiers up. */
  poolers: string[];
}

export interface Access {
  gate: Gate;
  peers: Peers;
}

/** The first line of pg_hba.conf holds what it was made from: one file, so that both change in one step. */
const ACCESS_MARK = '# access: ';

/** What a rendered pg_hba.conf was made from; closed to everybody where there is none. */
export function parseAccess(hba: string | undefined): Access {
  const first = hba?.split('\n', 1)[0];
  return first?.startsWith(ACCESS_MARK)
    ? (JSON.parse(first.slice(ACCESS_MARK.length)) as Access)
    : { gate: 'closed', peers: { nodes: [], poolers: [] } };
}

/**
 * pg_hba.conf. Closed: the local agent and the platform's peers, nobody else. Open: application users too, but only
 * through a holder of a platform certificate, that is PgBouncer. The superuser never logs in over TCP, application
 * users never by the unix socket. The first line that matches decides.
 */
export function renderHba({ gate, peers }: Access): string {
  const replication = peers.nodes.map(
    ({ nodeId }) => `hostssl replication ${replicationRole(nodeId)} all cert map=${replicationRole(nodeId)}`,
  );
  const clients = [
    `hostssl all ${POOLER_ROLE} all cert map=pooler`,
    // Without a certificate of the platform even the right password is refused.
    'hostssl all all all scram-sha-256 clientcert=verify-ca',
  ];
  return [
    `${ACCESS_MARK}${JSON.stringify({ gate, peers })}`,
    `local all ${AGENT_ROLE} peer map=agent`,
    'local all all reject',
    'local replication all reject',
    `host all ${AGENT_ROLE} all reject`,
    ...replication, // R3: a standby's role belongs to one host's certificate.
    `hostssl postgres ${PEER_ROLE} all cert map=peer`,
    ...(gate === 'open' ? clients : []),
    'host all all all reject',
    'host replication all all reject',
    '',
  ].join('\n');
}

/** pg_ident.conf: which certificate (by the host that it names) or operating system user may take which role. */
export function renderIdent({ peers }: Access): string {
  const field = quoteHbaField;
  return [
    `agent ${field(currentUser().name)} ${AGENT_ROLE}`,
    ...peers.nodes.flatMap(({ nodeId, hostId }) => [
      `${replicationRole(nodeId)} ${field(hostId)} ${replicationRole(nodeId)}`,
      `peer ${field(hostId)} ${PEER_ROLE}`,
    ]),
    ...peers.poolers.map((hostId) => `pooler ${field(hostId)} ${POOLER_ROLE}`),
    '',
  ].join('\n');
}
