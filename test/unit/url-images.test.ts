import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { config } from "../../lib/config.ts";
import { mapUpload } from "../../lib/http/upload/upload.ts";

it("that are not fetched, since an image before them ended the request, leave nothing at the connection", async () => {
  const socket = new EventEmitter();
  const headers = { "content-type": "application/json" };
  const request = Object.assign(new PassThrough(), { headers, socket, complete: true });
  request.end(JSON.stringify({ images: ["QQ==", { url: "http://images.example/a.jpg" }] }));
  const refuse = () => Promise.reject(new Error("There is no room."));
  const limits = { ...config, imageUrls: "on" } as const;
  await expect(mapUpload(request as never, limits, 1, refuse)).rejects.toThrow("There is no room.");
  expect(socket.listenerCount("close")).toBe(0);
});
