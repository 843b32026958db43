import { expect, it } from "vitest";
import { UploadMemory } from "../../lib/http/upload/upload-memory.ts";

it("lets an upload wait while images of another are being processed", async () => {
  const memory = new UploadMemory(100, 1000);
  const [first, second] = [memory.open(), memory.open()];
  const release = first.hand(80);
  let hasRoom = false;
  const room = second.room(50).then(() => {
    hasRoom = true;
  });
  await new Promise(setImmediate);
  expect(hasRoom).toBe(false);
  release();
  await room;
});

it("refuses an upload while others that go on hold the memory", async () => {
  const memory = new UploadMemory(100, 1000);
  const [first, second] = [memory.open(), memory.open()];
  first.keep(80);
  await expect(second.room(50)).rejects.toMatchObject({ type: "OVERLOADED" });
  await second.room(20);
});
