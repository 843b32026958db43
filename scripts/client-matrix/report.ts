/** What a client reports that works. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Asks the service without a client. */
export async function expectedReport(url: string, images: readonly string[]): Promise<unknown> {
  const body = new FormData();
  for (const path of images) body.append("images", new Blob([readFileSync(path)]), basename(path));
  const response = await fetch(`${url}/process`, { method: "POST", body });
  const answer = (await response.json()) as { readonly images: readonly { readonly faces: readonly number[][] }[] };
  const faces = answer.images.map((image) => image.faces);
  return { faces, state: "succeeded", results: faces, firstEvent: "dev.sightline.job.created" };
}
