/** The indexes of the database. */
import type { Db, IndexDescription } from "mongodb";
import { isMissingIndex, withRetries } from "./failure.ts";

/**
 * Indexes of each collection, with the queries they serve. The fields of an index are in this order: those that are
 * compared with single values, those of the sort order, and those that are only read, so that no document needs to be
 * read. A sparse index serves no query that might match documents without its fields, and no sort of them.
 */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  jobs: [
    // listJobs: all, by state, by owner, by label, by model; by priority.
    { key: { createdAt: -1, _id: -1 } },
    // These two also serve countJobs and countImagesOfJobs, which only read the index.
    { key: { state: 1, createdAt: -1, _id: -1, imageCount: 1 } },
    { key: { owner: 1, state: 1, createdAt: -1, _id: -1, imageCount: 1 } },
    { key: { owner: 1, createdAt: -1, _id: -1 } },
    { key: { labels: 1, createdAt: -1, _id: -1 } },
    { key: { models: 1, state: 1, createdAt: -1, _id: -1 } },
    { key: { owner: 1, models: 1, createdAt: -1, _id: -1 } },
    { key: { priority: -1, _id: -1 } },
    // jobsFinishedBefore.
    { key: { state: 1, finishedAt: 1, _id: 1 } },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
    // keptBytes.
    { key: { keptFor: 1 }, sparse: true },
  ],
  parcels: [
    // listImages and getImage, and removal of a deleted job's images.
    { key: { jobId: 1, last: 1 } },
    // hasUnfinishedImages.
    { key: { jobId: 1, states: 1 } },
    // countImages, as a covered query.
    { key: { jobId: 1, counts: 1 } },
    // listDeadLetters: all, and by owner.
    { key: { deadLetter: 1 }, sparse: true },
    { key: { owner: 1, deadLetter: 1 } },
    // listEncodings.
    { key: { owner: 1, encodedBy: 1, _id: 1 } },
    // tallyImages, as a covered query.
    { key: { owner: 1, tally: 1 } },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
  ],
  // Removal of a deleted job's results, and sweepResults.
  results: [{ key: { jobId: 1 } }],
  idempotencyKeys: [
    // sweepIdempotencyKeys.
    { key: { claimedAt: 1 } },
    // deleteJob.
    { key: { jobId: 1 } },
    // Erasures.
    { key: { owner: 1 } },
  ],
  // list and sweep.
  activity: [{ key: { savedAt: 1 } }],
  activityHistory: [{ key: { bucketSeconds: 1, savedAt: 1 } }],
  sessions: [
    { key: { id: 1 }, unique: true },
    // sessionsOf.
    { key: { openedBy: 1 }, sparse: true },
    // endIdle.
    { key: { usedAt: 1 } },
    { key: { endedAt: 1 }, sparse: true },
  ],
  // findByHash; keysOf.
  clientKeys: [{ key: { keyHash: 1 }, unique: true }, { key: { owner: 1 } }],
  audit: [{ key: { id: 1 }, unique: true }, { key: { time: 1 } }],
  // sweep.
  rateCounters: [{ key: { endsAt: 1 } }],
  // reserve, and sweep.
  uploads: [{ key: { account: 1 } }, { key: { at: 1 } }],
  webhookSecrets: [{ key: { owner: 1, origin: 1 } }],
  erasures: [{ key: { id: 1 }, unique: true }, { key: { subjects: 1 } }, { key: { phase: 1 } }],
  erasureMembers: [{ key: { erasureId: 1, kind: 1, member: 1 } }],
  encodings: [
    // releaseAll.
    { key: { holders: 1 } },
    // sweep.
    { key: { usedAt: 1 } },
  ],
  faceCollections: [{ key: { id: 1 }, unique: true }, { key: { owner: 1, name: 1 } }],
  faces: [
    { key: { collectionId: 1, sequence: 1 } },
    // removeFace.
    { key: { collectionId: 1, faceId: 1 } },
  ],
  webhookLines: [
    // nextDue and nextDueAfter. Queues of busy owners and receivers, which may be very many, are skipped by their keys.
    { key: { dueAt: 1, first: 1, origin: 1, owner: 1 }, sparse: true },
    // listFailed.
    { key: { firstFailed: 1 }, sparse: true },
    { key: { failedOwner: 1, firstFailed: 1 }, sparse: true },
    // sweepFailed.
    { key: { oldestFailure: 1 }, sparse: true },
  ],
};

/**
 * Names of indexes of former versions that others replace: each would slow down every write. An index never changes its
 * options, since a server refuses another one with the same fields: the new index gets other fields, and the old one is
 * listed here.
 */
const formerIndexes: Readonly<Record<string, readonly string[]>> = {
  jobs: ["state_1_createdAt_-1__id_-1", "owner_1_state_1_createdAt_-1__id_-1", "finishedAt_1"],
  parcels: ["encodedBy_1__id_1", "owner_1", "jobId_1_first_1"],
  webhookLines: ["dueAt_1_first_1", "dueAt_1_first_1_origin_1", "first_1"],
};

/**
 * Creates missing indexes, and then removes those that they replace. The server reads the whole collection for each
 * index that it creates; running nodes continue meanwhile.
 */
export async function ensureIndexes(db: Db): Promise<void> {
  // Created one by one: FerretDB fails if two of them exist already.
  for (const [of, wanted] of Object.entries(indexes))
    for (const index of wanted) await withRetries(() => db.collection(of).createIndexes([index]));
  for (const [of, former] of Object.entries(formerIndexes)) {
    const known = await withRetries(() => db.collection(of).indexes());
    for (const { name = "" } of known) if (former.includes(name)) await withRetries(() => dropIndex(db, of, name));
  }
}

/** Another node that is starting may have dropped it. */
async function dropIndex(db: Db, collection: string, name: string): Promise<void> {
  try {
    await db.collection(collection).dropIndex(name);
  } catch (error) {
    if (!isMissingIndex(error)) throw error;
  }
}
