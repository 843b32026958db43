/** `/v1/jobs` and `/v1/dead-letters`. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { type ActionContract, call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { DeadLettersQuery, type Job, JobId, JobListQuery, JobQuery, ResultsQuery } from "../../contracts/job.ts";
import type { JobParams } from "../../contracts/job-actions.ts";
import { jobSettingsOf } from "../../contracts/job-query.ts";
import { matches } from "../../contracts/matching.ts";
import { MAX_WAIT_SECONDS, waitMsOf } from "../../contracts/waiting.ts";
import { failure } from "../../errors.ts";
import { isFinished } from "../../jobs/job.ts";
import { setLocation, withClientType } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { setReplayed } from "../gateway/idempotency.ts";
import { type Offers, preferred } from "../gateway/negotiation.ts";
import { querying } from "../gateway/query.ts";
import { JSON_TYPE, sendBody, sendJson, sendStable } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { addUpload, submitUpload } from "../upload/submission.ts";

/** Long polls do not delay a node's shutdown. */
export const UNTRACKED = { tracking: false } as const;
const NDJSON = "application/x-ndjson";
const RESULT_FORMS: Offers<"json" | "lines"> = [
  ["application/json", "json"],
  [NDJSON, "lines"],
];

/** The job named in the path. @throws JOB_NOT_FOUND for an invalid id. */
export function jobIdOf({ $params }: GatewayRequest): string {
  const id = $params.id ?? "";
  if (!matches(JobId, id)) throw failure("JOB_NOT_FOUND", "There is no such job.");
  return id;
}

/** Answers 202 with the job's location and a `Retry-After` from its estimated time to completion. */
export function sendAccepted(response: ServerResponse, job: Job): void {
  setLocation(response, `/v1/jobs/${job.id}`);
  response.setHeader("Retry-After", Math.max(1, Math.min(job.progress.etaSeconds ?? 1, MAX_WAIT_SECONDS)));
  sendJson(response, job, 202);
}

const create = querying(JobQuery, async (request, response, query) => {
  const settings = jobSettingsOf(query);
  const { job, isRepeated } = await submitUpload({ request, settings, takesSettings: true, limits: config });
  setReplayed(response, isRepeated);
  if (job.state !== "created") return sendAccepted(response, job);
  setLocation(response, `/v1/jobs/${job.id}`);
  sendJson(response, job, 201);
});

const addImages: Route = async (request, response) => {
  const id = jobIdOf(request);
  const { job, isRepeated } = await addUpload({ request, settings: {}, limits: config }, id);
  setReplayed(response, isRepeated);
  sendJson(response, job);
};

/** A route for a job action whose only parameter is the job's id. */
const move =
  (action: ActionContract<typeof JobParams, typeof Job>, status = 200): Route =>
  async (request, response) => {
    const job = await call(request.$ctx, action, { id: jobIdOf(request) });
    if (status === 202) sendAccepted(response, job);
    else sendJson(response, job, status);
  };

const remove: Route = async (request, response) => {
  await call(request.$ctx, actions.jobs.remove, { id: jobIdOf(request) });
  response.writeHead(204).end();
};

const list = querying(JobListQuery, async (request, response, query) => {
  sendJson(response, await call(request.$ctx, actions.jobs.list, query));
});

const deadLetters = querying(DeadLettersQuery, async (request, response, query) => {
  const { items, ...rest } = await call(request.$ctx, actions.jobs.deadLetters, query);
  sendJson(response, { items: items.map((item) => withClientType(request, item)), ...rest });
});

const results = querying(ResultsQuery, async (request, response, { wait, ...page }) => {
  const id = jobIdOf(request);
  response.appendHeader("Vary", "Accept");
  const form = preferred(request.headers.accept, RESULT_FORMS);
  const { $ctx } = request;
  // HEAD does not wait.
  if (wait && request.method !== "HEAD")
    await waitFor(request, call($ctx, actions.jobs.wait, { id, waitMs: waitMsOf(wait) }, UNTRACKED));
  const { items: stored, ...rest } = await call($ctx, actions.jobs.results, { id, ...page });
  const answer = { ...rest, items: stored.map((item) => withClientType(request, item)) };
  if (form === "lines" && answer.nextCursor) {
    const next = new URLSearchParams({ ...request.query, cursor: answer.nextCursor });
    response.setHeader("Link", `<?${next}>; rel="next"`);
  }
  const [type, body] = form === "json" ? [JSON_TYPE, JSON.stringify(answer)] : [NDJSON, linesOf(answer.items)];
  if (isFinished({ state: answer.jobState })) sendStable(response, type, body);
  else sendBody(response, 200, type, body);
});

function linesOf(items: readonly object[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

/** Waits for the answer, or until shutdown. */
export async function waitFor<T>({ $service }: GatewayRequest, answer: Promise<T>): Promise<T | undefined> {
  const { signal } = $service.draining;
  const stopped = Promise.withResolvers<undefined>();
  const stop = () => stopped.resolve(undefined);
  signal.addEventListener("abort", stop);
  // The signal lives as long as the node, so unremoved listeners would leak, one per request.
  return Promise.race([answer, stopped.promise]).finally(() => signal.removeEventListener("abort", stop));
}

export const jobRoutes: Record<string, Route> = {
  "POST v1/jobs": create,
  "GET v1/jobs": list,
  "GET v1/jobs/:id": move(actions.jobs.get),
  "DELETE v1/jobs/:id": remove,
  "POST v1/jobs/:id/images": addImages,
  "POST v1/jobs/:id/execute": move(actions.jobs.execute, 202),
  "POST v1/jobs/:id/cancel": move(actions.jobs.cancel),
  "POST v1/jobs/:id/retry": move(actions.jobs.retry, 202),
  "GET v1/jobs/:id/results": results,
  "GET v1/dead-letters": deadLetters,
};
