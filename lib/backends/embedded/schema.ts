/**
 * The tables of `sightline.db`. Entities are JSON in `body`; the columns beside it are copies of what is searched by.
 */
export const SCHEMA_VERSION = 1;

export const schema = `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, model TEXT NOT NULL, owner TEXT, priority INTEGER NOT NULL,
    created_at TEXT NOT NULL, finished_at TEXT, body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX jobs_by_creation ON jobs (created_at, id);
  CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
  CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;

  CREATE TABLE job_labels (
    job_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (job_id, key)
  ) WITHOUT ROWID;

  CREATE TABLE images (
    job_id TEXT NOT NULL, idx INTEGER NOT NULL, state TEXT NOT NULL, given_up INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (job_id, idx)
  ) WITHOUT ROWID;
  CREATE INDEX images_by_state ON images (job_id, state);
  CREATE INDEX dead_letters ON images (job_id, idx) WHERE given_up = 1;

  CREATE TABLE idempotency_keys (
    owner TEXT NOT NULL, key TEXT NOT NULL, job_id TEXT NOT NULL, claimant TEXT NOT NULL, claimed_at TEXT NOT NULL,
    fingerprint TEXT,
    PRIMARY KEY (owner, key)
  ) WITHOUT ROWID;
  CREATE INDEX idempotency_keys_by_job ON idempotency_keys (job_id);

  CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, event TEXT NOT NULL);

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL, time TEXT NOT NULL, event TEXT NOT NULL
  );
  CREATE INDEX events_by_job ON events (job_id);

  -- due_at is set for the first of a job's line and for no other, so its index holds no more than what is due.
  CREATE TABLE webhooks (
    sequence INTEGER PRIMARY KEY, job_id TEXT NOT NULL, url TEXT NOT NULL, origin TEXT NOT NULL, event TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, stored_at TEXT NOT NULL, due_at TEXT, reason TEXT, failed_at TEXT,
    is_stop INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX webhooks_due ON webhooks (due_at, sequence) WHERE due_at IS NOT NULL;
  CREATE INDEX webhooks_by_job ON webhooks (job_id, sequence);
  CREATE INDEX webhooks_failed ON webhooks (failed_at) WHERE failed_at IS NOT NULL;

  CREATE TABLE webhook_cursor (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
