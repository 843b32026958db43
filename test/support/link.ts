/** The connection from one node to one server, which can be interrupted like a network. */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startProxy } from "./proxy.ts";

/**
 * - `delay`: nothing passes, and neither side is told. Afterwards everything that was sent arrives, since TCP sends it
 *   again, including what was sent by those who have given up waiting.
 * - `drop`: like `delay`, but the connections are lost in the end.
 * - `close`: open connections and new ones are closed.
 */
export type Interruption = "delay" | "drop" | "close";

export interface Link {
  readonly port: number;
  /** Resolves when the link works again. Interruptions of one link must not overlap. */
  interrupt(how: Interruption, milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** @param url URL of the server. Connect to `port` on 127.0.0.1 instead. */
export async function startLink(url: string): Promise<Link> {
  const { hostname: host, port } = new URL(url);
  const ends = new Set<readonly [from: Socket, to: Socket]>();
  let interruption: Interruption | undefined;
  const proxy = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    if (interruption === "close") {
      client.destroy();
      return;
    }
    for (const end of [[client, upstream] as const, [upstream, client] as const]) {
      ends.add(end);
      end[0].on("close", () => ends.delete(end));
      if (!interruption) end[0].pipe(end[1]);
    }
  });
  return {
    port: proxy.port,
    async interrupt(how, milliseconds) {
      interruption = how;
      if (how === "close") proxy.disconnect();
      // A paused socket does not notice that the other end has closed it.
      for (const [from, to] of ends) from.unpipe(to).pause();
      await sleep(milliseconds);
      interruption = undefined;
      if (how === "drop") proxy.disconnect();
      for (const [from, to] of ends) from.pipe(to);
    },
    close: proxy.close,
  };
}
