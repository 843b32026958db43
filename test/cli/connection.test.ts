/** Where commands connect to. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { createServer, type Server } from "node:https";
import { connect } from "node:net";
import { pipeline } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { sightline, startCommand } from "../support/command-line.ts";

const PAGE = JSON.stringify({ items: [] });
let certificates: Certificates;
let server: Server;
let url: string;
beforeAll(async () => {
  certificates = makeCertificates();
  const { certFile, keyFile } = certificates.server;
  const options = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  server = createServer(options, (_, response) => response.end(PAGE));
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.close();
  certificates.remove();
});

const list = (environment: NodeJS.ProcessEnv = {}, at = url) =>
  startCommand(at, ["job", "list"], { environment }).ended;

it("takes a certificate only of an authority that Node trusts, and says why not", async () => {
  expect(await list()).toEqual({
    code: 3,
    stdout: "",
    stderr: `sightline: No answer from ${url}: its certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE).\n`,
  });
  expect(await list({ NODE_EXTRA_CA_CERTS: certificates.caFile })).toMatchObject({ code: 0, stderr: "" });
});

it("says that a server does not speak TLS", async () => {
  const plain = createProxy((_, response) => response.end(PAGE));
  await once(plain.listen(0, "127.0.0.1"), "listening");
  const at = `https://127.0.0.1:${(plain.address() as { port: number }).port}`;
  const { code, stderr } = await list({}, at);
  plain.close();
  expect({ code, stderr }).toEqual({ code: 3, stderr: `sightline: No answer from ${at}: it does not speak TLS.\n` });
});

it("goes through the proxy of HTTPS_PROXY where Node is told to", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createProxy().on("connect", ({ url: target }, client) => {
    asked.push(target);
    const service = connect(Number(new URL(url).port), "127.0.0.1");
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    pipeline(client, service, client, () => {});
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
  const environment = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY, NODE_EXTRA_CA_CERTS: certificates.caFile };
  const stderr = "sightline: No answer from https://service.invalid: its certificate is for another host.\n";
  expect(await list(environment, "https://service.invalid")).toMatchObject({ code: 3, stderr });
  expect(await list({ ...environment, NO_PROXY: "" })).toMatchObject({ code: 0, stderr: "" });
  proxy.close();
  expect(asked).toEqual(["service.invalid:443", new URL(url).host]);
});

it.each([
  ["http://me:secret@127.0.0.1:8080", "It must have no user and no password."],
  ["http://127.0.0.1:8080/?key=secret", "It must have no ? and no #."],
])("refuses %s without showing it", async (at, reason) => {
  expect(await sightline(at, "job", "list")).toEqual({
    code: 2,
    stdout: "",
    stderr: `sightline: --url or SIGHTLINE_URL: ${reason}\n`,
  });
});
