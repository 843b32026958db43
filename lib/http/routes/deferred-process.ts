/** `POST /process` as a job, for clients that prefer not to wait, or only for a limited time. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { JobImage } from "../../contracts/job.ts";
import { DEFAULT_PRIORITY, MAX_PRIORITY } from "../../contracts/job-states.ts";
import type { Problem } from "../../contracts/problem.ts";
import type { AnyReceipt } from "../../contracts/results.ts";
import { waitMsOf } from "../../contracts/waiting.ts";
import { definitions } from "../../errors.ts";
import { isFinished } from "../../jobs/job.ts";
import type { ModelChoice } from "../../jobs/job-models.ts";
import { asFailure } from "../../transport/failures.ts";
import { clientPath, withClientType } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { setReplayed } from "../gateway/idempotency.ts";
import type { Preferences } from "../gateway/prefer.ts";
import { JSON_TYPE, sendBody } from "../gateway/reply.ts";
import { submitUpload } from "../upload/submission.ts";
import { sendAccepted, UNTRACKED, waitFor } from "./job-routes.ts";
import { answerOf, Receipts } from "./receipts.ts";

/** Maximum images of a page. A page has fewer if their results are large. */
const PAGE = 1000;

/** Answers with the results if they are ready in time, otherwise with 202 and the job's location. */
export async function deferProcess(
  request: GatewayRequest,
  response: ServerResponse,
  { models, options }: ModelChoice,
  { respondAsync, waitSeconds }: Preferences,
): Promise<void> {
  const { $ctx } = request;
  const waitMs = waitMsOf(waitSeconds ?? 0);
  // The same settings however long the client waits, so that a repeated request may wait for longer.
  const settings = { ...(options && { options }), ...(models && { models: [...models] }), priority: MAX_PRIORITY };
  // If a client waits, the job runs ahead of ordinary ones.
  const priority = waitMs > 0 ? MAX_PRIORITY : DEFAULT_PRIORITY;
  const { job, isRepeated } = await submitUpload({ request, settings, priority, limits: config });
  setReplayed(response, isRepeated);
  const wait = () => waitFor(request, call($ctx, actions.jobs.wait, { id: job.id, waitMs }, UNTRACKED));
  const waited = waitMs > 0 ? await wait().catch(ignoreServerErrors) : undefined;
  const applied = [respondAsync && "respond-async", waitSeconds !== undefined && `wait=${waitSeconds}`];
  response.setHeader("Preference-Applied", applied.filter(Boolean).join(", "));
  // A job cancelled in the meantime has no results.
  if (!waited || !isFinished(waited) || waited.state === "cancelled") return sendAccepted(response, waited ?? job);
  const receipts = await receiptsOf(request, job.id).catch(unlessTooMany);
  // The results are too large for one answer, but can be read page by page.
  if (!receipts) return sendAccepted(response, waited);
  response.setHeader("Content-Location", clientPath(request, `/v1/jobs/${job.id}`));
  sendBody(response, 200, JSON_TYPE, answerOf(models, receipts));
}

function unlessTooMany(error: unknown): undefined {
  if (asFailure(error).type !== "TOO_MANY_IMAGES") throw error;
}

/**
 * The job exists even if it cannot be read now. After an error, the client might repeat the request, and create another
 * job.
 */
function ignoreServerErrors(error: unknown): undefined {
  if (definitions[asFailure(error).type].status < 500) throw error;
}

/** The receipts as JSON. @throws TOO_MANY_IMAGES, and what reading throws */
async function receiptsOf(request: GatewayRequest, id: string): Promise<string[]> {
  const receipts: string[] = [];
  const waiting = new Receipts();
  for (let cursor: string | undefined; ; ) {
    const params = { id, limit: PAGE, ...(cursor && { cursor }) };
    const page = await call(request.$ctx, actions.jobs.results, params);
    receipts.push(...page.items.map((item) => waiting.add(toReceipt(withClientType(request, item)))));
    if (!page.nextCursor) return receipts;
    cursor = page.nextCursor;
  }
}

function toReceipt({ fileName, sha256, result, problem }: JobImage): AnyReceipt {
  if (!result) return { fileName, problem: problem as Problem };
  return { fileName, sha256, ...result } as AnyReceipt;
}
