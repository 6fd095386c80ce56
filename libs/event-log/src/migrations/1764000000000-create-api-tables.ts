import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens of the HTTP API as hashes, and its requests by Idempotency-Key. */
export class CreateApiTables1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(tables);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE api_tokens, idempotent_requests');
  }
}

const tables = `
CREATE TABLE api_tokens (
  id                   text        PRIMARY KEY,
  name                 text        NOT NULL,
  role                 text        NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  hash                 text        NOT NULL UNIQUE,
  -- The secret before the last rotation, for as long as it goes on beside the new one.
  previous_hash        text,
  previous_valid_until timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  rotated_at           timestamptz,
  expires_at           timestamptz,
  revoked_at           timestamptz
);
CREATE UNIQUE INDEX api_tokens_name ON api_tokens (name) WHERE revoked_at IS NULL;
CREATE TABLE idempotent_requests (
  token_id      text        NOT NULL,
  key           text        NOT NULL,
  fingerprint   text        NOT NULL,
  -- Both encrypted.
  seed          bytea       NOT NULL,
  answer        bytea,
  claimed_until timestamptz NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (token_id, key)
);
CREATE INDEX idempotent_requests_age ON idempotent_requests (created_at);
`;
