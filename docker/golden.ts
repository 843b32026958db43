/**
 * Asks a running service for the faces of the golden images: `node docker/golden.ts <url>`. Ends with
 * 1 if one is wrong.
 */
import { readFileSync } from "node:fs";
import { goldenImages } from "../test/support/shared-data.ts";

interface Receipt {
  readonly fileName: string;
  readonly faces?: readonly (readonly number[])[];
  readonly problem?: object;
}

const [url] = process.argv.slice(2);
const golden = goldenImages();
const form = new FormData();
for (const { name, path } of golden) form.append("images", new Blob([readFileSync(path)]), name);

const response = await fetch(`${url}/process`, { method: "POST", body: form, signal: AbortSignal.timeout(30_000) });
const { images = [] } = (await response.json()) as { images?: Receipt[] };
const expected = golden.map(({ name, faces }) => ({ name, faces }));
const found = images.map(({ fileName, faces, problem }) => ({ name: fileName, faces, problem }));
if (JSON.stringify(found) !== JSON.stringify(expected)) {
  console.error(`${response.status}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`);
  process.exit(1);
}
console.log(`${golden.length} images, all boxes exact`);
