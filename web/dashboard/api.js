/** All requests of the dashboard; `send` is the place for anything common to them. */
import { learnTime } from "./clock.js";
import { sentName } from "./sent-name.js";
import { parseVisible } from "./visible-json.js";

/** Longest time to wait because an answer asks for it. A timer with a very long one would fire at once. */
const LONGEST_WAIT_S = 60;

/** An error answer of the service (RFC 9457), or the lack of an answer. */
export class Problem extends Error {
  /** @param retryAfter The header `Retry-After` in seconds; optional. */
  constructor({ code, detail, title, status, retryAfter }) {
    super(detail ?? title ?? "The service failed.");
    this.name = "Problem";
    this.code = code;
    this.status = status;
    /** How long to wait before the same is asked for again; 0 if the answer does not say so. */
    this.retryAfterMs = (Math.min(Number(retryAfter), LONGEST_WAIT_S) || 0) * 1_000;
  }
}

export const unanswered = () => new Problem({ code: "UNREACHABLE", detail: "The service does not answer.", status: 0 });

/** @throws Problem; on abort, the signal's reason. */
async function send(method, path, { query = {}, ...init } = {}) {
  const url = new URL(`..${path}`, import.meta.url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  let response;
  try {
    response = await fetch(url, { method, ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unanswered();
  }
  learnTime(response.headers.get("date"));
  if (response.ok) return response;
  const problem = await contentOf(response).catch(() => ({ detail: `The service answered ${response.status}.` }));
  throw new Problem({ status: response.status, ...problem, retryAfter: response.headers.get("retry-after") });
}

async function json(method, path, init) {
  const response = await send(method, path, init);
  return response.status === 204 ? undefined : contentOf(response);
}

const contentOf = async (response) => parseVisible(await response.text());

const asJson = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

const jobPath = (id) => `/v1/jobs/${encodeURIComponent(id)}`;

function form(files) {
  const data = new FormData();
  for (const file of files) data.append("images", file, sentName(file.name));
  return data;
}

export const api = {
  /** @returns `{ status, threads }`, or `{ problem }` while images cannot be processed. */
  readiness: (signal) => json("GET", "/readyz", { signal }).catch((problem) => ({ problem })),
  statistics: (signal) => json("GET", "/v1/statistics", { signal }),
  /** @param range `hour`, `day` or `month` */
  activity: (range, signal) => json("GET", "/v1/activity", { query: { range }, signal }),
  nodes: (signal) => json("GET", "/v1/nodes", { signal }),
  models: (signal) => json("GET", "/v1/models", { signal }),
  /** @param action `load` or `unload` */
  changeModel: (name, action) => json("POST", `/v2/repository/models/${encodeURIComponent(name)}/${action}`),
  jobs: (query, signal) => json("GET", "/v1/jobs", { query, signal }),
  job: (id, signal) => json("GET", jobPath(id), { signal }),
  results: (id, query, signal) => json("GET", `${jobPath(id)}/results`, { query, signal }),
  /** Address of the file with all results. */
  exportAddress: (id, format) => new URL(`..${jobPath(id)}/export?format=${format}`, import.meta.url).href,
  cancel: (id) => json("POST", `${jobPath(id)}/cancel`),
  retry: (id) => json("POST", `${jobPath(id)}/retry`),
  execute: (id) => json("POST", `${jobPath(id)}/execute`),
  remove: (id) => json("DELETE", jobPath(id)),
  deadLetters: (query, signal) => json("GET", "/v1/dead-letters", { query, signal }),
  deliveries: (query, signal) => json("GET", "/v1/webhooks/deliveries", { query, signal }),
  retryDelivery: (id) => json("POST", `/v1/webhooks/deliveries/${encodeURIComponent(id)}/retry`),
  events: (query, signal) => json("GET", "/v1/events", { query, signal }),
  jobEvents: (id, query, signal) => json("GET", `${jobPath(id)}/events`, { query, signal }),

  /** Body of the stream of server-sent events after a given event. */
  async eventStream(after, signal) {
    const headers = { Accept: "text/event-stream" };
    return (await send("GET", "/v1/events", { query: { after }, headers, signal, cache: "no-store" })).body;
  },

  /** An image's file as uploaded. */
  async imageFile(id, index, signal) {
    return (await send("GET", `${jobPath(id)}/images/${index}/picture`, { signal })).blob();
  },

  /** The identity that the browser's requests have, and its rights. */
  whoAmI: (signal) => json("GET", "/v1/whoami", { signal }),
  signIn: (key) => json("POST", "/v1/sign-in", asJson({ key })),
  signOut: () => json("POST", "/v1/sign-out"),
  keys: (query, signal) => json("GET", "/v1/keys", { query, signal }),
  /** @param idempotencyKey A repeated request with the same key makes no second key. */
  createKey(key, idempotencyKey) {
    const { body, headers } = asJson(key);
    return json("POST", "/v1/keys", { body, headers: { ...headers, "Idempotency-Key": idempotencyKey } });
  },
  audit: (query, signal) => json("GET", "/v1/audit", { query, signal }),
  erase: (keyId) => json("POST", "/v1/erasures", asJson({ key: keyId })),
  erasure: (id) => json("GET", `/v1/erasures/${encodeURIComponent(id)}`),
  revokeKey: (id) => json("DELETE", `/v1/keys/${encodeURIComponent(id)}`),

  process: (files, query, signal) => json("POST", "/process", { query, body: form(files), signal }),
  /** @param idempotencyKey A repeated request with it, even by the browser itself, makes no second job. */
  createJob(files, query, idempotencyKey, signal) {
    const headers = { "Idempotency-Key": idempotencyKey };
    return json("POST", "/v1/jobs", { query, body: form(files), headers, signal });
  },
};
