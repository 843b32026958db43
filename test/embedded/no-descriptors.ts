/**
 * Stores and reads images while the process may open no more files, and prints what became of each, as JSON. Started by
 * a test, with a folder.
 */
import { closeSync, openSync } from "node:fs";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";

const blobs = await FileBlobStore.open(process.argv[2] as string);
const small = [Buffer.alloc(100, 1)];
const large = [Buffer.alloc(300_000, 2)];
const stored = [await storeImage(blobs, "a", small, 1e6), await storeImage(blobs, "a", large, 1e6)];

const opened: number[] = [];
try {
  for (;;) opened.push(openSync("/dev/null", "r"));
} catch {}
const outcomes = await Promise.allSettled([
  ...stored.map(({ sha256 }) => blobs.get({ jobId: "a", sha256 })),
  ...[small, large].map((image) => storeImage(blobs, "b", image, 1e6)),
  blobs.sync("a"),
]);
for (const file of opened) closeSync(file);
const after = await Promise.all(stored.map(({ sha256 }) => blobs.get({ jobId: "a", sha256 })));
const codes = outcomes.map((outcome) =>
  outcome.status === "rejected" ? (outcome.reason.type ?? outcome.reason.code) : "done",
);
const synced = await blobs.sync("a").then(
  () => "done",
  (error) => error.type,
);
console.log(JSON.stringify({ codes, after: after.map((blob) => blob?.length), synced }));
