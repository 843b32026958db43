/**
 * The receiver of docs/webhook-receiver.md, which people copy: strangers reach it before it has checked a signature.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freePort } from "../support/service.ts";

const page = readFileSync(new URL("../../docs/webhook-receiver.md", import.meta.url), "utf8");
const [, program = ""] = /```js\n(.*?)```/s.exec(page) ?? [];

let port: number;
let stop: () => void;
let ended: Promise<unknown>;
beforeAll(async () => {
  port = await freePort();
  const receiver = spawn(process.execPath, ["--input-type=module"], {
    env: { WEBHOOK_SECRET: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
    stdio: ["pipe", "ignore", "inherit"],
  });
  receiver.stdin.end(program.replace("9000", String(port)));
  stop = () => receiver.kill();
  ended = once(receiver, "exit");
  await vi.waitFor(() => statusOf(Buffer.from("{}")), { timeout: 100_000 });
});
afterAll(async () => {
  stop();
  await ended;
});

/** Of the answer to a message that nobody has signed. */
async function statusOf(body: Buffer): Promise<number | undefined> {
  const sending = request({ port, host: "127.0.0.1", method: "POST", agent: false });
  sending.end(body);
  const [response] = await once(sending, "response");
  response.resume();
  return response.statusCode;
}

it("goes on when a sender leaves in the middle of a message", async () => {
  const sender = connect(port, "127.0.0.1");
  sender.write("POST /hook HTTP/1.1\r\nHost: receiver\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
  // The receiver has begun to read.
  await once(sender, "data");
  sender.destroy();
  await once(sender, "close");
  for (let request = 0; request < 3; request++) expect(await statusOf(Buffer.from("{}"))).toBe(401);
});

it("takes nothing longer than a message", async () => {
  expect(await statusOf(Buffer.alloc(2 ** 20))).toBe(413);
  expect(await statusOf(Buffer.from("{}"))).toBe(401);
});
