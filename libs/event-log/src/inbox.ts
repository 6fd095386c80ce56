import type { ClientBase } from 'pg';

/** Twice as long as the stream of events remembers (7 days): what is older is never delivered again. */
const keptDays = 14;

/**
 * True the first time a consumer claims a message id, inside the transaction of the effect: one effect per message,
 * however often it is delivered.
 */
export async function claimMessage(client: ClientBase, consumer: string, messageId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [consumer, messageId],
  );
  return rowCount === 1;
}

/** Forgets claims of messages that no stream can deliver any more. */
export async function forgetOldClaims(client: ClientBase): Promise<void> {
  await client.query('DELETE FROM inbox WHERE received_at < now() - make_interval(days => $1)', [keptDays]);
}
