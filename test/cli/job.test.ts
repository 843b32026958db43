import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAnswerThief } from "../support/answer-thief.ts";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { sightline, startCommand } from "../support/command-line.ts";
import { samplePath } from "../support/images.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { inShell } from "../support/shell.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-cli-"));
const bad = join(folder, "bad.jpg");
writeFileSync(bad, "no image");
const paths = golden.map(({ path }) => path);
/** One more than a request takes. */
const manyPaths = Array(13).fill(paths).flat();
const dataDir = temporaryFolder();
let service: RunningService;
let host: CommandHost;
beforeAll(async () => {
  host = startCommandHost();
  service = await startService({ DATA_DIR: dataDir, ...(modelsDir && { MODELS_DIR: modelsDir }) });
});
afterAll(async () => {
  await Promise.all([service.stop(), host.stop()]);
  for (const path of [folder, dataDir]) rmSync(path, { recursive: true });
});
const job = (...args: string[]) => host.run(service.url, "job", ...args);
/** In a process of its own, which has to end. */
const jobProcess = (...args: string[]) => sightline(service.url, "job", ...args);

describe("sightline job", () => {
  it("takes a job from its creation to its end", async () => {
    const created = await jobProcess(
      "create",
      "--label",
      "album:summer",
      "--label",
      "year:2026",
      "--label",
      "people:Ann, Bob\\Co",
      "--priority",
      "7",
      ...paths,
    );
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    const id = created.stdout.trim();
    const waited = await jobProcess("wait", id);
    expect(waited.code).toBe(0);
    expect(waited.stdout).toContain(`${id}  succeeded  faces-haar  5 done, 0 failed of 5`);

    const results = await jobProcess("results", "--json", id);
    const images = results.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(images.map(({ result }) => result.faces)).toEqual(golden.map(({ faces }) => faces));
    expect((await job("results", id)).stdout).toContain(`[${golden[0]?.faces[0]?.join(", ")}]`);

    expect(JSON.parse((await job("get", "--json", id)).stdout)).toMatchObject({
      labels: { album: "summer", year: "2026", people: "Ann, Bob\\Co" },
      priority: 7,
    });
    expect((await jobProcess("list", "--label", "album:summer")).stdout).toContain(id);
    const wrong = await job("create", "--label", "album=summer", "a.jpg");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("It must be name:value") });
    expect((await job("list", "--label", "people:Ann, Bob\\Co")).stdout).toContain(id);
    expect((await job("list", "--state", "failed")).stdout).not.toContain(id);
    const all = ["--id-prefix", id.slice(0, 8), "--model", "faces-haar", "--owner", "none", "--sort", "priority"];
    expect((await job("list", ...all, "--created-from", "2026-01-01T00:00:00Z")).stdout).toContain(id);
    expect((await job("list", "--created-before", "2026-01-01T00:00:00Z")).stdout).not.toContain(id);
    expect(await jobProcess("delete", id)).toEqual({ code: 0, stdout: "", stderr: `The job ${id} is deleted.\n` });
    expect(await jobProcess("get", id)).toMatchObject({ code: 4, stderr: expect.stringContaining("JOB_NOT_FOUND") });
  });

  it.skipIf(!modelsDir)("runs several models, and prints what each of them found", async () => {
    const MODELS = "face-encoding,classify,objects";
    const [cat, face] = [samplePath("chelsea.png"), samplePath("astronaut.png")];
    const { code, stdout } = await job("create", "--wait", "--models", MODELS, "--top-k", "1", cat, face, bad);
    expect(code).toBe(1);
    const lines = (await job("results", stdout.split(" ")[0] as string)).stdout.trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^index +image +state +model +found/),
      expect.stringMatching(/^ +0 +chelsea\.png +done +face-encoding$/),
      expect.stringMatching(/^ +0 +chelsea\.png +done +classify +Egyptian cat 0\.\d\d$/),
      expect.stringMatching(/^ +0 +chelsea\.png +done +objects +cat \[\d+, \d+, \d+, \d+\] 0\.\d\d$/),
      expect.stringMatching(/^ +1 +astronaut\.png +done +face-encoding +\[\d+, .*\] 0\.\d\d encoded in 128 numbers$/),
      expect.stringMatching(/^ +1 +astronaut\.png +done +classify +\w.* 0\.\d\d$/),
      expect.stringMatching(/^ +1 +astronaut\.png +done +objects +person \[/),
      expect.stringMatching(/^ +2 +bad\.jpg +failed +UNSUPPORTED_MEDIA_TYPE: /),
    ]);
  });

  it("does not wait for a job that is not to begin, and says of another what it waits for", async () => {
    const refused = await job("create", "--no-execute", "--wait", ...paths);
    expect(refused).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining("--no-execute") });
    const id = (await job("create", "--no-execute", ...paths)).stdout.trim();
    const waiting = startCommand(service.url, ["job", "wait", id]);
    await expect
      .poll(() => waiting.output.stderr)
      .toContain(`The job waits until it is executed: sightline job execute ${id}`);
    await job("execute", id);
    expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining(`${id}  succeeded`) });
  });

  it("sends more images than one request takes to one job", async () => {
    const { code, stdout } = await job("create", "--wait", "--json", ...manyPaths);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: "succeeded", images: { total: 65, done: 65 } });
  });

  it.each([
    ["a later request for its images", /^POST .*\/images$/],
    ["the request to execute it", /^POST .*\/execute$/],
    ["the wait for its end", /^GET /],
  ])("names the job that it made where %s fails", async (_what, pattern) => {
    const thief = await startAnswerThief(service.url);
    try {
      thief.stealFrom(({ method, url }) => pattern.test(`${method} ${url}`));
      const created = startCommand(thief.url, ["job", "create", "--wait", ...manyPaths]);
      await thief.stolen;
      created.process.kill("SIGINT");
      const { code, stderr } = await created.ended;
      expect(code).toBe(130);
      const [, id = ""] = /sightline job get ([0-9a-f-]{36})/.exec(stderr) ?? [];
      expect(await job("get", id)).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    } finally {
      await thief.close();
    }
  });

  it.each(["get", "wait", "results", "delete"])("%s takes no empty id, such as of an unset variable", async (name) => {
    expect(await job(name, "")).toMatchObject({ code: 2, stderr: expect.stringContaining("It must not be empty.") });
  });

  it("ends with 1 where an image failed, also when it is tried again", async () => {
    const { code, stdout, stderr } = await job("create", "--wait", bad, ...paths);
    expect(code).toBe(1);
    const id = stdout.split(" ")[0] as string;
    expect(stderr).toContain(`job results --state failed ${id}`);
    const failed = (await job("results", "--state", "failed", id)).stdout.trim().split("\n");
    expect(failed).toEqual([expect.any(String), expect.stringMatching(/bad\.jpg +failed +UNSUPPORTED_MEDIA_TYPE: /)]);
    expect(JSON.parse((await job("results", "--state", "failed", "--json", id)).stdout)).toMatchObject({ index: 0 });
    // There is nothing to try again: it failed for what it is.
    expect((await job("retry", id)).code).toBe(0);
    expect((await job("wait", id)).code).toBe(1);
  });

  it("leaves a job created, to get more images and to be executed or cancelled", async () => {
    const id = (await job("create", "--no-execute", ...paths)).stdout.trim();
    expect((await job("get", id)).stdout).toContain("  created  ");
    expect(await job("add", id, ...paths)).toMatchObject({ code: 0, stdout: expect.stringContaining("failed of 10") });
    expect((await job("execute", id)).code).toBe(0);
    expect(await job("wait", id)).toMatchObject({ code: 0, stdout: expect.stringContaining("10 done") });
    expect(await job("add", id, ...paths)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("JOB_STATE_CONFLICT"),
    });
    const other = (await job("create", "--no-execute", ...paths)).stdout.trim();
    expect((await job("cancel", other)).stdout).toContain("  cancelled  ");
    expect((await job("list", "--limit", "1")).stdout.trim().split("\n")).toHaveLength(2);
  });
});

it("says how many images were added before it was interrupted", async () => {
  const id = (await job("create", "--no-execute")).stdout.trim();
  const thief = await startAnswerThief(service.url);
  let additions = 0;
  thief.stealFrom(({ url }) => /\/images$/.test(url ?? "") && ++additions === 2);
  const adding = startCommand(thief.url, ["job", "add", id, ...manyPaths]);
  await thief.stolen;
  adding.process.kill("SIGINT");
  const { code, stderr } = await adding.ended;
  await thief.close();
  const advice = `To see how many the job has: sightline job get ${id}`;
  expect({ code, stderr }).toEqual({ code: 130, stderr: `At least 64 of 65 images were added. ${advice}\n` });
});

describe("sightline watch", () => {
  it("shows each event once, also when the service dies and comes back", async () => {
    const client = new JobClient(service.url);
    const watch = startCommand(service.url, ["watch"]);
    const succeeded = (id: string) => `Inference job (id: ${id}) job: succeeded\n`;
    const first = await client.create(golden);
    await expect.poll(() => watch.output.stdout).toContain(succeeded(first.id));

    await service.kill();
    await expect.poll(() => watch.output.stderr).toContain("Connecting again.");
    service = await startService({ DATA_DIR: dataDir, PORT: new URL(service.url).port });
    const second = await client.create(golden);
    await expect.poll(() => watch.output.stdout).toContain(succeeded(second.id));
    const mixed = (await job("create", bad, ...paths)).stdout.trim();
    await expect.poll(() => watch.output.stdout).toContain(`(id: ${mixed}) job: partially_failed\n`);
    const code = "(UNSUPPORTED_MEDIA_TYPE)";
    expect(watch.output.stdout).toContain(`Inference job (id: ${mixed}) image 0: failed ${code}\n`);

    watch.process.kill("SIGINT");
    const ended = await watch.ended;
    expect(ended.code).toBe(130);
    const log = await client.events();
    const lines = log.map(({ subject, type }) => {
      const [, id, , index] = subject.split("/");
      const status = type.split(".").at(-1);
      const reason = index && status === "failed" ? ` ${code}` : "";
      return `Inference job (id: ${id}) ${index ? `image ${index}` : "job"}: ${status}${reason}`;
    });
    expect(ended.stdout.trim().split("\n")).toEqual(lines);
  });

  it("begins after a place in the log, of one job, without its images, as JSON", async () => {
    const client = new JobClient(service.url);
    const { id } = await client.create(golden);
    await client.finished(id);
    await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.succeeded");
    const ofJob = (await client.events(id)).filter(({ subject }) => !subject.includes("/images/"));
    const [created] = ofJob as [(typeof ofJob)[0]];
    const since = String(created.sequence);
    const watch = startCommand(service.url, ["watch", "--json", "--no-images", "--job", id, "--since", since]);
    await expect.poll(() => watch.output.stdout).toContain("dev.sightline.job.succeeded");
    watch.process.kill("SIGINT");
    const { stdout } = await watch.ended;
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(
      ["queued", "running", "succeeded"].map((state) => `dev.sightline.job.${state}`),
    );
    expect(events.every(({ sequence }) => Number(sequence) > created.sequence)).toBe(true);
  });

  it("begins now, or at a time", async () => {
    const client = new JobClient(service.url);
    const before = await client.create(golden);
    await client.finished(before.id);
    const page = () => client.get(`/v1/jobs/${before.id}/events`).then(({ body }) => body.items);
    await expect.poll(async () => (await page()).at(-1)?.type).toBe("dev.sightline.job.succeeded");
    const now = startCommand(service.url, ["watch", "--no-images", "--since", "now"]);
    const [created] = await page();
    const time = startCommand(service.url, ["watch", "--no-images", "--since", created.time]);
    const line = (id: string) => `Inference job (id: ${id}) job: created`;
    // The first of all that is not older.
    await expect.poll(() => time.output.stdout.split("\n")[0]).toBe(line(before.id));
    // It has asked where the log ends before it prints, and only jobs after that are printed.
    const after: string[] = [];
    await expect
      .poll(async () => {
        after.push((await client.create(golden.slice(0, 1), "?execute=false")).id);
        return now.output.stdout;
      })
      .toContain("job: created");
    expect(after.some((id) => now.output.stdout.startsWith(line(id)))).toBe(true);
    expect(now.output.stdout).not.toContain(before.id);
    for (const watch of [now, time]) watch.process.kill("SIGINT");
    expect((await now.ended).code).toBe(130);
    expect((await time.ended).code).toBe(130);
  });

  it("ends quietly with 0 when its reader has gone, also when nothing happens", async () => {
    const { stdout, stderr } = await inShell(service.url, `sightline watch | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^Inference job \(id: .*\) job: created\n0\n$/);
    const list = await inShell(service.url, `sightline job list | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(list).toMatchObject({ stdout: expect.stringMatching(/^id .*\n0\n$/), stderr: "" });
  });

  it("says with exit code 4 that there is no such job", async () => {
    expect(await sightline(service.url, "watch", "--job", "none")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("JOB_NOT_FOUND"),
    });
  });
});

it("ends with 70 and says where, if the service answers what it never should", async () => {
  const broken = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(broken, "listening");
  try {
    const { port } = broken.address() as AddressInfo;
    const result = await sightline(`http://127.0.0.1:${port}`, "job", "list");
    expect(result).toMatchObject({
      code: 70,
      stdout: "",
      stderr: expect.stringMatching(/^sightline: TypeError: .*\n +at /),
    });
  } finally {
    broken.close();
  }
});
