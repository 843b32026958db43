import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { config } from "../../lib/config.ts";
import { ClientGone } from "../../lib/http/upload/arriving-body.ts";
import { mapUpload } from "../../lib/http/upload/upload.ts";
import { uploadMemory } from "../../lib/http/upload/upload-memory.ts";
import type { UploadedImage } from "../../lib/http/upload/uploaded-image.ts";

const limits = { ...config, imageUrls: "on" } as const;

/** A request that has arrived, over a connection of which only the end is of interest. */
function requestOf(images: readonly unknown[], socket: EventEmitter) {
  const headers = { "content-type": "application/json" };
  const request = Object.assign(new PassThrough(), { headers, socket, complete: true });
  request.end(JSON.stringify({ images }));
  return request as never;
}

it("that are not fetched, since an image before them ended the request, leave nothing at the connection", async () => {
  const socket = new EventEmitter();
  const request = requestOf(["QQ==", { url: "http://images.example/a.jpg" }], socket);
  const refuse = () => Promise.reject(new Error("There is no room."));
  await expect(mapUpload(request, limits, 1, refuse, { account: uploadMemory.open("client") })).rejects.toThrow(
    "There is no room.",
  );
  expect(socket.listenerCount("close")).toBe(0);
});

it("are not fetched for a client that has gone away before", async () => {
  const socket = Object.assign(new EventEmitter(), { destroyed: true });
  const request = requestOf([{ url: "ftp://images.example/a.jpg" }], socket);
  await expect(
    mapUpload(request, limits, 1, async ({ file }: UploadedImage) => file, {
      account: uploadMemory.open("client"),
    }),
  ).rejects.toThrow(ClientGone);
});
