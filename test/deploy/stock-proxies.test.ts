/** What reaches clients through nginx and Varnish as Debian configures them, with nothing said about the service. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { form, JobClient } from "../support/job-client.ts";
import { ADMIN_KEY, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage } from "../support/session-client.ts";
import { hasPackages } from "../support/skipped-tests.ts";
import { type StockProxy, startNginx, startVarnish } from "../support/stock-proxy.ts";

const PATH = "/vision";
/** It keeps every answer that does not forbid it. */
const CACHE = "proxy_cache answers; proxy_cache_valid any 1h;";
const MB = 1e6;

const proxies = {
  nginx: (service: string) => startNginx(service, PATH, CACHE),
  Varnish: (service: string) => startVarnish(service),
};

describe.skipIf(!hasPackages("stock proxies", "nginx", "varnish"))("stock proxies", () => {
  let encoder: EncoderStub;
  let service: RunningService;
  beforeAll(async () => {
    encoder = await startEncoderStub();
    const environment = { ADMIN_KEY, PROXY_HOPS: "1", ENCODER_URL: encoder.url };
    service = await startService({ ...environment, BASE_PATH: PATH });
  });
  afterAll(async () => {
    await service?.stop();
    await encoder?.close();
  });

  describe.each(Object.keys(proxies) as (keyof typeof proxies)[])("%s", (name) => {
    let proxy: StockProxy;
    let client: JobClient;
    let mine: Record<string, string>;
    let other: Record<string, string>;
    beforeAll(async () => {
      proxy = await proxies[name](service.url);
      client = new JobClient(proxy.url);
      const keys = new KeyClient(service.url);
      const scopes = ["jobs", "process", "sessions"] as const;
      // Not as Authorization, for which caches know rules of their own.
      mine = { key: (await keys.key({ name: "mine", scopes: [...scopes] })).key };
      other = { key: (await keys.key({ name: "other", scopes: [...scopes] })).key };
    });
    afterAll(() => proxy?.stop());

    it("hands nothing to one key that was made for another, nor to one without", async () => {
      const { body: upload } = await client.post("/uploadfile/", form([{ name: "a.png", bytes: newImage() }]), mine);
      const job = `/v1/jobs/${upload.id}`;
      await client.get(`${job}/results?wait=60`, mine);
      const ofJob = [job, `${job}/results`, `${job}/events`, `/face_encoding/${upload.id}/`];
      const ofKey = ["/v1/jobs", "/stats/", "/bonus/", "/v1/events", "/v1/whoami", "/v1/models"];
      for (const path of [...ofJob, ...ofKey]) {
        // Twice: what may be kept is kept by then.
        for (let time = 0; time < 2; time++) expect((await client.get(path, mine)).status, path).toBe(200);
        const { status, body } = await client.get(path, other);
        expect(status, path).toBe(ofJob.includes(path) ? 404 : 200);
        // A refusal repeats the id that was asked for.
        if (status === 200) expect(JSON.stringify(body), path).not.toContain(upload.id);
        expect((await client.get(path)).status, path).toBe(401);
        expect((await client.get(path, mine)).status, path).toBe(200);
      }
      expect((await client.get("/bonus/", mine)).body.count).toBe(1);
      expect((await client.get("/bonus/", other)).body.count).toBe(0);
    });

    it("hands an uploaded image to its owner only", async () => {
      const bytes = newImage();
      const { body: job } = await client.post("/v1/jobs?execute=false", form([{ name: "a.png", bytes }]), mine);
      const picture = `${proxy.url}/v1/jobs/${job.id}/images/0/picture`;
      for (let time = 0; time < 2; time++)
        expect(Buffer.from(await (await fetch(picture, { headers: mine })).arrayBuffer())).toEqual(Buffer.from(bytes));
      for (const headers of [other, {}]) expect((await fetch(picture, { headers })).status).not.toBe(200);
    });

    it("each session has a key of its own", async () => {
      const keys = await Promise.all(
        [mine, mine, other].map(async (key) => (await client.get("/session", key)).body.key),
      );
      expect(new Set(keys).size).toBe(3);
    });

    it("events arrive at once", async () => {
      const events = await EventSourceReader.open(`${proxy.url}/v1/events`, mine);
      const { body: job } = await client.post("/v1/jobs", form([{ name: "a.png", bytes: newImage() }]), mine);
      // While the stream is open, so nothing waits for its end or for more to send.
      await expect.poll(() => events.events.some(({ data }) => data.includes(job.id))).toBe(true);
      expect(events.isEnded).toBe(false);
      events.close();
    });

    it("an answer in one coding is not sent to a client that takes another", async () => {
      for (const accepted of ["gzip", "br", "identity", "gzip"]) {
        const answer = await fetch(`${proxy.url}/openapi.json`, { headers: { "Accept-Encoding": accepted } });
        // Varnish asks for gzip or nothing.
        expect([accepted, "identity"]).toContain(answer.headers.get("content-encoding") ?? "identity");
        expect((await answer.json()).openapi).toBe("3.1.0");
      }
    });
  });

  describe("an upload of 50 MB", () => {
    const files = () => ["a.jpg", "b.jpg"].map((name) => ({ name, bytes: new Uint8Array(25 * MB) }));
    const send = (url: string) => new JobClient(url).post("/process", form(files()), { key: ADMIN_KEY });

    it("is refused by nginx, in its own words", async () => {
      const proxy = await startNginx(service.url, PATH);
      try {
        const { status, headers, body } = await send(proxy.url);
        expect([status, headers.get("content-type")]).toEqual([413, "text/html"]);
        expect(body).toContain("413 Request Entity Too Large");
      } finally {
        await proxy.stop();
      }
    });

    it.each<[string, () => Promise<StockProxy>]>([
      ["nginx, without its limit", () => startNginx(service.url, PATH, "client_max_body_size 0;")],
      ["Varnish", () => startVarnish(service.url)],
    ])("is passed on by %s", async (_name, start) => {
      const proxy = await start();
      try {
        const { status, body } = await send(proxy.url);
        expect([status, body.images.length]).toEqual([200, 2]);
      } finally {
        await proxy.stop();
      }
    });
  });

  it.each<[string, () => Promise<StockProxy>]>([
    // With a cache, nginx asks for the whole page each time.
    ["nginx", () => startNginx(service.url, PATH)],
    ["Varnish", () => startVarnish(service.url)],
  ])("a page is not sent to a browser that has it, also if %s has compressed it", async (_name, start) => {
    const proxy = await start();
    try {
      for (const path of ["/docs", "/openapi.json", "/problems/NO_IMAGE"]) {
        const headers = { "Accept-Encoding": "gzip", Accept: "text/html, */*;q=0.1" };
        const first = await fetch(proxy.url + path, { headers });
        const known = { "If-None-Match": first.headers.get("etag") ?? "", "Cache-Control": "max-age=0" };
        const again = await fetch(proxy.url + path, { headers: { ...headers, ...known } });
        expect([first.status, again.status], path).toEqual([200, 304]);
      }
    } finally {
      await proxy.stop();
    }
  });

  it("nginx serves the pages under a path of its own", async () => {
    const proxy = await startNginx(service.url, PATH);
    try {
      const client = new JobClient(proxy.url);
      const created = await client.post("/v1/jobs", form([{ name: "a.png", bytes: newImage() }]), { key: ADMIN_KEY });
      const location = new URL(created.headers.get("location") ?? "", proxy.url);
      expect((await fetch(location, { headers: { key: ADMIN_KEY } })).status).toBe(200);
      const refusal = await client.get("/v1/jobs");
      expect((await fetch(new URL(refusal.body.type, proxy.url))).status).toBe(200);
      for (const page of ["/", "/docs", "/docs/", "/dashboard", "/dashboard/"]) {
        const answer = await fetch(proxy.url + page);
        expect([answer.status, new URL(answer.url).pathname.startsWith(PATH)], page).toEqual([200, true]);
        const links = Array.from((await answer.text()).matchAll(/(?:src|href|spec-url)="([^"#]*)"/g));
        expect(links.length).toBeGreaterThan(0);
        for (const [, link = ""] of links) expect((await fetch(new URL(link, answer.url))).status, link).toBe(200);
      }
    } finally {
      await proxy.stop();
    }
  });
});
