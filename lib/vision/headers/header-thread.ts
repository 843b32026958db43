/** A thread that checks headers of images for those who must not block their event loop. */
import { fileURLToPath } from "node:url";
import { Mutex } from "async-mutex";
import { Piscina } from "piscina";
import { type ErrorCode, type ErrorData, failure } from "../../errors.ts";
import type { ImageHeader } from "./header.ts";

export interface HeaderTask {
  readonly file: Uint8Array;
  readonly maxImagePixels: number;
}

export type HeaderAnswer =
  | { readonly header: ImageHeader }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data: ErrorData } };

const WORKER_FILE = fileURLToPath(new URL("../../../workers/header.worker.ts", import.meta.url));
const IDLE_MS = 60_000;

let threads: Piscina<HeaderTask, HeaderAnswer> | undefined;
/** Only the file that is checked is in memory twice. */
const turns = new Mutex();

/**
 * Checks a header as `checkHeader` does, in a thread: most take less than a millisecond, but those of some TIFFs take half a
 * second. The thread starts when it is needed, and ends when it is not.
 * @throws as `checkHeader` does
 */
export async function checkHeaderInThread(file: Buffer, maxImagePixels: number): Promise<ImageHeader> {
  const answer = await turns.runExclusive(() => {
    threads ??= new Piscina({
      filename: WORKER_FILE,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // Cloning a Buffer would clone the whole memory underneath it.
    const copy = new Uint8Array(file);
    return threads.run({ file: copy, maxImagePixels }, { transferList: [copy.buffer] });
  });
  if ("header" in answer) return answer.header;
  const { code, detail, data } = answer.failure;
  throw failure(code, detail, data);
}
