/** Bodies of requests with images. */
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UnreadableImage } from "../../client/errors.ts";
import { formOf, type ImageFile } from "../../client/image-file.ts";
import { SightlineClient } from "../../client/sightline-client.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-client-"));
// Answers when it has the whole body.
const server = createServer((request, response) => request.resume().on("end", () => response.end('{"images":[]}')));
let client: SightlineClient;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  client = new SightlineClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

it("makes the form that FormData would make of the images", async () => {
  const images: ImageFile[] = [
    {
      fileName: 'a "quoted", ü 😀 and\r\nbroken; name.jpg',
      content: new Blob(["--first\r\n"], { type: "image/jpeg" }),
    },
    new File(["second"], "second.png"),
    new Blob([]),
  ];
  const { body, headers } = formOf(images);
  const ofBrowser = new FormData();
  for (const image of images)
    if (image instanceof Blob) ofBrowser.append("images", image, image instanceof File ? image.name : "image");
    else ofBrowser.append("images", image.content, image.fileName);
  const files = await filesOf(new Response(body, { headers }));
  expect(files).toEqual(await filesOf(new Response(ofBrowser)));
  expect(files.map(([, , text]) => text)).toEqual(["--first\r\n", "second", ""]);
});

async function filesOf(response: Response): Promise<[name: string, type: string, text: string][]> {
  const files = (await response.formData()).getAll("images") as File[];
  return Promise.all(files.map(async (file) => [file.name, file.type, await file.text()]));
}

it.each<[string, (images: ImageFile[]) => Promise<unknown>]>([
  ["a form", (images) => client.process(images)],
  ["a form for a job", (images) => client.jobs.create(images)],
  ["a body", ([image]) => client.annotate(image as ImageFile)],
  ["JSON", ([image]) => client.compare(image as ImageFile, [1, 2])],
])("throws an error if a file is removed before it is sent, in %s", async (_, send) => {
  const path = join(folder, "removed.jpg");
  writeFileSync(path, "some bytes");
  const content = await openAsBlob(path);
  rmSync(path);
  // It has been answered: a lost connection would be tried again.
  await client.process([new Blob(["there"])]);
  await expect(send([{ fileName: "removed.jpg", content }, new Blob(["there"])])).rejects.toThrow(UnreadableImage);
});
