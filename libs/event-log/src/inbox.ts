import type { ClientBase } from 'pg';

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
