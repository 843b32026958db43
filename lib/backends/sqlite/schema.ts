/**
 * The schema of `sightline.db`, as migrations: a file of version n has got the first n of them. Entities are JSON in
 * `body`; the other columns are copies to query by.
 */
import { counters, faceCounts, imageAdditions, imageCounts, imageTallies, ownerJobCounts } from "./schema-counts.ts";

const jobsAndEvents = `
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

  -- due_at is set only on the first waiting webhook of a job, so its index holds only those to be sent next.
  CREATE TABLE webhooks (
    sequence INTEGER PRIMARY KEY, job_id TEXT NOT NULL, url TEXT NOT NULL, origin TEXT NOT NULL, event TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, stored_at TEXT NOT NULL, due_at TEXT, reason TEXT, failed_at TEXT,
    is_stop INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX webhooks_due ON webhooks (due_at, sequence) WHERE due_at IS NOT NULL;
  CREATE INDEX webhooks_by_job ON webhooks (job_id, sequence);
  CREATE INDEX webhooks_failed ON webhooks (failed_at) WHERE failed_at IS NOT NULL;

  CREATE TABLE webhook_cursor (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL);
`;

/**
 * Tables for sessions. Vectors are blobs of 64-bit numbers: text would take three times the space, and with 32 bits a
 * mean would differ from the mean of the values that clients were given.
 */
const sessions = `
  ALTER TABLE events ADD COLUMN owner TEXT;
  CREATE INDEX events_by_owner ON events (owner);
  CREATE INDEX jobs_by_owner ON jobs (owner, created_at, id);

  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE sessions (
    key_hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL, erased_at TEXT
  ) WITHOUT ROWID;
  CREATE TABLE session_pictures (
    session_id TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL, faces INTEGER NOT NULL,
    vectors BLOB NOT NULL, PRIMARY KEY (session_id, position)
  );

  CREATE TABLE encodings (
    key TEXT PRIMARY KEY, used_at TEXT NOT NULL, body TEXT NOT NULL, faces INTEGER NOT NULL, vectors BLOB NOT NULL
  );
  CREATE INDEX encodings_by_use ON encodings (used_at);
  CREATE TABLE encoding_holders (
    key TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (key, holder)
  ) WITHOUT ROWID;
  CREATE INDEX encodings_by_holder ON encoding_holders (holder);

  CREATE TABLE image_encodings (
    sequence INTEGER PRIMARY KEY, job_id TEXT NOT NULL, owner TEXT, model TEXT NOT NULL, version TEXT NOT NULL,
    finished_at TEXT NOT NULL, faces INTEGER NOT NULL, vectors BLOB NOT NULL
  );
  CREATE INDEX image_encodings_by_job ON image_encodings (job_id);
  CREATE INDEX image_encodings_by_owner ON image_encodings (owner, model, sequence);

  CREATE TABLE collections (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, removals INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL, UNIQUE (owner, name)
  ) WITHOUT ROWID;
  CREATE TABLE collection_faces (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, collection_id TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL, vector BLOB NOT NULL
  );
  CREATE INDEX collection_faces_in_order ON collection_faces (collection_id, sequence);
`;

/** Requests with an idempotency key that may no longer change anything; see `IdempotencyKeys`. */
const fences = `
  CREATE TABLE fenced_claimants (claimant TEXT PRIMARY KEY, fenced_at TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX fenced_claimants_by_time ON fenced_claimants (fenced_at);
`;

/** Parcels of images. An image that was stored before becomes a parcel of one image. */
const parcels = `
  ALTER TABLE images ADD COLUMN parcel INTEGER NOT NULL DEFAULT 0;
  UPDATE images SET parcel = idx, body = json_set(body, '$.parcel', idx);
`;

/** Client keys, and the key that opened a session. */
const keys = `
  CREATE TABLE client_keys (
    id TEXT PRIMARY KEY, key_hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL, revoked_at TEXT
  ) WITHOUT ROWID;
  ALTER TABLE sessions ADD COLUMN opened_by TEXT;
`;

/** Erasures, and the sequence of the newest event, which may be erased. */
const erasures = `
  CREATE TABLE erasures (subject TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE event_counter (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL);
  INSERT INTO event_counter VALUES (1, 0);
`;

const audit = `
  CREATE TABLE audit (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time TEXT NOT NULL, body TEXT NOT NULL);
`;

const webhookSecrets = `
  CREATE TABLE webhook_secrets (
    owner TEXT NOT NULL, origin TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, origin)
  ) WITHOUT ROWID;
`;

/** When sessions were last used, and when they ended. Sessions of the owners of keys never end. */
const sessionEnds = `
  ALTER TABLE sessions ADD COLUMN used_at TEXT;
  ALTER TABLE sessions ADD COLUMN ended_at TEXT;
  UPDATE sessions SET used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE key_hash NOT LIKE 'owner:%';
  CREATE INDEX sessions_by_use ON sessions (used_at) WHERE ended_at IS NULL;
  CREATE INDEX ended_sessions ON sessions (ended_at) WHERE ended_at IS NOT NULL;
`;

/** Members that an erasure has to find again, see `MemberKind`, and the sessions that were opened with a key. */
const erasureMembers = `
  CREATE TABLE erasure_members (
    erasure_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (erasure_id, kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX sessions_by_opener ON sessions (opened_by, id) WHERE opened_by IS NOT NULL;
`;

/** The order of a job's webhooks, in which retried ones come last, and the mode in which they are sent. */
const webhookRetries = `
  ALTER TABLE webhooks ADD COLUMN mode TEXT;
  ALTER TABLE webhooks ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
  UPDATE webhooks SET turn = sequence;
  CREATE INDEX webhooks_failed_by_owner ON webhooks (json_extract(event, '$.owner'), sequence)
    WHERE failed_at IS NOT NULL;
`;

/** How far the event log was copied elsewhere, by reader. */
const readerPositions = `
  CREATE TABLE reader_positions (reader TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
`;

/** Bytes of the images of each job, and the account that they count for. */
const imageBytes = `
  ALTER TABLE jobs ADD COLUMN account TEXT;
  ALTER TABLE jobs ADD COLUMN image_bytes INTEGER NOT NULL DEFAULT 0;
  UPDATE jobs SET account = owner, image_bytes = coalesce(
    (SELECT sum(json_extract(images.body, '$.bytes')) FROM images WHERE images.job_id = jobs.id), 0
  );
  CREATE INDEX jobs_with_images ON jobs (account, finished_at, image_bytes)
    WHERE account IS NOT NULL AND state NOT IN ('succeeded', 'cancelled');
`;

/**
 * Counts removals of webhooks with their jobs, so that a page that was read before a removal is not stored after it.
 */
const webhookRemovals = `
  ALTER TABLE webhook_cursor ADD COLUMN removals INTEGER NOT NULL DEFAULT 0;
  INSERT OR IGNORE INTO webhook_cursor (only_row, sequence) VALUES (1, 0);
`;

/**
 * Terms by which jobs are found besides their state, owner and time: `model:<name>` and `label:<key>:<value>`. The
 * copies of the other columns let one index serve each list in its order, however many jobs of other owners and states
 * there are.
 */
const jobTerms = `
  CREATE TABLE job_terms (
    job_id TEXT NOT NULL, term TEXT NOT NULL, owner TEXT, state TEXT NOT NULL, created_at TEXT NOT NULL,
    PRIMARY KEY (job_id, term)
  ) WITHOUT ROWID;
  INSERT INTO job_terms SELECT DISTINCT jobs.id, 'model:' || json_each.value, owner, state, created_at
    FROM jobs, json_each('["' || replace(model, ',', '","') || '"]');
  INSERT INTO job_terms SELECT job_id, 'label:' || key || ':' || value, owner, state, created_at
    FROM job_labels JOIN jobs ON jobs.id = job_id;
  DROP TABLE job_labels;
  CREATE INDEX job_terms_of_all ON job_terms (term, state, created_at, job_id);
  CREATE INDEX job_terms_of_owner ON job_terms (owner, term, state, created_at, job_id);
  CREATE INDEX jobs_by_owner_and_state ON jobs (owner, state, created_at, id);
  CREATE INDEX jobs_by_priority ON jobs (priority, id);
  CREATE TRIGGER job_terms_moved AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN
    UPDATE job_terms SET state = new.state WHERE job_id = old.id;
  END;
  CREATE TRIGGER job_terms_removed AFTER DELETE ON jobs BEGIN
    DELETE FROM job_terms WHERE job_id = old.id;
  END;
`;

/** Indexes for lists by priority, of one state each: of all owners, and of one owner. */
const jobPriorities = `
  DROP INDEX jobs_by_priority;
  CREATE INDEX jobs_by_state_and_priority ON jobs (state, priority, id);
  CREATE INDEX jobs_by_owner_state_and_priority ON jobs (owner, state, priority, id);
`;

/** See `ActivityHistory`. */
const activityHistory = `
  CREATE TABLE activity_history (
    id TEXT PRIMARY KEY, bucket_seconds INTEGER NOT NULL, saved_at INTEGER NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX activity_history_by_time ON activity_history (bucket_seconds, saved_at);
`;

/** Images that requests with an idempotency key have added, see `Creation`. */
const sessionImageCreations = `
  ALTER TABLE session_pictures ADD COLUMN creation TEXT;
`;

/** An index by time, so that a sweep reads only the records that it removes. */
const idempotencyTimes = `
  CREATE INDEX idempotency_keys_by_time ON idempotency_keys (claimed_at);
`;

/**
 * Indexes that let a query read few of many rows: for the dead letters, webhooks and keys of an owner, the next webhook
 * of an origin, the jobs that ended in a state, the bytes kept for an account, and the sessions that have ended.
 */
const fewOfMany = `
  CREATE INDEX dead_letters_of_owner ON images (json_extract(body, '$.owner'), job_id, idx) WHERE given_up = 1;
  CREATE INDEX webhooks_by_owner ON webhooks (json_extract(event, '$.owner'));
  CREATE INDEX webhooks_due_of_origin ON webhooks (origin, due_at, sequence) WHERE due_at IS NOT NULL;
  CREATE INDEX client_keys_by_owner ON client_keys (json_extract(body, '$.owner'));
  DROP INDEX jobs_by_end;
  CREATE INDEX jobs_by_state_and_end ON jobs (state, finished_at, id) WHERE finished_at IS NOT NULL;
  DROP INDEX jobs_with_images;
  CREATE INDEX jobs_with_images ON jobs (account, finished_at, state, image_bytes)
    WHERE account IS NOT NULL AND state NOT IN ('succeeded', 'cancelled');
  DROP INDEX ended_sessions;
  CREATE INDEX ended_sessions ON sessions (id) WHERE ended_at IS NOT NULL;
`;

/** Bytes that uploads hold in jobs, see `HeldBytes`. */
const heldBytes = `
  CREATE TABLE held_bytes (
    job_id TEXT NOT NULL, upload TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (job_id, upload)
  ) WITHOUT ROWID;
  CREATE TRIGGER held_bytes_removed AFTER DELETE ON jobs BEGIN
    DELETE FROM held_bytes WHERE job_id = old.id;
  END;
`;

/** State of the clock that removals go by, see `ClockStateTable`. */
const retentionClock = `
  CREATE TABLE retention_clock (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), state TEXT NOT NULL);
`;

/** Erasures that are not done, which are looked for each second. All that were ever done stay, as receipts. */
const unfinishedErasures = `
  CREATE INDEX unfinished_erasures ON erasures (phase) WHERE phase <> 'done';
`;

/** For the list of webhooks that were given up, so that it reads none of those that wait. */
const failedWebhooks = `
  CREATE INDEX webhooks_failed_in_order ON webhooks (sequence) WHERE failed_at IS NOT NULL;
`;

/** The owner of each webhook, "" for none, and an index by which the next one of an owner and origin is found. */
const webhookOwners = `
  ALTER TABLE webhooks ADD COLUMN owner TEXT NOT NULL AS (coalesce(json_extract(event, '$.owner'), ''));
  CREATE INDEX webhooks_due_of_receiver ON webhooks (owner, origin, due_at, sequence) WHERE due_at IS NOT NULL;
  DROP INDEX webhooks_due_of_origin;
`;

export const steps = [
  jobsAndEvents,
  sessions,
  fences,
  parcels,
  counters,
  keys,
  erasures,
  audit,
  webhookSecrets,
  sessionEnds,
  erasureMembers,
  webhookRetries,
  readerPositions,
  imageBytes,
  webhookRemovals,
  jobTerms,
  activityHistory,
  jobPriorities,
  ownerJobCounts,
  sessionImageCreations,
  idempotencyTimes,
  faceCounts,
  fewOfMany,
  imageCounts,
  heldBytes,
  imageTallies,
  retentionClock,
  unfinishedErasures,
  failedWebhooks,
  imageAdditions,
  webhookOwners,
];
