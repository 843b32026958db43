/** Bodies of requests with images. */
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UnreadableImage } from "../../client/errors.ts";
import { formOf, type ImageFile, type Images, imagesOf, NoImageFile } from "../../client/image-file.ts";
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

const images = [new File(["first"], "a.jpg"), new Blob(["second"])];
// As the `files` of an `<input type="file">`: a length and members by number.
const fileList: ArrayLike<Blob> = { ...images, length: 2 };

it.each<[string, Images, number]>([
  ["a list", images, 2],
  ["a list of files", fileList, 2],
  ["a set", new Set(images), 2],
  ["one blob", new Blob(["first"]), 1],
  ["one file", new File(["first"], "a.jpg"), 1],
  ["one upload", { fileName: "a.jpg", content: new Blob(["first"]) }, 1],
])("takes %s", (_, given, count) => {
  expect(imagesOf(given)).toHaveLength(count);
});

it.each<[unknown, string]>([
  ["photos/a.jpg", "String"],
  [["photos/a.jpg"], "String"],
  [[Buffer.from("bytes")], "Buffer"],
  [[{ fileName: "a.jpg", content: "bytes" }], "Object"],
  [[null], "null"],
  [undefined, "undefined"],
])("says that %j is no image, instead of that the service does not answer", async (given, kind) => {
  const message = `a Blob as its content, not ${kind}.`;
  await expect(client.process(given as never)).rejects.toThrow(message);
  await expect(client.jobs.create(given as never)).rejects.toThrow(message);
  await expect(client.annotate("photos/a.jpg" as never)).rejects.toThrow(NoImageFile);
});

it.each(["localhost:8080", "127.0.0.1:8080"])("says what the address %s lacks", async (url) => {
  await expect(new SightlineClient({ url }).ready()).rejects.toThrow(
    `No answer from ${url}: an address begins with http:// or https://.`,
  );
});
