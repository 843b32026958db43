/**
 * The receipts of a request, which wait for the last of its images. Each becomes JSON as soon as its image is done,
 * which takes a fraction of the memory and spreads the work of writing the answer.
 */
import { type AnyReceipt, processResult } from "../../contracts/results.ts";
import { failure } from "../../errors.ts";
import type { UploadAccount } from "../upload/upload-memory.ts";

/** Maximum size, enough for ten thousand images with ten encoded faces each. V8 allows strings four times as long. */
const MAX_BYTES = 2 ** 27;

export class Receipts {
  readonly #account: UploadAccount | undefined;
  #bytes = 0;

  /**
   * @param account The account of a request whose body still arrives. Receipts that wait count like images that wait.
   */
  constructor(account?: UploadAccount) {
    this.#account = account;
  }

  /** @returns the receipt as JSON. @throws TOO_MANY_IMAGES */
  add(receipt: AnyReceipt): string {
    const json = JSON.stringify(receipt);
    this.#bytes += Buffer.byteLength(json);
    if (this.#bytes > MAX_BYTES) throw tooManyResults();
    this.#account?.hold(this.#bytes);
    return json;
  }
}

function tooManyResults() {
  const detail = `The results of its images have more than ${MAX_BYTES} bytes. Send fewer in a request, or create a job.`;
  return failure("TOO_MANY_IMAGES", detail, { maxResultBytes: MAX_BYTES });
}

/** The answer as JSON. @param receipts Receipts as JSON, in the order of upload. */
export function answerOf(models: readonly string[] | undefined, receipts: readonly string[]): string {
  const empty = JSON.stringify(processResult(models, []));
  return `${empty.slice(0, -"]}".length)}${receipts.join(",")}]}`;
}
