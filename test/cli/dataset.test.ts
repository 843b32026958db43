import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnswerThief, startAnswerThief } from "../support/answer-thief.ts";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { sightline, startCommand } from "../support/command-line.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { inShell } from "../support/shell.ts";
import { zipOf } from "../support/zip.ts";

/** More than two batches. */
const IMAGES = 530;
const folder = mkdtempSync(join(tmpdir(), "sightline-dataset-"));
const people = join(folder, "people");
/** One batch, where a test is not about several. */
const few = join(folder, "few");
const FEW = 10;
const fewZip = join(folder, "few.zip");
let service: RunningService;
let host: CommandHost;
let client: JobClient;
let outs = 0;
let out: string;

/** Folders named after people, each image different from all others. */
function writeImages(parent: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const { bytes, name } = golden[index % golden.length] as (typeof golden)[0];
    const person = name.replace(/_\d+\.jpg$/, "");
    mkdirSync(join(parent, person), { recursive: true });
    const number = String(index).padStart(4, "0");
    writeFileSync(join(parent, person, `${person}_${number}.jpg`), Buffer.concat([bytes, Buffer.from(number)]));
  }
  writeFileSync(join(parent, "README.txt"), "not an image");
  writeFileSync(join(parent, "empty.jpg"), "");
  writeFileSync(join(parent, ".hidden.jpg"), "left behind");
}

const everyFile = (of: string) =>
  globSync(`${of}/**/*`, { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

beforeAll(async () => {
  writeImages(people, IMAGES);
  writeImages(few, FEW);
  writeFileSync(fewZip, zipOf(everyFile("few")));
  host = startCommandHost();
  service = await startService();
  client = new JobClient(service.url);
});
afterAll(async () => {
  await Promise.all([service.stop(), host.stop()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  out = join(folder, `report-${++outs}`);
});

const dataset = (path: string, ...more: string[]) => host.run(service.url, "dataset", path, "--out", out, ...more);
/** In a process of its own, to be killed or stopped. */
const datasetProcess = (url: string, path: string) => startCommand(url, ["dataset", path, "--out", out]);
/** `kill -9` of a run after the service has done its second batch, whose answer the run never gets. */
async function killInSecondBatch(thief: AnswerThief): Promise<void> {
  let additions = 0;
  thief.stealFrom(({ method, url }) => method === "POST" && /\/images$/.test(url ?? "") && ++additions === 2);
  const killed = datasetProcess(thief.url, people);
  await thief.stolen;
  killed.process.kill("SIGKILL");
  await killed.ended;
}
const readJson = (name: string) => JSON.parse(readFileSync(join(out, name), "utf8"));
const report = () => readJson("report.json");
/** What must not depend on times: the answer, and each image's line without its times. */
const answer = () => ({
  answer: report().answer,
  images: readFileSync(join(out, "images.csv"), "utf8")
    .split("\r\n")
    .map((line) => line.replace(/(,[\d.]+){3},,$/, "")),
});

let whole: ReturnType<typeof answer>;
/** Its folder. */
let wholeOut: string;

describe("sightline dataset", () => {
  it("leaves out a file whose name is not UTF-8, which Node cannot use, and says so in its report", async () => {
    const mixed = join(folder, "mixed");
    writeImages(mixed, 2);
    writeFileSync(Buffer.concat([Buffer.from(`${mixed}/bad`), Buffer.from([0xff]), Buffer.from(".png")]), "any");
    expect(await dataset(mixed)).toMatchObject({ code: 0, stdout: expect.stringContaining("2 done, 0 failed") });
    expect(report().skipped).toMatchObject({ "a name that is not UTF-8": 1 });
    // Other tests read the whole folder.
    rmSync(Buffer.from(mixed), { recursive: true });
  });

  it("says that the name of a folder is not UTF-8, and that a device is no archive", async () => {
    const odd = join(folder, "odd");
    mkdirSync(odd);
    mkdirSync(Buffer.concat([Buffer.from(`${odd}/d`), Buffer.from([0xff])]));
    const inFolder = await dataset(odd);
    rmSync(Buffer.from(odd), { recursive: true });
    expect(inFolder).toMatchObject({
      code: 2,
      stderr: `sightline: ${odd}/d\ufffd: its name is not UTF-8. Rename it.\n`,
    });
    const pipe = join(folder, "pipe.zip");
    execFileSync("mkfifo", [pipe]);
    expect(await dataset(pipe)).toMatchObject({ code: 2, stderr: expect.stringContaining("is neither a folder nor") });
  });

  it("takes a folder whose name has a line break", async () => {
    const odd = join(folder, "line\nbreak");
    cpSync(few, odd, { recursive: true });
    expect(await dataset(odd)).toMatchObject({ code: 0 });
    const [job] = await client.jobs("labels=dataset:line_break");
    expect(job?.id).toBe(report().run.jobId);
  });

  it("makes one job of a folder, with a report", async () => {
    const { code, stdout } = await sightline(service.url, "dataset", people, "--out", out);
    expect(code).toBe(0);
    expect(stdout).toContain(`images     ${IMAGES}: ${IMAGES} done, 0 failed`);
    [whole, wholeOut] = [answer(), out];
    expect(whole.answer).toEqual({
      images: IMAGES,
      done: IMAGES,
      failed: 0,
      imagesWithFaces: IMAGES,
      faces: (IMAGES / 5) * golden.flatMap(({ faces }) => faces).length,
      failuresByCode: {},
      encodings: 0,
      meanEncoding: null,
    });
    expect(report()).toMatchObject({
      skipped: { "not an image by its name": 1, empty: 1 },
      times: { inferenceMs: { count: IMAGES } },
    });
    const { items } = (await client.get(`/v1/jobs/${report().run.jobId}/results?limit=1`)).body;
    expect(items[0].fileName).toMatch(/^[A-Z][A-Za-z_]+_\d{4}\.jpg$/);
    const html = readFileSync(join(out, "report.html"), "utf8");
    expect(html.match(/<figure>/g)?.length).toBeGreaterThan(20);
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
  });

  it("goes on where kill -9 stopped it, even if the service had done what nobody heard of", async () => {
    const thief = await startAnswerThief(service.url);
    try {
      await killInSecondBatch(thief);
      const { jobId, ...state } = readJson("run.json");
      expect(state).toMatchObject({ acknowledged: 256, isUploaded: false });
      expect((await client.job(jobId)).images.total).toBe(512);

      const { code, stderr } = await host.run(thief.url, "dataset", people, "--out", out);
      expect(code).toBe(0);
      expect(stderr).toContain("Going on with an earlier run: 256 images are uploaded.");
      expect(report().run).toMatchObject({ jobId, starts: 2 });
      expect(answer()).toEqual(whole);
      const images = await client.results(jobId);
      expect(new Set(images.map(({ sha256 }) => sha256)).size).toBe(IMAGES);
      expect(images.map(({ attempts }) => attempts)).toEqual(Array(IMAGES).fill(1));
    } finally {
      await thief.close();
    }
  });

  it("goes on without doubling a batch days later, when the keys of requests have expired", async () => {
    const thief = await startAnswerThief(service.url);
    try {
      await killInSecondBatch(thief);
      const database = new DatabaseSync(join(service.dataDir, "sightline.db"), { timeout: 5_000 });
      database.exec("DELETE FROM idempotency_keys");
      database.close();
      expect((await host.run(thief.url, "dataset", people, "--out", out)).code).toBe(0);
      expect(answer()).toEqual(whole);
    } finally {
      await thief.close();
    }
  });

  it("stopped by Ctrl-C it says that it can be gone on with", async () => {
    const thief = await startAnswerThief(service.url);
    try {
      thief.stealFrom(({ url }) => /\/images$/.test(url ?? ""));
      const stopped = datasetProcess(thief.url, few);
      await thief.stolen;
      stopped.process.kill("SIGINT");
      const { code, stderr } = await stopped.ended;
      expect(code).toBe(130);
      expect(stderr).toContain("Interrupted; the same command goes on with it.");
      expect((await host.run(thief.url, "dataset", few, "--out", out)).code).toBe(0);
      expect(report().answer).toMatchObject({ images: FEW, done: FEW, failed: 0 });
    } finally {
      await thief.close();
    }
  });

  it("killed while the job runs, it only waits for it", async () => {
    const thief = await startAnswerThief(service.url);
    try {
      const run = () => host.run(thief.url, "dataset", few, "--out", out);
      thief.stealFrom(({ url }) => /\/execute$/.test(url ?? ""));
      const killed = datasetProcess(thief.url, few);
      await thief.stolen;
      killed.process.kill("SIGKILL");
      await killed.ended;
      const before = (await client.jobs("limit=1000")).length;
      expect((await run()).code).toBe(0);
      expect(report().answer).toMatchObject({ images: FEW, done: FEW, failed: 0 });
      const first = answer();
      // Again: the report is made of the same job.
      expect((await run()).code).toBe(0);
      expect(await client.jobs("limit=1000")).toHaveLength(before);
      expect(answer()).toEqual(first);
    } finally {
      await thief.close();
    }
  });

  it("says by exit code 1 that its job was cancelled, also before all images were sent", async () => {
    const thief = await startAnswerThief(service.url);
    await killInSecondBatch(thief);
    const { jobId } = readJson("run.json");
    await client.send("POST", `/v1/jobs/${jobId}/cancel`);
    const { code, stderr } = await host.run(thief.url, "dataset", people, "--out", out);
    await thief.close();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${jobId} was cancelled`) });
  });

  it.each(["people.tgz", "few.tar", "few.zip"])("gives the same for %s", async (name) => {
    const archive = join(folder, name);
    const [of = ""] = name.split(".");
    if (name !== "few.zip") execFileSync("tar", ["-caf", archive, of], { cwd: folder });
    if (of === "few") expect(await dataset(few)).toMatchObject({ code: 0 });
    const expected = of === "few" ? answer() : whole;
    expect(await dataset(archive, "--fresh")).toMatchObject({ code: 0 });
    expect(report().answer).toEqual(expected.answer);
    expect(report().skipped).toEqual({ "not an image by its name": 1, empty: 1 });
    const withoutIndex = (lines: readonly string[]) => lines.map((line) => line.split(",").slice(1).join()).sort();
    expect(withoutIndex(answer().images)).toEqual(withoutIndex(expected.images));
  });

  it("takes the URL of an archive", async () => {
    const other = zipOf([{ name: "one.jpg", bytes: (golden[0] as (typeof golden)[0]).bytes }]);
    const server = createServer(({ url }, response) =>
      response.end(url?.startsWith("/a/") ? readFileSync(fewZip) : other),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/a/few.zip?x=1`;
    expect(await dataset(url)).toMatchObject({ code: 0 });
    expect(report().answer).toMatchObject({ images: FEW, done: FEW, failed: 0 });
    // Another archive of the same name is another data set.
    expect(await dataset(url.replace("/a/", "/b/"))).toMatchObject({ code: 2 });
    expect(await dataset(url.replace("/a/", "/b/"), "--fresh")).toMatchObject({ code: 0 });
    expect(report().answer.images).toBe(1);
    expect(await dataset(url, "--fresh")).toMatchObject({ code: 0 });
    server.close();
    // The archive is there: it is not asked for again.
    expect(await dataset(url)).toMatchObject({ code: 0 });
  });

  it("fetches an archive again of which the server gave a page or a half", async () => {
    const archive = readFileSync(fewZip);
    const half = readFileSync(join(folder, "people.tgz")).subarray(0, 50_000);
    const answers = ["<html>Sign in</html>", half, archive];
    const server = createServer((_, response) => response.end(answers.shift()));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/again`;
    expect(await dataset(url, "--fresh")).toMatchObject({ code: 2, stderr: expect.stringContaining("is neither") });
    expect(await dataset(url)).toMatchObject({ code: 2, stderr: expect.stringContaining("is damaged") });
    expect(await dataset(url)).toMatchObject({ code: 0 });
    server.close();
    expect(report().answer).toMatchObject({ images: FEW, done: FEW });
  });

  it("tells of images that failed in all reports, and by exit code 1", async () => {
    const mixed = join(folder, "mixed");
    mkdirSync(mixed);
    writeFileSync(join(mixed, '=evil, "x".jpg'), "no image");
    writeFileSync(join(mixed, "good.jpg"), (golden[0] as (typeof golden)[0]).bytes);
    const { code, stdout } = await dataset(mixed);
    expect(code).toBe(1);
    expect(stdout).toContain("1 done, 1 failed (UNSUPPORTED_MEDIA_TYPE 1)");
    expect(report()).toMatchObject({
      answer: { images: 2, done: 1, failed: 1, failuresByCode: { UNSUPPORTED_MEDIA_TYPE: 1 } },
      failures: [{ index: 0, code: "UNSUPPORTED_MEDIA_TYPE" }],
    });
    expect(readFileSync(join(out, "images.csv"), "utf8")).toContain("0,\"'=evil, ");
  });

  it("leaves nothing behind of an archive that is damaged", async () => {
    const archive = join(folder, "half.tgz");
    const bytes = readFileSync(join(folder, "people.tgz"));
    writeFileSync(archive, bytes.subarray(0, bytes.length / 2));
    const before = (await client.jobs("limit=1000")).length;
    expect(await dataset(archive)).toMatchObject({ code: 2, stderr: expect.stringContaining("is damaged") });
    expect(await client.jobs("limit=1000")).toHaveLength(before);
    expect(existsSync(join(out, "run.json"))).toBe(false);
  });

  it("does not mix two runs in one folder", async () => {
    expect(await dataset(join(folder, "mixed"))).toMatchObject({ code: 1 });
    expect(await dataset(fewZip)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--fresh"),
    });
    expect(await dataset(fewZip, "--fresh")).toMatchObject({ code: 0 });
    expect(report().answer).toMatchObject({ images: FEW, done: FEW, failed: 0 });
  });

  it("goes on where its report is in the data set itself, as of the current folder", async () => {
    const photos = join(folder, "photos");
    mkdirSync(photos);
    writeFileSync(join(photos, "one.jpg"), (golden[0] as (typeof golden)[0]).bytes);
    const run = () => startCommand(service.url, ["dataset", "."], { cwd: photos }).ended;
    expect(await run()).toMatchObject({ code: 0 });
    const { jobId } = JSON.parse(readFileSync(join(photos, "sightline-photos/run.json"), "utf8"));
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining("Going on with an earlier run") });
    expect(JSON.parse(readFileSync(join(photos, "sightline-photos/report.json"), "utf8")).run.jobId).toBe(jobId);
  });

  it("goes on when nobody reads its progress any more", async () => {
    const one = join(folder, "one");
    mkdirSync(one);
    writeFileSync(join(one, "one.jpg"), (golden[0] as (typeof golden)[0]).bytes);
    expect(await dataset(one)).toMatchObject({ code: 0 });
    const unread = datasetProcess(service.url, one);
    unread.process.stderr?.destroy();
    expect(await unread.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("images     1: 1 done") });
  });

  it("shows the rate of the new job when the old one is gone", async () => {
    cpSync(wholeOut, out, { recursive: true });
    await client.send("DELETE", `/v1/jobs/${report().run.jobId}`);
    const command = `stty cols 120; sightline dataset ${people} --out ${out}`;
    const { stdout } = await inShell(service.url, `script --quiet --command '${command}' /dev/null`);
    const rates = Array.from(stdout.matchAll(/images {2}(-?[\d.]+) images\/s {2}.* left/g), ([, rate]) => Number(rate));
    expect(rates.length).toBeGreaterThan(0);
    expect(Math.min(...rates)).toBeGreaterThan(0);
  });

  it("makes a new job when the old one is gone", async () => {
    expect(await dataset(join(folder, "mixed"))).toMatchObject({ code: 1 });
    const { jobId } = report().run;
    await client.send("DELETE", `/v1/jobs/${jobId}`);
    expect(await dataset(join(folder, "mixed"))).toMatchObject({ code: 1, stderr: expect.stringContaining("is gone") });
    expect(report().run.jobId).not.toBe(jobId);
  });

  it("takes the images of an archive that was made of the folder where it is", async () => {
    const archive = join(folder, "here.tgz");
    execFileSync("tar", ["--create", "--gzip", "--file", archive, "--directory", join(folder, "mixed"), "."]);
    expect(await dataset(join(folder, "mixed"))).toMatchObject({ code: 1 });
    const { answer } = report();
    expect(await dataset(archive, "--fresh")).toMatchObject({ code: 1 });
    expect(report().answer).toEqual(answer);
  });

  it("counts links to images, which it does not send", async () => {
    const links = join(folder, "links");
    mkdirSync(links);
    writeFileSync(join(links, "1.jpg"), golden[0]?.bytes ?? "");
    symlinkSync("1.jpg", join(links, "2.jpg"));
    symlinkSync("not there.jpg", join(links, "3.jpg"));
    linkSync(join(links, "1.jpg"), join(links, "hard.jpg"));
    expect(await dataset(links)).toMatchObject({ code: 0 });
    expect(report()).toMatchObject({ answer: { images: 2 }, skipped: { "a link": 2 } });
    execFileSync("tar", ["--create", "--file", join(folder, "links.tar"), "--directory", folder, "links"]);
    expect(await dataset(join(folder, "links.tar"), "--fresh")).toMatchObject({ code: 0 });
    expect(report()).toMatchObject({ answer: { images: 1 }, skipped: { "a link": 3 } });
    const zip = [
      { name: "links/1.jpg", bytes: golden[0]?.bytes ?? Buffer.alloc(0) },
      { name: "links/2.jpg", bytes: Buffer.from("1.jpg"), isLink: true },
    ];
    writeFileSync(join(folder, "links.zip"), zipOf(zip));
    expect(await dataset(join(folder, "links.zip"), "--fresh")).toMatchObject({ code: 0 });
    expect(report()).toMatchObject({ answer: { images: 1 }, skipped: { "a link": 1 } });
  });

  it("says with exit code 2 that the disk is full", async () => {
    mkdirSync(out);
    symlinkSync("/dev/full", join(out, "images.csv.part"));
    const { code, stderr } = await dataset(join(folder, "mixed"));
    expect({ code, stderr }).toEqual({ code: 2, stderr: "sightline: the disk is full.\n" });
  });

  it("refuses what has no images or is none of its kinds", async () => {
    const none = join(folder, "none");
    mkdirSync(none);
    expect(await dataset(none)).toMatchObject({ code: 2, stderr: expect.stringContaining("no images") });
    expect(await dataset(join(people, "README.txt"))).toMatchObject({ code: 2 });
  });
});
