import { expect, it } from "vitest";
import { readAtStart } from "../../lib/backends/when-there.ts";
import { type ErrorCode, failure } from "../../lib/errors.ts";

/** A storage that fails with these errors, one after the other, and then answers. */
function storage(...codes: ErrorCode[]) {
  const notices: string[] = [];
  const read = async () => {
    const code = codes.shift();
    if (code) throw failure(code, `${code}.`);
    return "what was read";
  };
  return { read, notices, logger: { warn: (notice: string) => notices.push(notice) } };
}

it("a service of a cluster starts when the database answers again, and says what it waits for", async () => {
  const { read, notices, logger } = storage("STORE_UNAVAILABLE", "STORAGE_FULL");
  expect(await readAtStart({ isShared: true }, logger, read)).toBe("what was read");
  expect(notices).toEqual(["Waiting for the database: STORE_UNAVAILABLE.", "Waiting for the database: STORAGE_FULL."]);
});

it.each([
  ["of one machine", false, "STORE_UNAVAILABLE"],
  ["whose data a newer version has written", true, "STORE_CORRUPT"],
] as const)("a service %s does not wait", async (_of, isShared, code) => {
  const { read, logger } = storage(code);
  await expect(readAtStart({ isShared }, logger, read)).rejects.toMatchObject({ type: code });
});
