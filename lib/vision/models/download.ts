/** Downloads model files. A file under its final name is always complete and verified. */
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { DelegateBackoff, handleType, retry } from "cockatiel";
import { createFolder, SHARED_MODE } from "../../folders/create-folder.ts";
import { sha256Of } from "./files.ts";
import type { ModelFile } from "./manifest.ts";

type PublishedFile = ModelFile & { readonly url: string };

export interface DownloadSettings {
  /** Consecutive attempts without progress before giving up. */
  readonly attempts?: number;
  /** Pause before the second attempt; it doubles with each. */
  readonly pauseMs?: number;
  /** Idle timeout of the transfer, in milliseconds. */
  readonly idleTimeoutMs?: number;
  /** Called with the number of bytes present. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends the download, which another one resumes. */
  readonly signal?: AbortSignal;
}

/** A failure whose message suffices without a stack trace. */
export class DownloadError extends Error {
  /** Whether a retry would fail in the same way. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal = false) {
    super(message);
    this.name = "DownloadError";
    this.isFinal = isFinal;
  }
}

function isPublished(file: ModelFile): file is PublishedFile {
  return file.url !== undefined;
}

/**
 * Downloads into `<name>.part`, resuming an interrupted attempt, then verifies the hash and renames the file.
 * @throws DownloadError, or the reason of the signal; the folder then keeps its previous file of that name, if any.
 */
export async function download(file: ModelFile, folder: string, settings: DownloadSettings = {}): Promise<void> {
  if (!isPublished(file)) throw new DownloadError(`the manifest has no url for it; copy it into ${folder}.`, true);
  const { attempts = 4, pauseMs = 500 } = settings;
  createFolder(folder, SHARED_MODE);
  const part = join(folder, `${file.name}.part`);
  let failures = 0;
  let most = await sizeOf(part);
  const bring = async () => {
    const before = await sizeOf(part);
    try {
      await fetchInto(part, before, file, settings);
      await check(part, file, before > 0);
    } catch (error) {
      // Progress resets the count of failures. If the server does not resume, bytes that are downloaded again are no
      // progress.
      const size = await sizeOf(part);
      failures = size > most ? 1 : failures + 1;
      most = Math.max(most, size);
      throw error;
    }
  };
  const passing = handleType(DownloadError, ({ isFinal }) => !isFinal && failures < attempts);
  const backoff = new DelegateBackoff(() => pauseMs * 2 ** (failures - 1));
  await retry(passing, { backoff }).execute(bring);
  await rename(part, join(folder, file.name));
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function fetchInto(part: string, from: number, file: PublishedFile, settings: DownloadSettings): Promise<void> {
  if (from >= file.bytes) return;
  const { idleTimeoutMs = 30_000, onProgress, signal } = settings;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), idleTimeoutMs);
  try {
    const response = await fetch(file.url, {
      signal: signal ? AbortSignal.any([silence.signal, signal]) : silence.signal,
      headers: { "Accept-Encoding": "identity", ...(from > 0 && { Range: `bytes=${from}-` }) },
    });
    if (!response.ok || !response.body) throw refused(response, file);
    const isResumed = response.status === 206;
    let bytes = isResumed ? from : 0;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        bytes += chunk.length;
        if (bytes > file.bytes) throw new DownloadError(`${file.url} has more than ${file.bytes} bytes.`, true);
        onProgress?.(bytes);
        yield chunk;
      }
    };
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, counted, createWriteStream(part, { flags: isResumed ? "a" : "w" }));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DownloadError) {
      if (error.isFinal) await rm(part, { force: true });
      throw error;
    }
    throw asDownloadError(error as Error, file, silence.signal.aborted ? idleTimeoutMs : undefined);
  } finally {
    clearTimeout(timer);
    // The rest of a useless answer would keep the connection, and the process, until the server ends it.
    silence.abort();
  }
}

function refused({ status, statusText }: Response, { url }: PublishedFile): DownloadError {
  // 4xx errors are permanent, except for rate limiting and timeouts.
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return new DownloadError(`${url} answered ${status} ${statusText}.`, isFinal);
}

function asDownloadError(error: Error, { url }: PublishedFile, idleTimeoutMs: number | undefined): DownloadError {
  if (idleTimeoutMs !== undefined) return new DownloadError(`${url} sent nothing for ${idleTimeoutMs} ms.`);
  const cause = (error.cause ?? error) as NodeJS.ErrnoException;
  // These are faults of the folder, not of the network.
  const isFinal = ["EACCES", "EROFS", "ENOSPC", "EPERM", "EISDIR"].includes(cause.code ?? "");
  return new DownloadError(`${url} could not be downloaded (${cause.code ?? cause.message}).`, isFinal);
}

/** A part resumed from another version of the file fails the hash check: download it again from the start. */
async function check(part: string, { name, url, sha256, bytes }: PublishedFile, wasResumed: boolean): Promise<void> {
  const size = await sizeOf(part);
  if (size < bytes) throw new DownloadError(`${url} was cut off at ${size} of ${bytes} bytes.`);
  const actual = await sha256Of(part);
  if (actual === sha256) return;
  await rm(part, { force: true });
  throw new DownloadError(`${name} from ${url} is not the file: its sha256 is ${actual}, not ${sha256}.`, !wasResumed);
}
