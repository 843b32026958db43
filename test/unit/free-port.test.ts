/** Ports of tests, which other runs of the tests on the same machine take as well. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

const PORTS = 500;
const file = JSON.stringify(join(import.meta.dirname, "../support/service.ts"));
/** Takes ports, prints them, and keeps them until its input ends. */
const program = `
  const { freePort } = await import(${file});
  const ports = [];
  for (let n = 0; n < ${PORTS}; n++) ports.push(await freePort());
  process.stdout.end(JSON.stringify(ports));
  process.stdin.resume();`;

it("no two processes are given the same port", async () => {
  const takers = [1, 2].map(() =>
    spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  const ended = Promise.all(takers.map((taker) => once(taker, "exit")));
  const printed = await Promise.all(takers.map(({ stdout }) => text(stdout)));
  for (const { stdin } of takers) stdin.end();
  await ended;
  const ports = printed.flatMap((line) => JSON.parse(line) as number[]);
  expect(ports).toHaveLength(2 * PORTS);
  expect(ports.filter((port, index) => ports.indexOf(port) !== index)).toEqual([]);
});
