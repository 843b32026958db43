/** What the receipts of a request count for while the last of its images is awaited. */
import { expect, test } from "vitest";
import { Receipts } from "../../lib/http/routes/receipts.ts";
import type { UploadAccount } from "../../lib/http/upload/upload-memory.ts";

const receipt = (fileName: string) => ({ fileName, sha256: "a".repeat(64), width: 1, height: 1, faces: [] });

test("they count by their bytes, also if their names take several for a character", () => {
  const held: number[] = [];
  const account = { hold: (bytes: number) => held.push(bytes) } as unknown as UploadAccount;
  const receipts = new Receipts(account);
  const texts = ["street.jpg", "улица.jpg", "街.jpg", "🛣.jpg"].map((name) => receipts.add(receipt(name) as never));
  expect(held.at(-1)).toBe(Buffer.byteLength(texts.join("")));
  expect(held.at(-1)).toBeGreaterThan(texts.join("").length);
});

test("those of one request have a limit in bytes", () => {
  const receipts = new Receipts();
  // A quarter of the limit in characters, and half of it in bytes.
  const name = "я".repeat(2 ** 25);
  receipts.add(receipt(name) as never);
  const refused = expect.objectContaining({ type: "TOO_MANY_IMAGES", data: { maxResultBytes: 2 ** 27 } });
  expect(() => receipts.add(receipt(name) as never)).toThrow(refused);
});
