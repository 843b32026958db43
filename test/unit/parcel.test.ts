import { expect, it } from "vitest";
import { imagePages } from "../../lib/jobs/enqueue.ts";
import { createImages, MAX_PARCEL_BYTES, MAX_PARCEL_IMAGES, parcelsOf } from "../../lib/jobs/parcel.ts";
import { tasksFor } from "../../lib/jobs/tasks.ts";
import type { ImagePageRequest } from "../../lib/ports/job-store.ts";
import { problem, queued } from "../ports/sample-jobs.ts";

const file = (bytes: number) => ({ fileName: null, sha256: "a".repeat(64), bytes });
const shapes = (first: number, bytes: readonly number[]) =>
  Array.from(parcelsOf(createImages("job", first, bytes.map(file))), ([parcel, images]) => [
    parcel,
    images.map(({ index }) => index),
  ]);

it("parcels are numbered by their first image and go on where the last ones ended", () => {
  expect(shapes(0, [1, 2, 3])).toEqual([[0, [0, 1, 2]]]);
  expect(shapes(7, [1, 2])).toEqual([[7, [7, 8]]]);
  expect(shapes(0, [])).toEqual([]);
});

it("have no more images than allowed", () => {
  const [first, second] = shapes(0, Array(MAX_PARCEL_IMAGES + 1).fill(0));
  expect(first?.[1]).toHaveLength(MAX_PARCEL_IMAGES);
  expect(second).toEqual([MAX_PARCEL_IMAGES, [MAX_PARCEL_IMAGES]]);
});

it("have no more bytes than allowed, unless one image has", () => {
  const half = MAX_PARCEL_BYTES / 2;
  expect(shapes(0, [half, half, 1, MAX_PARCEL_BYTES + 1, 1, 1])).toEqual([
    [0, [0, 1]],
    [2, [2]],
    [3, [3]],
    [4, [4, 5]],
  ]);
});

it("end where the pack ends in which their files are stored", () => {
  const packs = ["a", "a", "b", undefined, undefined];
  const images = packs.map((pack) => ({ ...file(1), ...(pack && { pack }) }));
  expect(createImages("job", 0, images).map(({ parcel }) => parcel)).toEqual([0, 0, 2, 3, 3]);
  const refused = { ...file(0), problem };
  const mixed = [refused, images[0], refused, images[1], images[2]].flatMap((image) => image ?? []);
  expect(createImages("job", 0, mixed).map(({ parcel }) => parcel)).toEqual([0, 0, 0, 0, 4]);
});

it("stay whole on the pages in which the images of a job are read", async () => {
  const images = createImages("job", 0, Array(1200).fill(file(1)));
  const store = {
    listImages: async (_id: string, { after = -1, limit }: ImagePageRequest) =>
      images.filter(({ index }) => index > after).slice(0, limit),
  };
  const pages = await Array.fromAsync(imagePages(store, "job"));
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.flatMap((page) => [...parcelsOf(page).values()])).toEqual([...parcelsOf(images).values()]);
});

it("are the tasks of a job, beside those of its suspects; all of them have its owner and its priority", () => {
  const images = createImages("job", 0, Array(3).fill(file(1))).map((image) =>
    image.index === 1 ? { ...image, suspect: true as const } : image,
  );
  const ofJob = { jobId: "job", owner: "owner", priority: 7, parcel: 0 };
  expect(tasksFor(queued("job", { owner: "owner", priority: 7 }).next, images)).toEqual([
    { ...ofJob, images: 2 },
    { ...ofJob, image: 1, images: 1, exclusive: true },
  ]);
});
