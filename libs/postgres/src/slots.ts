import { connectAgent, using } from './connection';
import type { NodeContext } from './node-options';
import type { StandingSession } from './standing-session';

/** A physical slot that holds WAL from now on, also on a standby; an existing one is left as it is. */
export async function ensureSlot(session: StandingSession, name: string): Promise<void> {
  await session.query(
    `SELECT pg_create_physical_replication_slot($1::name, true)
       WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1::name)`,
    [name],
  );
}

/** Drops what nobody uses any more (a slot pins WAL), except the names given; slots in use stay. */
export async function dropSlotsExcept(node: NodeContext, keep: string[]): Promise<string[]> {
  const dropped = await using(connectAgent(node), (session) =>
    session.query<{ name: string }>(
      `SELECT slot_name AS name, pg_drop_replication_slot(slot_name) FROM pg_replication_slots
       WHERE NOT active AND NOT temporary AND slot_name <> ALL ($1::name[])`,
      [keep],
    ),
  );
  return dropped.map(({ name }) => name);
}
