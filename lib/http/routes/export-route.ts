/** `/v1/jobs/{id}/export`: all results of a job as one file, page by page, however many there are. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { call, type ResultOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { ExportQuery, type JobImage } from "../../contracts/job.ts";
import { RESULTS_HEADER, resultsLine } from "../../jobs/results-csv.ts";
import { type ContentCoding, compressor } from "../gateway/answer-coding.ts";
import { withClientType } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { querying } from "../gateway/query.ts";
import { codingOf } from "../gateway/reply.ts";
import { jobIdOf } from "./job-routes.ts";

/** Number of images that are read at once: with encodings, a few MiB. */
const PAGE = 250;

interface Form {
  readonly type: string;
  readonly begin: string;
  textOf(image: JobImage): string;
  readonly between: string;
  readonly end: string;
}

const forms: Readonly<Record<"csv" | "json", Form>> = {
  csv: {
    type: "text/csv; charset=utf-8; header=present",
    begin: RESULTS_HEADER,
    textOf: resultsLine,
    between: "",
    end: "",
  },
  json: {
    type: "application/json",
    begin: "[\n",
    textOf: (image) => JSON.stringify(image),
    between: ",\n",
    end: "\n]\n",
  },
};

const exportResults = querying(ExportQuery, async (request, response, { format = "csv", state }) => {
  const id = jobIdOf(request);
  const form = forms[format];
  const read = (cursor?: string) =>
    call(request.$ctx, actions.jobs.results, { id, limit: PAGE, ...(cursor && { cursor }), ...(state && { state }) });
  // Read before the answer begins: for a missing job the answer is a problem, not a file.
  const first = await read();
  // The length of the file is not known yet, but few files are short.
  const coding = codingOf(response, form.type, Number.POSITIVE_INFINITY);
  if (coding) response.setHeader("Content-Encoding", coding);
  response.writeHead(200, {
    "Content-Type": form.type,
    "Content-Disposition": `attachment; filename="job-${id}.${format}"`,
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await sendTexts(response, textOf(request, form, first, read), { coding, signal: request.$service.draining.signal });
});

type Page = ResultOf<typeof actions.jobs.results>;

async function* textOf(
  request: GatewayRequest,
  { begin, between, end, textOf: one }: Form,
  first: Page,
  read: (cursor: string) => Promise<Page>,
): AsyncGenerator<string> {
  yield begin;
  for (let page = first, isFirst = true; ; page = await read(page.nextCursor as string), isFirst = false) {
    const texts = page.items.map((image) => one(withClientType(request, image)));
    if (texts.length > 0) yield (isFirst ? "" : between) + texts.join(between);
    if (!page.nextCursor) break;
  }
  yield end;
}

interface Sending {
  readonly coding: ContentCoding | undefined;
  /** Ends the answer, for example on shutdown. */
  readonly signal: AbortSignal;
}

/**
 * Sends texts as they are made, and makes no more than the client reads. If one cannot be made, the connection is
 * closed, so that the client sees that the file is incomplete.
 * @throws what making a text throws, but nothing if the client has gone or the service ends.
 */
export async function sendTexts(
  response: ServerResponse,
  texts: AsyncIterable<string>,
  { coding, signal }: Sending,
): Promise<void> {
  try {
    await pipeline([Readable.from(texts), ...(coding ? [compressor(coding)] : []), response], { signal });
  } catch (error) {
    const hasClientGone = (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
    if (!hasClientGone && !signal.aborted) throw error;
  }
}

export const exportRoutes = { "GET v1/jobs/:id/export": exportResults };
