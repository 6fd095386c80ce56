import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events, secrets, inbox and checkpoints, and the one function that appends.
 *
 * The advisory lock (key: 'TAND', 1) is held until the caller's transaction ends, so positions become visible in their
 * own order: a reader that has seen position n has been able to see all below it. Numbers are last + 1 under the lock,
 * not from a sequence, so an aborted transaction leaves no hole either.
 */
export class CreateEventLog1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
    await queryRunner.query(appendEvents);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION append_events(text, int, jsonb)');
    await queryRunner.query('DROP TABLE events, secrets, inbox, checkpoints');
  }
}

const tables = `
CREATE TABLE events (
  position       bigint      PRIMARY KEY,
  id             uuid        NOT NULL UNIQUE,
  stream         text        NOT NULL,
  version        int         NOT NULL,
  type           text        NOT NULL,
  schema_version int         NOT NULL,
  data           jsonb       NOT NULL,
  meta           jsonb       NOT NULL,
  at             timestamptz NOT NULL,
  UNIQUE (stream, version)
);
CREATE TABLE secrets (
  id         text        PRIMARY KEY,
  ciphertext bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE inbox (
  consumer    text        NOT NULL,
  message_id  text        NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, message_id)
);
CREATE TABLE checkpoints (
  name     text   PRIMARY KEY,
  position bigint NOT NULL
);
`;

const appendEvents = `
CREATE FUNCTION append_events(p_stream text, p_expected int, p_events jsonb)
RETURNS TABLE (outcome text, positions bigint[], stream_version int)
LANGUAGE plpgsql AS $$
DECLARE
  v_known   bigint[];
  v_version int;
  v_last    bigint;
BEGIN
  -- An older snapshot would not show what the last holder of the lock has committed.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append_events needs read committed' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM pg_advisory_xact_lock(1413566020, 1);

  SELECT coalesce(max(e.version), 0) INTO v_version FROM events e WHERE e.stream = p_stream;
  SELECT array_agg(e.position ORDER BY n.ordinality) INTO v_known
    FROM jsonb_array_elements(p_events) WITH ORDINALITY n
    JOIN events e ON e.id = (n.value ->> 'id')::uuid AND e.stream = p_stream;
  IF cardinality(v_known) = jsonb_array_length(p_events) THEN
    RETURN QUERY SELECT 'duplicate', v_known, v_version;
    RETURN;
  END IF;
  IF p_expected <> v_version THEN
    RETURN QUERY SELECT 'conflict', '{}'::bigint[], v_version;
    RETURN;
  END IF;

  SELECT coalesce(max(e.position), 0) INTO v_last FROM events e;
  INSERT INTO events (position, id, stream, version, type, schema_version, data, meta, at)
    SELECT v_last + n.ordinality, (n.value ->> 'id')::uuid, p_stream, v_version + n.ordinality, n.value ->> 'type',
           (n.value ->> 'schemaVersion')::int, n.value -> 'data', n.value -> 'meta', clock_timestamp()
      FROM jsonb_array_elements(p_events) WITH ORDINALITY n;
  PERFORM pg_notify('tandem_events', '');
  RETURN QUERY
    SELECT 'appended', array_agg(v_last + i ORDER BY i), v_version + jsonb_array_length(p_events)
      FROM generate_series(1, jsonb_array_length(p_events)) i;
END $$;
`;
