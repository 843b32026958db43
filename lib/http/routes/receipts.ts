/**
 * The receipts of a request, which wait for the last of its images. Each becomes JSON as soon as its image is done:
 * that takes a fraction of the memory, and the whole answer need not be written at once.
 */
import { type AnyReceipt, processResult } from "../../contracts/results.ts";
import { failure } from "../../errors.ts";
import type { UploadAccount } from "../upload/upload-memory.ts";

/** Ten thousand images with ten encoded faces each. V8 has no text of more than four times as much. */
const MAX_BYTES = 2 ** 27;

export class Receipts {
  readonly #account: UploadAccount | undefined;
  #bytes = 0;

  /** @param account Of a request whose body still arrives: what waits counts like an image that waits. */
  constructor(account?: UploadAccount) {
    this.#account = account;
  }

  /** @returns the receipt as JSON. @throws TOO_MANY_IMAGES */
  add(receipt: AnyReceipt): string {
    const json = JSON.stringify(receipt);
    this.#bytes += json.length;
    if (this.#bytes > MAX_BYTES) throw tooManyResults();
    this.#account?.hold(this.#bytes);
    return json;
  }
}

function tooManyResults() {
  const detail = `The results of its images have more than ${MAX_BYTES} bytes. Send fewer in a request, or create a job.`;
  return failure("TOO_MANY_IMAGES", detail, { maxResultBytes: MAX_BYTES });
}

/** The answer as JSON. @param receipts As JSON, in the order of upload. */
export function answerOf(models: readonly string[] | undefined, receipts: readonly string[]): string {
  const empty = JSON.stringify(processResult(models, []));
  return `${empty.slice(0, -"]}".length)}${receipts.join(",")}]}`;
}
