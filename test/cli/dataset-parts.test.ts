/** The pure parts of `sightline dataset`. */
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { download, isUrl, nameOfUrl } from "../../cli/dataset/download.ts";
import { hash } from "../../cli/dataset/fingerprint.ts";
import { addEncoding, type MeanEncoding, noEncodings } from "../../cli/dataset/mean-encoding.ts";
import { sentName } from "../../cli/dataset/source.ts";
import { DatasetSummary } from "../../cli/dataset/summary.ts";
import { seededRandom } from "../../cli/simulate/random.ts";
import { ServiceUnreachable } from "../../client/errors.ts";
import type { Job, JobImage } from "../../client/jobs.ts";

describe("the mean encoding", () => {
  const random = seededRandom(3);
  const encodings = Array.from({ length: 5_000 }, () => Array.from({ length: 128 }, () => random.next() - 0.5));
  const meanOf = (all: readonly number[][]) => all.reduce<MeanEncoding>(addEncoding, noEncodings);

  it("is the mean, in whatever order the encodings come", () => {
    const { count, mean } = meanOf(encodings);
    const plain = mean.map((_, i) => encodings.reduce((sum, encoding) => sum + (encoding[i] as number), 0) / 5_000);
    const backwards = meanOf(encodings.toReversed()).mean;
    expect(count).toBe(5_000);
    for (const [i, value] of mean.entries()) {
      expect(Math.abs(value - (plain[i] as number))).toBeLessThan(1e-9);
      expect(Math.abs(value - (backwards[i] as number))).toBeLessThan(1e-9);
    }
  });

  it("does not change with what is equal to it, nor mix lengths", () => {
    expect(
      meanOf([
        [0.1, 0.2],
        [0.1, 0.2],
        [0.1, 0.2],
      ]),
    ).toEqual({ count: 3, mean: [0.1, 0.2] });
    expect(() => meanOf([[1], [1, 2]])).toThrow(RangeError);
  });
});

describe("the summary of a data set", () => {
  const job = { createdAt: "2026-01-01T00:00:00Z" } as Job;
  const image = (index: number, faces: object[]): JobImage =>
    ({
      index,
      fileName: `${index}.jpg`,
      state: "done",
      results: { "face-encoding": { faces } },
    }) as unknown as JobImage;

  it("takes the mean of all encodings, where the model gives any", () => {
    const summary = new DatasetSummary(job);
    summary.add(image(0, [{ encoding: [1, 0] }, { encoding: [0, 1] }]));
    summary.add(image(1, []));
    summary.add(image(2, [{ encoding: [2, 2] }]));
    expect(summary.answer()).toEqual({
      images: 3,
      done: 3,
      failed: 0,
      imagesWithFaces: 2,
      faces: 3,
      failuresByCode: {},
      encodings: 3,
      meanEncoding: [1, 1],
    });
  });

  it("takes the mean of the most frequent length, where the encoder was replaced during the run", () => {
    const summary = new DatasetSummary(job);
    summary.add(image(0, [{ encoding: [9, 9, 9] }]));
    summary.add(image(1, [{ encoding: [1, 0] }, { encoding: [0, 1] }]));
    expect(summary.answer()).toMatchObject({ faces: 3, encodings: 2, meanEncoding: [0.5, 0.5] });
  });
});

it.each([
  ["lfw/Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee_0001.jpg"],
  ["people/ann/1.jpg", "ann_1.jpg"],
  ["1.jpg", "1.jpg"],
  ["./1.jpg", "1.jpg"],
])("%s is sent as %s", (path, name) => {
  expect(sentName(path)).toBe(name);
});

it("the fingerprint of a data set is of any number of files", () => {
  const listing = Array.from({ length: 200_000 }, (_, index) => `${index}.jpg`);
  expect(hash(listing)).toBe(hash([listing.join("")]));
});

it.each([
  ["https://example.org/a/My%20people.zip?x=1", "My_people.zip"],
  ["https://example.org/100%.zip", "100_.zip"],
  ["https://example.org", "download"],
])("the archive at %s is stored as %s", (url, name) => {
  expect(nameOfUrl(url)).toBe(name);
});

it("what is no address may be a path", () => {
  expect(["https://example.org/a.zip", "http://", "a.zip"].map(isUrl)).toEqual([true, false, false]);
});

it("an archive whose download breaks off is no archive, and the error says where the connection broke", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-download-"));
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Length": 100 }).write("a part", () => response.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}/people.zip`;
  const fault = await download(url, folder, new AbortController().signal, () => {}).catch((error) => error);
  expect(fault).toBeInstanceOf(ServiceUnreachable);
  expect(fault.message).toBe(`No answer from ${url}: the connection broke.`);
  expect(globSync("**/people.zip", { cwd: folder })).toEqual([]);
  server.close();
  rmSync(folder, { recursive: true });
});
