import { access, stat } from 'node:fs/promises';
import { nodeAssignment, NodeAssignment, NodeId } from '@tandem/contracts';
import { createLogger, monotonicMs, pause, wallIso } from '@tandem/platform';
import { PostgresNode } from '@tandem/postgres';
import { decideGuard, GuardFacts, timings } from '@tandem/protocol';
import { agentConfig } from '../agent.config';
import { HostLayout, leaseFile, nodeAssignments, nodeDir, postgresNode } from '../host-paths';
import { receiverName } from '../node/node-memory';
import { Silence } from '../observe/silence';
import { Assignments } from '../state/assignments';
import { NodeFile } from '../state/node-file';
import { DeathWatches } from './death-watches';
import { writeFenceMark } from './fence-mark';

/** Small against the fence time, and cheap: one stat of a file while the agent lives. */
const LOOK_MS = 500;
/** No answer of PostgreSQL in this time counts as detached (R6). */
const ASK_MS = 1_000;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function factsOf(layout: HostLayout, { nodeId }: NodeAssignment, pg: PostgresNode): Promise<GuardFacts> {
  const { known } = await new NodeFile(nodeDir(layout.hostDir, nodeId)).load();
  const running = (await pg.adopt()) !== undefined;
  const seen = running ? await pg.observePrimary(ASK_MS).catch(() => null) : null;
  const [secondary] = known?.record.syncSet ?? [];
  const name = secondary && receiverName(secondary, known!.record.incarnations[secondary]);
  const row = seen?.standbys.find(({ applicationName }) => applicationName === name);
  return {
    leaseOverdue: true,
    running,
    primary: !(await exists(`${pg.context.paths.data}/standby.signal`)),
    synced: secondary !== undefined,
    gated: running && (await pg.gateInForce().catch(() => 'open')) === 'closed',
    attached: seen === null ? 'unknown' : row && row.replyAgeMs < timings.attachedWindow ? 'yes' : 'no',
  };
}

/** R6: fences the nodes of a host whose agent cannot, by PostgreSQL's own word; a process of its own beside the agent. */
async function main(): Promise<void> {
  const config = agentConfig();
  const layout = { hostDir: config.TANDEM_HOST_DIR, pgBin: config.TANDEM_PG_BIN };
  const log = createLogger({ service: 'guard', hostId: config.TANDEM_HOST_ID }, config.TANDEM_LOG_LEVEL);
  const assignments = new Assignments(nodeAssignments(layout.hostDir), nodeAssignment);
  // One for each node and kept: the age of a reply shows over several looks only.
  const nodes = new Map<NodeId, PostgresNode>();
  const deaths = new DeathWatches();
  const lease = new Silence(4 * LOOK_MS);
  for (;;) {
    await pause(LOOK_MS);
    const renewed = await stat(leaseFile(layout.hostDir)).catch(() => ({ mtimeMs: 0 }));
    // Counted on this process's own monotonic clock; the file's time is only a sign of change.
    const overdue = lease.look(String(renewed.mtimeMs), monotonicMs()) >= timings.fence;
    for (const assignment of await assignments.all()) {
      const { nodeId } = assignment;
      const pg = nodes.get(nodeId) ?? postgresNode(layout, assignment);
      nodes.set(nodeId, pg);
      await deaths.look(nodeId, pg);
      if (!overdue) {
        pg.close();
        continue;
      }
      const verdict = decideGuard(await factsOf(layout, assignment, pg));
      if (verdict.action !== 'stop-immediate') continue;
      log.error({ nodeId, row: verdict.row }, 'The guard stops a node');
      await pg.stop('immediate');
      await writeFenceMark(nodeDir(layout.hostDir, nodeId), { row: verdict.row, at: wallIso() });
    }
  }
}

void main();
