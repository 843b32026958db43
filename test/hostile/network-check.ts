/** Harms a network of two hosts in each way, and prints what still reaches the other: for `network.test.ts`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Harm } from "./faults.ts";
import { Network } from "./network.ts";
import { isInOwnSpace, prepareOwnSpace, runInOwnSpace } from "./own-space.ts";

const PORT = 8000;
const ANSWER = Buffer.alloc(200_000, "a");

if (!isInOwnSpace) process.exitCode = await runInOwnSpace();
else {
  prepareOwnSpace();
  const network = new Network(["far"]);
  const [program = "", ...args] = network.runOn("far");
  const serve = `require("node:http").createServer((_, r) => r.end(Buffer.alloc(${ANSWER.length}, "a"))).listen(${PORT}, () => console.log("up"))`;
  const server = spawn(program, [...args, process.execPath, "--eval", serve], { stdio: ["ignore", "pipe", "inherit"] });
  await once(server.stdout, "data");
  /** Whether the whole answer arrives. */
  const arrives = async (withinMs = 30_000): Promise<boolean> => {
    // Each on a connection of its own.
    const headers = { Connection: "close" };
    const url = `http://${network.addressOf("far")}:${PORT}`;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(withinMs) }).catch(() => undefined);
    return (await answer?.arrayBuffer().catch(() => undefined))?.byteLength === ANSWER.length;
  };
  const during = async (harm: Harm, from: string, to: string, withinMs?: number) => {
    const end = network.harm(harm, [from], [to]);
    const hasArrived = await arrives(withinMs);
    end();
    return hasArrived;
  };
  const results = {
    before: await arrives(),
    "cut there": await during("cut", Network.here, "far", 1_000),
    "cut back": await during("cut", "far", Network.here, 1_000),
    lossy: await during("lossy", "far", Network.here),
    slow: await during("slow", "far", Network.here),
    after: await arrives(),
  };
  console.log(JSON.stringify(results));
  server.kill("SIGKILL");
}
