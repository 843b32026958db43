/** The report of a client that works. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Makes the expected report by requests without a client. */
export async function expectedReport(url: string, images: readonly string[]): Promise<unknown> {
  const body = new FormData();
  for (const path of images) body.append("images", new Blob([readFileSync(path)]), basename(path));
  const response = await fetch(`${url}/process`, { method: "POST", body });
  const answer = (await response.json()) as { readonly images: readonly { readonly faces: readonly number[][] }[] };
  const faces = answer.images.map((image) => image.faces);
  return { faces, state: "succeeded", results: faces, firstEvent: "dev.sightline.job.created" };
}
