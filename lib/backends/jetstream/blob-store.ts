import { createHash } from "node:crypto";
import { headers } from "nats";
import pMap from "p-map";
import { isSha256 } from "../../contracts/sha256.ts";
import { failure } from "../../errors.ts";
import type { BlobStore, StoredBlob } from "../../ports/blob-store.ts";
import type { JetStreamConnection, StoredMessage } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";
import { PieceUpload } from "./piece-upload.ts";
import { limited, pieces } from "./pieces.ts";
import { isJobId } from "./streams.ts";

/** Describes a blob in pieces, `<upload>.0` to `<upload>.<pieces - 1>`. */
interface Manifest {
  readonly upload: string;
  readonly pieces: number;
  /** Size of all pieces but the last. */
  readonly pieceBytes: number;
  readonly bytes: number;
}

/** Header that marks a message as a manifest and contains the manifest as JSON. */
const MANIFEST = "Sightline-Manifest";
/** Space reserved for a message's headers. */
const MARGIN_BYTES = 16_384;
/** Maximum pieces of one blob in flight, in either direction. */
const PIECES_IN_FLIGHT = 2;
/** "wrong last sequence" in JetStream's error codes. */
const WRONG_LAST_SEQUENCE = 10071;

/**
 * Blobs in a stream. A blob that fits is one message; a larger one is stored in pieces, followed by a manifest that
 * makes it visible. Pieces of an incomplete upload are deleted with their job or by age.
 */
export class JetStreamBlobStore implements BlobStore {
  readonly #jetstream: JetStreamConnection;
  readonly #pieceBytes: number;

  constructor(jetstream: JetStreamConnection) {
    this.#jetstream = jetstream;
    const maxPayload = jetstream.connection.info?.max_payload ?? 1_048_576;
    this.#pieceBytes = maxPayload - Math.min(MARGIN_BYTES, Math.floor(maxPayload / 2));
  }

  /** The servers sync before they acknowledge a piece, if they are set to (`sync_interval: always`). */
  async sync(): Promise<void> {}

  async put(
    jobId: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    maxBytes: number,
  ): Promise<StoredBlob> {
    const subject = this.#subjectOf(jobId);
    const upload = new PieceUpload(this.#jetstream, subject, PIECES_IN_FLIGHT);
    const hash = createHash("sha256");
    let bytes = 0;
    let last: Uint8Array = Buffer.alloc(0);
    try {
      for await (const piece of pieces(limited(source, maxBytes), this.#pieceBytes)) {
        // Sent with a delay of one piece: if it is the only piece, it is the blob itself.
        if (last.length > 0) await upload.send(last);
        last = piece;
        bytes += piece.length;
        hash.update(piece);
      }
      if (upload.count > 0) await upload.send(last);
      await upload.end();
      const blob = { sha256: hash.digest("hex"), bytes };
      if (upload.count === 0) await this.#jetstream.publish(`${subject}.${blob.sha256}`, last);
      else await this.#reveal(`${subject}.${blob.sha256}`, upload, bytes);
      return blob;
    } catch (error) {
      // Pieces that cannot be removed now are deleted with the job.
      await upload.discard().catch(() => {});
      throw error;
    }
  }

  async get(jobId: string, sha256: string): Promise<Buffer | undefined> {
    if (!isSha256(sha256)) return undefined;
    const subject = this.#subjectOf(jobId);
    const message = await this.#jetstream.newest("blobs", `${subject}.${sha256}`);
    if (!message) return undefined;
    const manifest = manifestOf(message);
    const blob = Buffer.alloc(manifest?.bytes ?? message.data.length);
    if (!manifest) {
      blob.set(message.data);
      return blob;
    }
    let isWhole = true;
    const numbers = Array.from({ length: manifest.pieces }, (_, n) => n);
    const fetchPiece = async (n: number) => {
      const piece = await this.#jetstream.newest("blobs", `${subject}.${manifest.upload}.${n}`);
      if (piece) blob.set(piece.data, n * manifest.pieceBytes);
      else isWhole = false;
    };
    await pMap(numbers, fetchPiece, { concurrency: PIECES_IN_FLIGHT });
    // If pieces are missing, the job was deleted meanwhile.
    return isWhole ? blob : undefined;
  }

  async delete(jobId: string): Promise<void> {
    const filter = `${this.#subjectOf(jobId)}.>`;
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("blobs"), { filter }),
    );
  }

  async *jobIds(): AsyncIterable<string> {
    const start = `${this.#jetstream.prefix}.blobs.`;
    let last = "";
    for (let offset = 0; ; ) {
      const subjects = await this.#jetstream.subjects("blobs", `${start}*.*`, offset);
      for (const subject of subjects) {
        const jobId = subject.slice(start.length, subject.indexOf(".", start.length));
        // Subjects are sorted.
        if (jobId !== last) yield jobId;
        last = jobId;
      }
      if (subjects.length === 0) return;
      offset += subjects.length;
    }
  }

  /** Makes the blob visible. If it already was, discards the upload. */
  async #reveal(subject: string, upload: PieceUpload, bytes: number): Promise<void> {
    const manifest: Manifest = { upload: upload.id, pieces: upload.count, pieceBytes: this.#pieceBytes, bytes };
    const named = headers();
    named.set(MANIFEST, JSON.stringify(manifest));
    try {
      await this.#jetstream.publish(subject, "", { headers: named, expect: { lastSubjectSequence: 0 } });
    } catch (error) {
      if (jetStreamCode(error) !== WRONG_LAST_SEQUENCE) throw error;
      // A manifest resent after a lost acknowledgement conflicts with itself.
      const shown = await this.#jetstream.newest("blobs", subject);
      if (!shown || manifestOf(shown)?.upload !== upload.id) await upload.discard();
    }
  }

  #subjectOf(jobId: string): string {
    if (!isJobId(jobId)) throw failure("JOB_NOT_FOUND", "There is no such job.");
    return `${this.#jetstream.prefix}.blobs.${jobId}`;
  }
}

function manifestOf({ headers }: StoredMessage): Manifest | undefined {
  const manifest = headers?.get(MANIFEST);
  return manifest ? (JSON.parse(manifest) as Manifest) : undefined;
}
