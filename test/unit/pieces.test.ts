import { expect, test } from "vitest";
import { limited } from "../../lib/backends/blob-source.ts";
import { pieces } from "../../lib/backends/jetstream/pieces.ts";

async function texts(chunks: string[], size: number): Promise<string[]> {
  const found: string[] = [];
  for await (const piece of pieces(chunks.map(Buffer.from), size)) found.push(Buffer.from(piece).toString());
  return found;
}

test.each([
  [[], []],
  [["", ""], []],
  [["a"], ["a"]],
  [["abc"], ["abc"]],
  [["abcd"], ["abc", "d"]],
  [
    ["a", "", "bc", "defgh"],
    ["abc", "def", "gh"],
  ],
  [["abcdefghi"], ["abc", "def", "ghi"]],
])("%j in pieces of three is %j", async (chunks, expected) => {
  expect(await texts(chunks, 3)).toEqual(expected);
});

test("a source is read as far as its limit", async () => {
  const source = limited([Buffer.from("ab"), Buffer.from("c"), Buffer.from("d")], 3);
  expect((await source.next()).value?.length).toBe(2);
  expect((await source.next()).value?.length).toBe(1);
  await expect(source.next()).rejects.toMatchObject({ type: "IMAGE_TOO_LARGE", data: { maxImageBytes: 3 } });
});
