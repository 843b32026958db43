/** A proxy that loses answers: the server executes the request, then the client's connection is closed. */
import { startProxy } from "./proxy.ts";

export interface CuttingProxy {
  /** `host:port` to connect to. */
  readonly address: string;
  /** Number of lost answers. */
  readonly cuts: number;
  /** Loses the next `times` answers to requests that contain the text. */
  loseAnswers(text: string, times: number): void;
  /** Closes the connection when a chunk of an answer contains the text. That chunk is lost. */
  cutAt(text: string): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CuttingProxy> {
  let wanted = "";
  let left = 0;
  let cutAt: string | undefined;
  let cuts = 0;
  const { port, close } = await startProxy(target, (client, upstream) => {
    let isLost = false;
    client.on("data", (request) => {
      if (left > 0 && request.includes(wanted)) {
        left--;
        isLost = true;
      }
      upstream.write(request);
    });
    upstream.on("data", (answer) => {
      if (cutAt !== undefined && answer.includes(cutAt)) {
        cutAt = undefined;
        isLost = true;
      }
      // The answer has arrived, so the request was executed.
      if (!isLost) return client.write(answer);
      cuts++;
      return client.destroy();
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    get cuts() {
      return cuts;
    },
    loseAnswers(text, times) {
      wanted = text;
      left = times;
    },
    cutAt(text) {
      cutAt = text;
    },
    close,
  };
}
