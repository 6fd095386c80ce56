import { eventually } from '@tandem/testkit';
import { clientCertificate } from './client-certificate';
import { rowKey } from './history';
import { PgSession } from './pg-session';
import { TestInstance } from './test-instance';

const BOUND_MS = 20_000;

/** Keys of all rows, read on the primary itself by a connection to its raw port. */
export async function finalRows(instance: TestInstance): Promise<Set<string>> {
  const { nodeId } = instance.roles.primary;
  const { address, port } = instance.places.find((place) => place.nodeId === nodeId)!;
  const config = { ...instance.login, host: address, port, ssl: clientCertificate(instance.platform).tls };
  return eventually(
    `the rows of ${nodeId} can be read`,
    async () => {
      const session = await PgSession.open(config, 2_000);
      try {
        type Row = { writer: number; seq: number; standby: boolean };
        const text = 'SELECT writer, seq, pg_is_in_recovery() AS standby FROM probe';
        const { rows } = await session.query<Row>(text, [], BOUND_MS);
        if (rows.some(({ standby }) => standby)) throw new Error(`${nodeId} is a standby`);
        return new Set(rows.map(rowKey));
      } finally {
        session.cut();
      }
    },
    BOUND_MS,
  );
}
