/** A proxy that can withhold an answer: the service has executed the request, but the client never learns of it. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";

export interface AnswerThief {
  readonly url: string;
  /** Resolves once an answer has been withheld. */
  readonly stolen: Promise<void>;
  /** Withholds the answer to the next request that `pick` accepts. */
  stealFrom(pick: (request: IncomingMessage) => boolean): void;
  close(): Promise<void>;
}

export async function startAnswerThief(target: string): Promise<AnswerThief> {
  let isPicked: ((request: IncomingMessage) => boolean) | undefined;
  const { promise: stolen, resolve: tell } = Promise.withResolvers<void>();
  const server = createServer((incoming, outgoing) => {
    const isToSteal = isPicked?.(incoming) ?? false;
    if (isToSteal) isPicked = undefined;
    const { method, headers, url = "/" } = incoming;
    const onward = request(new URL(url, target), { method: method ?? "GET", headers }, (answer) => {
      if (isToSteal) {
        answer.resume().on("end", tell);
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.on("error", () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    stolen,
    stealFrom: (pick) => {
      isPicked = pick;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
