import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/contracts/job.ts";
import { badFile, golden, JobClient, whenPast } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

const JOBS = 23;
const [image] = golden as [(typeof golden)[0]];
let service: RunningService;
let client: JobClient;
/** In the order of creation: a third is never executed, a third fails, a third succeeds. */
let jobs: Job[];

beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  jobs = [];
  for (let n = 0; n < JOBS; n++) {
    const query = `?labels=n:${n},parity:${n % 2 ? "odd" : "even"}&priority=${n % 5}${n % 3 === 0 ? "&execute=false" : ""}`;
    const created = await client.create([n % 3 === 1 ? badFile : image], query);
    jobs.push(n % 3 === 0 ? await client.job(created.id) : await client.finished(created.id));
    await whenPast(created);
  }
});
afterAll(() => service.stop());

const ids = (list: readonly Job[]) => list.map(({ id }) => id);
const backwards = (list: readonly Job[]) => ids(list).reverse();

describe("the list of jobs", () => {
  it("has every job once, newest first, however small the pages", async () => {
    for (const limit of [1, 4, JOBS - 1, JOBS, JOBS + 1])
      expect(ids(await client.jobs(`limit=${limit}`)), `limit ${limit}`).toEqual(backwards(jobs));
  });

  it("is the same jobs as are read one by one", async () => {
    expect(await client.jobs("sort=createdAt")).toEqual(jobs);
  });

  it("by priority, with equal ones in a fixed order over pages", async () => {
    for (const [sort, sign] of [
      ["priority", 1],
      ["-priority", -1],
    ] as const) {
      const sorted = await client.jobs(`sort=${sort}&limit=3`);
      expect(ids(sorted).toSorted()).toEqual(ids(jobs).toSorted());
      const priorities = sorted.map(({ priority }) => priority);
      expect(priorities).toEqual(priorities.toSorted((a, b) => sign * (a - b)));
    }
  });

  it("of some states, labels, of a model", async () => {
    const created = jobs.filter(({ state }) => state === "created");
    const failed = jobs.filter(({ state }) => state === "failed");
    expect(created.length * failed.length).toBeGreaterThan(0);
    expect(ids(await client.jobs("state=created&limit=2"))).toEqual(backwards(created));
    expect(ids(await client.jobs("state=created,failed&limit=3"))).toEqual(
      backwards(jobs.filter(({ state }) => state === "created" || state === "failed")),
    );
    expect(ids(await client.jobs("labels=parity:odd,n:7"))).toEqual([jobs[7]?.id]);
    expect(await client.jobs("labels=parity:even,n:7")).toEqual([]);
    expect(await client.jobs("model=faces-haar")).toHaveLength(JOBS);
    expect(await client.jobs("model=other")).toEqual([]);
  });

  it("by the beginning of its id, with or without other conditions", async () => {
    const { id, state } = jobs[7] as Job;
    for (const beginning of [id.slice(0, 8), id])
      expect(ids(await client.jobs(`idPrefix=${beginning}&state=${state}&limit=1`))).toEqual([id]);
    expect(await client.jobs(`idPrefix=${id.slice(0, 8)}&labels=parity:even`)).toEqual([]);
    expect(await client.jobs("idPrefix=zzzz")).toEqual([]);
    expect(ids(await client.jobs("owner=none&sort=createdAt&limit=5"))).toEqual(ids(jobs));
    expect(await client.jobs("owner=another")).toEqual([]);
  });

  it("of a span of time, its beginning in it and its end not, in any time zone", async () => {
    const [from, before] = [jobs[5]?.createdAt as string, jobs[15]?.createdAt as string];
    const within = jobs.filter(({ createdAt }) => createdAt >= from && createdAt < before);
    expect(within).toContainEqual(jobs[5]);
    expect(ids(await client.jobs(`createdFrom=${from}&createdBefore=${before}&limit=3`))).toEqual(backwards(within));
    const elsewhere = new Date(Date.parse(from) + 2 * 3_600_000).toISOString().replace("Z", "%2B02:00");
    expect(ids(await client.jobs(`createdFrom=${elsewhere}&createdBefore=${before}`))).toEqual(backwards(within));
  });

  it.each([
    "state=done",
    "idPrefix=abc",
    "idPrefix=ABCD",
    "sort=name",
    "cursor=x",
    "cursor=WzFd",
    "labels=a:1,a:2",
    "labels=:1",
    "labels=a:1,",
    "limit=0",
    "limit=0x10",
    "limit=%201",
    "limit=1.5",
    "createdFrom=yesterday",
    "createdFrom=2016-12-31T23:59:60Z",
    "colour=red",
  ])("refuses %s", async (query) => {
    expect(await client.get(`/v1/jobs?${query}`)).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
  });

  it("a job that is created while somebody turns pages moves no other", async () => {
    const page = await client.get("/v1/jobs?limit=10");
    const { id } = await client.create([image], "?execute=false");
    const rest = await client.jobs(`limit=1000&cursor=${page.body.nextCursor}`);
    expect([...ids(page.body.items), ...ids(rest)]).toEqual(backwards(jobs));
    await client.send("DELETE", `/v1/jobs/${id}`);
  });
});

describe("a job that is not there", () => {
  it.each([
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/results"],
    ["GET", "/results?wait=1"],
    ["GET", "/events"],
    ["POST", "/execute"],
    ["POST", "/cancel"],
    ["POST", "/retry"],
  ])("%s %s gets 404, whatever its id looks like", async (method, path) => {
    for (const id of ["00000000-0000-4000-8000-000000000000", "NO-SUCH", "..%2F..%2Fetc", "a%00b", "x".repeat(300)]) {
      const { status, body } = await client.send(method, `/v1/jobs/${id}${path}`);
      expect({ id, status, code: body.code }).toEqual({ id, status: 404, code: "JOB_NOT_FOUND" });
    }
  });
});
