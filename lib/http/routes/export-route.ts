/** `/v1/jobs/{id}/export`: all results of a job as one file, page by page, however many there are. */
import { call, type ResultOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { ExportQuery, type JobImage } from "../../contracts/job.ts";
import { RESULTS_HEADER, resultsLine } from "../../jobs/results-csv.ts";
import { withClientType } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { querying } from "../gateway/query.ts";
import { codingOf } from "../gateway/reply.ts";
import { sendTexts } from "../gateway/text-stream.ts";
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

export const exportRoutes = { "GET v1/jobs/:id/export": exportResults };
