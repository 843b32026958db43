/** Several windows of the dashboard in one browser, which has six connections to a host over HTTP/1.1. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as ask, type IncomingMessage } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { makeCertificates } from "../support/certificates.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
  context = await browser.newContext();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const stateOf = (page: Page, state: string) => page.locator(".connection").getByText(state).waitFor();

async function openWindow(from = context, url = service.url): Promise<Page> {
  const page = await from.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/dashboard`);
  await stateOf(page, "Live");
  return page;
}

it("any number of windows load, and the four that were used last are live", async () => {
  const windows: Page[] = [];
  for (let n = 0; n < 8; n++) windows.push(await openWindow());
  const [first, second, ...others] = windows as [Page, Page, ...Page[]];
  for (const page of windows.slice(0, 4)) await stateOf(page, "Paused");
  for (const page of windows.slice(4)) await stateOf(page, "Live");

  // A window without a connection still shows what changes.
  const { id } = await new JobClient(service.url).create([{ name: "a.png", bytes: sample("astronaut.png") }]);
  await second.evaluate(() => {
    location.hash = "#/jobs";
  });
  await second.locator(`a[title="${id}"]`).waitFor();

  await first.evaluate(() => dispatchEvent(new Event("focus")));
  await stateOf(first, "Live");
  await stateOf(windows[4] as Page, "Paused");

  // Windows that are closed leave their connections to those that are still open.
  await Promise.all(others.map((page) => page.close()));
  await stateOf(second, "Live");
  expect(await first.locator(".connection").textContent()).toBe("Live");
});

/** A proxy that speaks HTTP/2 with browsers, as many do, and HTTP/1.1 with the service. */
async function startHttp2Proxy() {
  const certificates = makeCertificates();
  const { certFile, keyFile } = certificates.server;
  const server = createSecureServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
  server.on("request", ({ url, method, headers, authority }, response) => {
    const own = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
    const passedOn = ask(service.url + url, { method, headers: { ...Object.fromEntries(own), host: authority } });
    passedOn.on("response", (answer: IncomingMessage) => {
      // These concern one connection, and do not exist in HTTP/2.
      const { connection: _connection, "keep-alive": _alive, "transfer-encoding": _coding, ...rest } = answer.headers;
      response.writeHead(answer.statusCode as number, rest);
      answer.pipe(response);
    });
    response.on("close", () => passedOn.destroy());
    passedOn.on("error", () => response.stream.close()).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      certificates.remove();
    },
  };
}

it("over HTTP/2, where all requests share one connection, all windows are live", async () => {
  const proxy = await startHttp2Proxy();
  const own = await browser.newContext({ ignoreHTTPSErrors: true });
  const windows: Page[] = [];
  for (let n = 0; n < 6; n++) windows.push(await openWindow(own, proxy.url));
  for (const page of windows) expect(await page.locator(".connection").innerText()).toBe("Live");
  await own.close();
  proxy.close();
});
