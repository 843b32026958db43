/**
 * Odd and malformed requests of every operation in the API document, as bytes. The long form sends more, and others:
 *
 *   SIGHTLINE_FUZZED_REQUESTS=20000 SIGHTLINE_FUZZ_SEED=1 node scripts/run.mjs vitest run test/fuzz/requests.test.ts
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved } from "../support/api-document.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { parseAnswer, sendBytes } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";
import { type FuzzAnswer, faultOf } from "./requests/answer-check.ts";
import { type FuzzedRequest, RequestGenerator } from "./requests/generator.ts";

const { SIGHTLINE_FUZZED_REQUESTS: count = "2000", SIGHTLINE_FUZZ_SEED: seed = "7" } = process.env;
const REQUESTS = Number(count);
const AT_A_TIME = 4;

const operations = operationsOf(resolved(apiDocument()));
let service: RunningService;
let client: JobClient;
let generator: RequestGenerator;
beforeAll(async () => {
  // What is refused as too much would hide what is wrong.
  const unlimited = { ANONYMOUS_REQUESTS_PER_MINUTE: "0", FAILED_KEYS_PER_MINUTE: "0", SESSIONS_PER_MINUTE: "0" };
  const patient = { MAX_WAIT_MS: "3600000", IMAGE_TIMEOUT_MS: "600000" };
  service = await startService({ THREADS: "2", LOG_LEVEL: "error", LOG_FORMAT: "json", ...unlimited, ...patient });
  client = new JobClient(service.url);
  const { id } = await client.create(golden.slice(0, 1));
  generator = new RequestGenerator(Number(seed), operations, { id, name: "faces-haar", index: "0", code: "NO_IMAGE" });
});
afterAll(() => service.stop());

function send({ bytes, isCut }: FuzzedRequest): Promise<string> {
  return sendBytes(service.url, bytes, isCut ? "end" : "write").catch(({ message }) => message);
}

/** Without `100 Continue`. Images and compressed texts are no UTF-8, but their heads are. */
function answersIn(text: string): FuzzAnswer[] {
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).map(parseAnswer);
}

it("odd requests are answered as documented, and nothing dies", { timeout: 60_000 + REQUESTS * 200 }, async () => {
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  let next = 0;
  const sendAll = async () => {
    while (next < REQUESTS) {
      const request = generator.request(next++);
      const text = await send(request);
      const [answer = parseAnswer(""), ...more] = answersIn(text);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const isAnswered = answer.status >= 200 && more.length === 0;
      const fault = isAnswered ? faultOf(answer, request.method, request.described) : "not one answer";
      if (fault) faults.push(`${request.name.slice(0, 300)}: ${fault}: ${text.slice(0, 1500)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, sendAll));
  expect(faults.join("\n\n")).toBe("");
  expect(service.log.join("\n")).not.toContain('"level":50');
  expect([service.process.exitCode, service.process.signalCode]).toEqual([null, null]);
  expect(await client.post("/process", golden[0]?.bytes ?? "", { "Content-Type": "image/jpeg" })).toMatchObject({
    status: 200,
  });
  // The requests are neither all harmless nor all refused at the door.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 202, 204, 400, 401, 403, 404, 405]));
});

it("a seed and a number always give the same request", () => {
  const again = new RequestGenerator(Number(seed), operations, {});
  const first = new RequestGenerator(Number(seed), operations, {});
  const other = new RequestGenerator(Number(seed) + 1, operations, {});
  const numbers = Array.from({ length: 200 }, (_, number) => number);
  for (const number of numbers.toReversed()) again.request(number);
  const all = (from: RequestGenerator) => numbers.map((number) => from.request(number).bytes.toString("latin1"));
  expect(all(again)).toEqual(all(first));
  expect(all(other)).not.toEqual(all(first));
});

const described = operations.find(({ path }) => path === "/ping") as (typeof operations)[number];
const problem = {
  type: "/problems/NOT_FOUND",
  title: "None",
  status: 404,
  code: "NOT_FOUND",
  detail: "There is none.",
};
const refusal = (changed: object, headers = {}) => ({
  status: 404,
  headers: { "content-type": "application/problem+json", ...headers },
  body: JSON.stringify({ ...problem, ...changed }),
});
const pong = { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"ok"}' };

it.each<[FuzzAnswer, RegExp]>([
  [{ ...pong, body: '{"status":1}' }, /not as documented/],
  [{ ...pong, status: 201 }, /status is not documented/],
  [{ ...pong, headers: { "x-a": "\u0080" } }, /not printable/],
  [refusal({}), /code is not documented/],
  [refusal({ status: 400 }), /contradicts/],
  [refusal({ type: "/problems/NO_IMAGE" }), /contradicts/],
  [refusal({ code: "OTHER" }), /problem is not as documented/],
  [refusal({ detail: "one\ntwo." }), /plain text/],
  [refusal({ detail: "no end" }), /plain text/],
  [refusal({}, { "content-type": "application/json" }), /no problem/],
  [{ ...refusal({ status: 405 }), status: 405 }, /Allow/],
  [
    { ...refusal({ status: 503, code: "MODEL_UNAVAILABLE", type: "/problems/MODEL_UNAVAILABLE" }), status: 503 },
    /Retry/,
  ],
  [
    { ...refusal({ status: 500, code: "INTERNAL_ERROR", type: "/problems/INTERNAL_ERROR" }), status: 500 },
    /server error/,
  ],
])("the check of answers sees what is wrong: %j", (answer, fault) => {
  expect(faultOf(answer, "GET", described)).toMatch(fault);
});

it("the check of answers lets pass what is right", () => {
  expect(faultOf(pong, "GET", described)).toBeUndefined();
  expect(faultOf(refusal({}), "GET")).toBeUndefined();
});
