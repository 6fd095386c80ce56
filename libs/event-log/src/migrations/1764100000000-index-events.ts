import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the log is read by, besides position and stream, and where each projection stands. */
export class IndexEvents1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
CREATE INDEX events_type ON events (type, position);
CREATE INDEX events_instance ON events ((coalesce(data ->> 'instanceId', data #>> '{record,instanceId}')), position);
CREATE INDEX events_at ON events (at);
CREATE INDEX inbox_received_at ON inbox (received_at);
CREATE TABLE projections (
  name     text    NOT NULL,
  build    int     NOT NULL,
  version  int     NOT NULL,
  position bigint  NOT NULL DEFAULT 0,
  serving  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (name, build)
);
CREATE UNIQUE INDEX projections_serving ON projections (name) WHERE serving;
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE projections');
    await queryRunner.query('DROP INDEX events_type, events_instance, events_at, inbox_received_at');
  }
}
