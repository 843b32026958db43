/** Reads the heap of a process that was started with `--inspect`, through V8's inspector. */
import { once } from "node:events";

interface Target {
  readonly webSocketDebuggerUrl: string;
}

/** MiB in the main thread's heap after a full collection. @param port The inspector's port. */
export async function collectedHeapMiB(port: string): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as [Target];
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, "open");
  const call = async (id: number, method: string) => {
    socket.send(JSON.stringify({ id, method }));
    const [{ data }] = (await once(socket, "message")) as [MessageEvent<string>];
    return JSON.parse(data).result;
  };
  await call(1, "HeapProfiler.collectGarbage");
  const { usedSize } = (await call(2, "Runtime.getHeapUsage")) as { usedSize: number };
  socket.close();
  return usedSize / 2 ** 20;
}
