/** A file of a dump: documents as BSON, one after the other. */
import { createReadStream } from "node:fs";
import { BSON, type Document } from "mongodb";
import { StartFailure } from "../../start-failure.ts";

/** Bytes that are inserted together. MongoDB accepts at most 48 MB. */
const MOST_BYTES = 8 * 2 ** 20;
const MOST_DOCUMENTS = 1_000;
/** Size of an empty document: its length and its end. */
const SMALLEST_BYTES = 5;
/** Maximum size of a document in MongoDB's own files. */
const LARGEST_BYTES = 16 * 2 ** 20 + 16 * 2 ** 10;
/** Keeps the types of values, such as integers of 32 and of 64 bits. */
const asStored = { promoteValues: false, promoteBuffers: false } as const;

/**
 * The documents of a file, as many at a time as may be inserted together.
 * @throws StartFailure if the file is damaged, or cut off
 */
export async function* documentsIn(path: string): AsyncGenerator<Document[]> {
  let [rest, offset] = [Buffer.alloc(0), 0];
  let [batch, bytes]: [Document[], number] = [[], 0];
  const damaged = () =>
    new StartFailure(`${path} is damaged at byte ${offset}. Nothing was restored: use another copy.`);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= SMALLEST_BYTES) {
      const length = rest.readInt32LE(0);
      if (length < SMALLEST_BYTES || length > LARGEST_BYTES) throw damaged();
      if (length > rest.length) break;
      try {
        batch.push(BSON.deserialize(rest.subarray(0, length), asStored));
      } catch {
        throw damaged();
      }
      rest = rest.subarray(length);
      offset += length;
      bytes += length;
      if (bytes < MOST_BYTES && batch.length < MOST_DOCUMENTS) continue;
      yield batch;
      [batch, bytes] = [[], 0];
    }
  }
  if (rest.length > 0) throw new StartFailure(`${path} is cut off. Nothing was restored: use another copy.`);
  if (batch.length > 0) yield batch;
}
