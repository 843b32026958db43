import { describe, expect, it } from "vitest";
import type { JobImage, NewImage } from "../../lib/jobs/job.ts";
import { resultsPage } from "../../lib/jobs/results-page.ts";
import { createImage } from "../../lib/jobs/transitions.ts";
import type { ImagePageRequest } from "../../lib/ports/job-store.ts";
import { files, result } from "../ports/sample-jobs.ts";

const [file] = files(1);

/** A job of so many images, each with a result of so many faces of about ten characters. */
function jobOf(count: number, faces: number) {
  const large = { ...result, faces: Array<(typeof result.faces)[0]>(faces).fill([1, 2, 3, 4]) };
  const reads: number[] = [];
  return {
    reads,
    async listImages(_id: string, { after = -1, limit }: ImagePageRequest): Promise<JobImage[]> {
      const length = Math.min(limit, count - after - 1);
      reads.push(length);
      return Array.from({ length }, (_, n) => {
        const image = createImage("job", after + 1 + n, 0, file as NewImage);
        return { ...image, state: "done", result: large };
      });
    },
  };
}

/** The indexes of all pages. */
async function pagesOf(store: ReturnType<typeof jobOf>, limit: number): Promise<number[][]> {
  const pages: number[][] = [];
  for (let after = -1; ; ) {
    const { images, isLast } = await resultsPage(store, "job", { after, limit });
    pages.push(images.map(({ index }) => index));
    if (isLast) return pages;
    after = images.at(-1)?.index ?? Number.NaN;
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("a page of results", () => {
  it.each([1, 31, 32, 33, 99, 100, 101, 250])("of %i small ones is as long as its limit", async (count) => {
    const pages = await pagesOf(jobOf(count, 1), 100);
    expect(pages.flat()).toEqual(numbers(count));
    expect(pages.map(({ length }) => length)).toEqual(
      numbers(Math.ceil(count / 100)).map((n) => Math.min(100, count - 100 * n)),
    );
  });

  it("takes two reads if they are small", async () => {
    const store = jobOf(2000, 1);
    expect((await resultsPage(store, "job", { limit: 1000 })).images).toHaveLength(1000);
    expect(store.reads).toEqual([32, 969]);
  });

  it("ends after 16 MiB if they are large, and none is left out", async () => {
    const pages = await pagesOf(jobOf(150, 30_000), 1000);
    expect(pages.flat()).toEqual(numbers(150));
    const lengths = pages.map(({ length }) => length);
    expect(Math.max(...lengths)).toBeLessThan(60);
    expect(lengths.length).toBeLessThan(6);
  });

  it("has an image, however large it is", async () => {
    const pages = await pagesOf(jobOf(3, 2_000_000), 1);
    expect(pages).toEqual([[0], [1], [2]]);
  });

  it("of a job without images is the last", async () => {
    expect(await resultsPage(jobOf(0, 1), "job", { limit: 100 })).toEqual({ images: [], isLast: true });
  });
});
