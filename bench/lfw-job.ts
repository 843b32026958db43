/** A job of the 1,465 images of `lfw-sample.tgz`, which the benches of jobs send. */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Job } from "../lib/contracts/job.ts";
import { sharedPath } from "../test/support/shared-data.ts";

export interface LfwJob {
  readonly paths: readonly string[];
  /** Seconds from the first byte sent to the last result stored. */
  run(url: string): Promise<number>;
}

/** @param folder A folder for the images. */
export function lfwJob(folder: string): LfwJob {
  execFileSync("tar", ["-xzf", sharedPath("test-data/lfw-sample.tgz"), "-C", folder]);
  const paths = globSync("**/*.jpg", { cwd: folder }).map((path) => join(folder, path));
  // The body is built beforehand, because the client shares the cores but is not measured.
  const boundary = "sightline-bench";
  const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
  const body = Buffer.concat([
    ...paths.flatMap((path) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="images"; filename="${basename(path)}"\r\n` +
          "Content-Type: image/jpeg\r\n\r\n",
      ),
      readFileSync(path),
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return {
    paths,
    async run(url) {
      const startedAt = performance.now();
      const created = await fetch(`${url}/v1/jobs`, { method: "POST", headers, body });
      const location = `${url}${created.headers.get("location")}`;
      await (await fetch(`${location}/results?wait=60&limit=1`)).json();
      const seconds = (performance.now() - startedAt) / 1000;
      const job = (await (await fetch(location)).json()) as Job;
      if (job.state !== "succeeded" || job.images.done !== paths.length) throw new Error(JSON.stringify(job));
      return seconds;
    },
  };
}
