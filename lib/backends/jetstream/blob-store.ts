import pMap from "p-map";
import { type ImageReference, isPackName } from "../../contracts/image-source.ts";
import { isSha256 } from "../../contracts/sha256.ts";
import { failure } from "../../errors.ts";
import type { BlobMemory, BlobStore, BlobUpload } from "../../ports/blob-store.ts";
import { isId } from "../id.ts";
import { blobOfPack } from "../packs/pack.ts";
import { PackCache } from "../packs/pack-cache.ts";
import { jetStreamUpload } from "./blob-upload.ts";
import type { JetStreamConnection } from "./connection.ts";
import { type Manifest, manifestOf } from "./manifest.ts";

/** Pieces of one blob in flight. */
const PIECES_IN_FLIGHT = 2;
const unaccounted: BlobMemory = { hold() {}, hand: () => () => {} };

/**
 * Blobs in a stream. Small blobs share a message, a pack; a larger one is a message of its own, under its hash, or is
 * stored in pieces, followed by a manifest that makes it visible. The same blob is stored once within a pack, and once
 * within a job if it is large. Packs and pieces of an incomplete upload are deleted with their job or by age.
 */
export class JetStreamBlobStore implements BlobStore {
  readonly #jetstream: JetStreamConnection;
  readonly #packs: PackCache;

  constructor(jetstream: JetStreamConnection) {
    this.#jetstream = jetstream;
    this.#packs = new PackCache(async (subject) => (await jetstream.newest("blobs", subject))?.data);
  }

  async upload(jobId: string, memory: BlobMemory = unaccounted): Promise<BlobUpload> {
    return jetStreamUpload(this.#jetstream, this.#subjectOf(jobId), memory);
  }

  /** The servers sync before they acknowledge a message, if they are set to (`sync_interval: always`). */
  async sync(): Promise<void> {}

  async get(reference: ImageReference): Promise<Buffer | undefined> {
    const subject = this.#messageOf(reference);
    if (subject === undefined) return undefined;
    if (reference.pack !== undefined) {
      const pack = await this.#packs.get(subject);
      return pack && blobOfPack(pack, reference.sha256);
    }
    const message = await this.#jetstream.newest("blobs", subject);
    if (!message) return undefined;
    const manifest = manifestOf(message);
    if (manifest) return this.#fromPieces(this.#subjectOf(reference.jobId), manifest);
    const blob = Buffer.alloc(message.data.length);
    blob.set(message.data);
    return blob;
  }

  async has(reference: ImageReference): Promise<boolean> {
    const subject = this.#messageOf(reference);
    return subject !== undefined && (await this.#jetstream.subjects("blobs", subject, 0)).length > 0;
  }

  async delete(jobId: string): Promise<void> {
    const subject = this.#subjectOf(jobId);
    this.#packs.forget(`${subject}.`);
    const filter = `${subject}.>`;
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("blobs"), { filter }),
    );
  }

  async hasAny(jobId: string): Promise<boolean> {
    return (await this.#jetstream.subjects("blobs", `${this.#subjectOf(jobId)}.>`, 0)).length > 0;
  }

  async isOlderThan(jobId: string, ageMs: number, now: number): Promise<boolean> {
    const last = { last_by_subj: `${this.#subjectOf(jobId)}.>` };
    const stream = this.#jetstream.stream("blobs");
    const message = await this.#jetstream.find(() => this.#jetstream.manager.streams.getMessage(stream, last));
    return message !== undefined && message.time.getTime() < now - ageMs;
  }

  async *jobIds(): AsyncIterable<string> {
    const start = `${this.#jetstream.prefix}.blobs.`;
    let last = "";
    for (let offset = 0; ; ) {
      const subjects = await this.#jetstream.subjects("blobs", `${start}*.*`, offset);
      for (const subject of subjects) {
        const jobId = subject.slice(start.length, subject.indexOf(".", start.length));
        // Subjects are sorted, so those of a job follow each other.
        if (jobId !== last) yield jobId;
        last = jobId;
      }
      if (subjects.length === 0) return;
      offset += subjects.length;
    }
  }

  async #fromPieces(subject: string, { upload, pieces, pieceBytes, bytes }: Manifest): Promise<Buffer | undefined> {
    const blob = Buffer.alloc(bytes);
    let isWhole = true;
    const numbers = Array.from({ length: pieces }, (_, n) => n);
    const fetchPiece = async (n: number) => {
      const piece = await this.#jetstream.newest("blobs", `${subject}.${upload}.${n}`);
      if (piece) blob.set(piece.data, n * pieceBytes);
      else isWhole = false;
    };
    await pMap(numbers, fetchPiece, { concurrency: PIECES_IN_FLIGHT });
    // If pieces are missing, the job was deleted meanwhile.
    return isWhole ? blob : undefined;
  }

  /**
   * The subject of the message that has the blob, or its manifest. Undefined if the reference names no blob.
   * @throws JOB_NOT_FOUND
   */
  #messageOf({ jobId, sha256, pack }: ImageReference): string | undefined {
    if (!isSha256(sha256) || (pack !== undefined && !isPackName(pack))) return undefined;
    return `${this.#subjectOf(jobId)}.${pack ?? sha256}`;
  }

  #subjectOf(jobId: string): string {
    if (!isId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return `${this.#jetstream.prefix}.blobs.${jobId}`;
  }
}
