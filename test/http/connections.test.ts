/** Many connections to a service that may have few files open. */
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { GrpcClient } from "../support/grpc-client.ts";
import { astronautFaces } from "../support/images.ts";
import { astronaut, element } from "../support/inference-client.ts";
import { freePort, type RunningProcess, startProcess } from "../support/service.ts";

const MAX_FILES = 256;
const MAX_CONNECTIONS = MAX_FILES / 2;
let service: RunningProcess;
let grpc: GrpcClient;
const sockets: Socket[] = [];

const statusAt = (port: number, path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { Connection: "close" } }).then(
    ({ status }) => status,
    () => 0,
  );

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  grpc.close();
  await service.stop();
});

/** Connections on which nothing is sent. */
async function open(count: number, to: number): Promise<Socket[]> {
  const opened = Array.from({ length: count }, () =>
    connect(to, "127.0.0.1")
      .resume()
      .on("error", () => {}),
  );
  sockets.push(...opened);
  await Promise.all(opened.map((socket) => once(socket, "connect")));
  return opened;
}

const openOnes = (of: readonly Socket[]) => of.filter(({ destroyed }) => !destroyed).length;

it("closes those without a request for longest, and goes on with requests, probes and the ones that have requests", async () => {
  const [port, grpcPort, healthPort] = [await freePort(), await freePort(), await freePort()];
  const ports = { PORT: String(port), GRPC_PORT: String(grpcPort), HEALTH_PORT: String(healthPort) };
  service = startProcess(ports, undefined, ["bash", "-c", `ulimit -n ${MAX_FILES}; exec "$0" "$@"`]);
  grpc = new GrpcClient(grpcPort);
  await expect.poll(() => statusAt(port, "/readyz"), { timeout: 100_000 }).toBe(200);

  const upload = request({ port, method: "POST", path: "/process", headers: { "Content-Type": "image/png" } });
  const answered = once(upload, "response");
  upload.write(astronaut.subarray(0, 1000));
  const stream = grpc.stream();
  const inference = {
    model_name: "faces-haar",
    inputs: [{ name: "image", datatype: "BYTES", shape: [1] }],
    raw_input_contents: [element(astronaut)],
  };
  stream.write(inference);
  await once(stream, "data");

  const idle = [...(await open(MAX_FILES + 100, port)), ...(await open(MAX_FILES + 100, grpcPort))];
  const probing = await open(MAX_FILES + 100, healthPort);
  await expect.poll(() => openOnes(idle)).toBe(MAX_CONNECTIONS - 2);
  await expect.poll(() => openOnes(probing)).toBe(20);
  expect(await statusAt(port, "/ping")).toBe(200);
  expect(await statusAt(healthPort, "/healthz")).toBe(200);

  upload.end(astronaut.subarray(1000));
  const [response] = await answered;
  expect(await grpc.call("ServerLive")).toEqual({ live: true });
  expect(await json(response)).toMatchObject({ images: [{ faces: [{}] }] });
  stream.write(inference);
  const outputs = [{ name: "boxes", shape: [astronautFaces.length, 4] }];
  expect(await once(stream, "data")).toMatchObject([{ infer_response: { outputs } }]);
  stream.end();
  await once(stream, "status");

  // One line a minute, and not one for each.
  for (const setting of ["MAX_CONNECTIONS", "HEALTH_PORT"]) {
    const warnings = service.log.filter((line) => line.includes(`${setting} allows`));
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(5);
  }
});
