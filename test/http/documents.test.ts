/** The usage examples of the documents, as their readers would type them, with the real model and real images. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";
import { golden, JobClient, type Json } from "../support/job-client.ts";
import { lfwSample, modelsDir } from "../support/model-files.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { readTarGz } from "../support/tar.ts";

/** Images of the LFW sample; all 1,465 take minutes on a busy machine. */
const LFW_IMAGES = Number(process.env.SIGHTLINE_LFW_IMAGES ?? 60);

const goldenFiles = goldenImages();
const [first] = goldenFiles;

describe.skipIf(!modelsDir)("the documents' examples", () => {
  let service: RunningService;
  let client: JobClient;
  let host: string;
  ensureDebianPackages("curl");
  beforeAll(async () => {
    service = await startService({ MODELS_DIR: modelsDir });
    client = new JobClient(service.url);
    host = service.url;
  });
  afterAll(() => service?.stop());

  /** Runs curl as in a shell; what is not JSON is returned as text. */
  const curl = (...args: string[]): Json => {
    const text = execFileSync("curl", ["-s", ...args], { encoding: "utf8" });
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  const status = (...args: string[]) => curl("-o", "/dev/null", "-w", "%{http_code}", ...args);

  it("A: many files, the boxes of each", () => {
    const files = goldenFiles.flatMap(({ path }) => ["-F", `image_files=@${path}`]);
    const { images } = curl("-X", "POST", ...files, `${host}/process`);
    expect(images.map(({ faces }: Json) => faces)).toEqual(goldenFiles.map(({ faces }) => faces));
  });

  it("C: a session, its images, their summary, its end", () => {
    expect(status(`${host}/ping`)).toBe("200");
    const { key } = curl(`${host}/session`);
    const header = `key: ${key}`;
    for (const { path } of goldenFiles.slice(0, 2))
      expect(status("-X", "POST", "-H", header, "-F", `file=@${path}`, `${host}/encode`)).toBe("200");
    const { image_encodings: encodings } = curl("-H", header, `${host}/summary`);
    expect(encodings).toHaveLength(2);
    for (const { faces } of encodings) {
      expect(Object.keys(faces[0])).toEqual(["encoding"]);
      expect(faces[0].encoding).toHaveLength(128);
      expect(Math.hypot(...faces[0].encoding)).toBeCloseTo(1, 4);
    }
    const faceless = "test-data/samples/coffee.png";
    expect(status("-X", "POST", "-H", header, "-F", `file=@${faceless}`, `${host}/encode`)).toBe("400");
    expect(status("-X", "POST", "-F", `file=@${first?.path}`, `${host}/encode`)).toBe("403");
    expect(status("-X", "DELETE", "-H", header, `${host}/session`)).toBe("204");
    expect(curl("-H", header, `${host}/summary`)).toEqual({ image_encodings: [] });
  });

  it("D: an upload, its encoding, the counts, the mean", async () => {
    const uploads = goldenFiles.map(({ path }) => curl("-F", `file=@${path}`, `${host}/uploadfile/`));
    for (const upload of uploads)
      expect(upload).toEqual({ id: expect.any(String), status: expect.any(String), face_encoding: null });
    expect(status("-F", `file=@${first?.path}`, `${host}/uploadfile/`)).toBe("201");
    expect(status("-F", `file=@${first?.path}`, `${host}/uploadfile`)).toBe("201");
    await expect.poll(() => curl(`${host}/stats/`)).toMatchObject({ total: 7, created: 0, completed: 7, failed: 0 });

    const done = uploads.map(({ id }) => curl(`${host}/face_encoding/${id}/`));
    for (const [index, upload] of done.entries()) {
      expect(upload).toMatchObject({ id: uploads[index].id, status: "completed" });
      expect(upload.face_encoding).toHaveLength(128);
      expect(curl(`${host}/face_encoding/${upload.id}`)).toEqual(upload);
    }
    expect(status(`${host}/face_encoding/00000000-0000-0000-0000-000000000000/`)).toBe("404");
    expect(curl(`${host}/stats`)).toEqual(curl(`${host}/stats/`));

    const { avg, count, images, skipped, version } = curl(`${host}/bonus/`);
    expect({ count, images, skipped }).toEqual({ count: 7, images: 7, skipped: 0 });
    expect(version).toMatch(/^mobilefacenet-/);
    const all = [...done, done[0], done[0]].map(({ face_encoding: encoding }) => encoding as number[]);
    for (const [d, value] of avg.entries())
      expect(value).toBeCloseTo(all.reduce((sum, encoding) => sum + (encoding[d] as number), 0) / 7, 9);
    expect(curl(`${host}/bonus/?to=2020-01-01T00:00:00Z`)).toMatchObject({ avg: null, count: 0 });
    expect(curl(`${host}/bonus/?from=2020-01-01T00:00:00%2B02:00`)).toMatchObject({ count: 7 });
    expect(curl(`${host}/bonus/?version=other`)).toMatchObject({ avg: null, count: 0, version: "other" });
    expect(status(`${host}/bonus/?from=yesterday`)).toBe("400");
  });

  it("an upload that is no image is refused, and counts for nothing", async () => {
    const before = curl(`${host}/stats/`);
    const bad = new FormData();
    bad.append("file", new Blob(["no image"]), "a.jpg");
    expect(await client.post("/uploadfile/", bad)).toMatchObject({ status: 415 });
    expect((await client.post("/uploadfile/", new FormData())).status).toBe(400);
    expect(curl(`${host}/stats/`)).toEqual(before);
  });

  it("an upload that is sent again with its Idempotency-Key is one upload", async () => {
    const body = () => new Uint8Array(readFileSync(first?.path as string));
    const headers = { "Content-Type": "image/jpeg", "Idempotency-Key": "upload-1" };
    const before = await client.post("/uploadfile/", body(), headers);
    const again = await client.post("/uploadfile/", body(), headers);
    expect([before.status, again.status]).toEqual([201, 201]);
    expect(again.body.id).toBe(before.body.id);
    expect(before.headers.get("location")).toBe(`/face_encoding/${before.body.id}/`);
  });

  it("a session's encodings are counted apart, and as computed, whoever sent the image before", async () => {
    const { key } = (await client.get("/session")).body;
    const { body: job } = await client.post("/v1/jobs?models=face-encoding", imageForm(), { key });
    await client.get(`/v1/jobs/${job.id}/results?wait=60`, { key });
    expect((await client.get("/stats/", { key })).body).toMatchObject({ total: 1, completed: 1 });
    expect((await client.get("/bonus/", { key })).body).toMatchObject({ images: 1, count: 1 });
    expect((await client.get(`/face_encoding/${job.id}/`)).status).toBe(404);
    const counted = (await client.get("/metrics")).body as string;
    // Of the session that was erased two and coffee.png; of uploads five, and none twice; of this session one.
    expect(/sightline_encodings_total\{source="computed"\} (\d+)/.exec(counted)?.[1]).toBe("9");
  });

  it("two faces are compared, as images, as encodings, or one of each", async () => {
    const [a, b] = golden;
    const form = new FormData();
    for (const { name, bytes } of [a, b] as (typeof golden)[number][]) form.append("images", new Blob([bytes]), name);
    const apart = (await client.post("/v1/compare", form)).body;
    expect(apart).toMatchObject({ samePerson: false, threshold: expect.any(Number), model: "face-encoding" });
    expect(apart.similarity).toBeLessThan(apart.threshold);
    expect(apart.distance).toBeCloseTo(Math.sqrt(2 - 2 * apart.similarity), 4);

    const image = Buffer.from(a?.bytes ?? []).toString("base64");
    const { body: same } = await client.postJson("/v1/compare", { first: { image }, second: { image } });
    expect(same).toMatchObject({ samePerson: true, similarity: 1, distance: 0 });
    const encoding = Array.from({ length: 128 }, (_, d) => (d === 0 ? 1 : 0));
    const mixed = await client.postJson("/v1/compare", { first: { image }, second: { encoding } });
    expect(mixed).toMatchObject({ status: 200, body: { samePerson: false } });
    for (const [body, code] of [
      [{ first: { image }, second: { encoding: [1] } }, "INVALID_OPTION"],
      [{ first: { image } }, "MALFORMED_REQUEST"],
      [{ first: { image: "!" }, second: { image } }, "UNDECODABLE_IMAGE"],
    ] as const)
      expect((await client.postJson("/v1/compare", body)).body.code).toBe(code);
    expect((await client.post("/v1/compare", imageForm())).body.code).toBe("NO_IMAGE");
  });

  it.skipIf(!lfwSample)(
    "E: a data set's mean face is that of the encodings one by one",
    { timeout: 120_000 },
    async () => {
      const { key } = (await client.get("/session")).body;
      const entries = Array.from(readTarGz(readFileSync(lfwSample as string)))
        .filter(({ name }) => name.endsWith(".jpg"))
        .slice(0, LFW_IMAGES);
      const form = new FormData();
      for (const { name, bytes } of entries) form.append("images", new Blob([new Uint8Array(bytes)]), name);
      const { body: job } = await client.post("/v1/jobs?models=face-encoding", form, { key });
      await expect
        .poll(async () => (await client.get(`/v1/jobs/${job.id}/results?limit=1&wait=60`, { key })).body.jobState, {
          timeout: 110_000,
        })
        .toBe("succeeded");
      const encodings: number[][] = [];
      let [images, skipped] = [0, 0];
      for (let cursor: string | undefined = "-1"; cursor; ) {
        const page: string = cursor === "-1" ? "" : `&cursor=${cursor}`;
        const { body }: { body: Json } = await client.get(`/v1/jobs/${job.id}/results?limit=1000${page}`, { key });
        for (const { result } of body.items) {
          const { faces } = result.results["face-encoding"];
          images++;
          if (faces.length === 0) skipped++;
          for (const { encoding } of faces) encodings.push(encoding);
        }
        cursor = body.nextCursor;
      }
      const { body: mean } = await client.get("/bonus/", { key });
      expect(images).toBe(entries.length);
      expect(mean).toMatchObject({ images, skipped, count: encodings.length });
      for (const [d, value] of (mean.avg as number[]).entries()) {
        // Whole numbers of millionths, as encodings are given, are summed without any rounding.
        const exact = encodings.reduce((sum, encoding) => sum + Math.round((encoding[d] as number) * 1e6), 0);
        expect(Math.abs(value - exact / 1e6 / encodings.length)).toBeLessThan(1e-9);
        const spread = encodings.reduce((sum, encoding) => sum + ((encoding[d] as number) - value) ** 2, 0);
        expect(Math.abs(mean.variance[d] - spread / encodings.length)).toBeLessThan(1e-9);
      }
    },
  );

  function imageForm(): FormData {
    const form = new FormData();
    form.append("images", new Blob([golden[0]?.bytes as Uint8Array<ArrayBuffer>]), "a.jpg");
    return form;
  }
});
