/** The face encoding service's paths before and after an encoding is there. The encoder is a remote one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviours, type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { blackPng } from "../support/images.ts";
import { form, JobClient, type NamedFile } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let encoder: EncoderStub;
let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  encoder = await startEncoderStub();
  service = await startService({ ENCODER_URL: encoder.url });
  client = new JobClient(service.url);
});
afterAll(async () => {
  await service?.stop();
  await encoder?.close();
});

const upload = (bytes: NamedFile["bytes"]) => client.post("/uploadfile/", form([{ name: "a.png", bytes }]));
const read = async (id: string) => (await client.get(`/face_encoding/${id}/`)).body;

it("/stats/ counts whatever was stored before it is asked, also while others ask", async () => {
  const total = async () => (await client.get("/stats/")).body.total;
  const before = await total();
  let isOver = false;
  const ask = async () => {
    while (!isOver) await total();
  };
  const others = ask();
  const counted: number[] = [];
  for (let jobs = 0; jobs < 30; jobs++) {
    await total();
    expect((await client.post("/v1/jobs?execute=false", form([{ name: "a.png", bytes: blackPng(1, 1) }]))).status).toBe(
      201,
    );
    counted.push((await total()) - before);
  }
  isOver = true;
  await others;
  expect(counted).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

it("an encoding is null until it is there", async () => {
  const asked = Promise.withResolvers<() => void>();
  encoder.behaviour = (_request, response, file) => {
    const answer = JSON.stringify([vectorOf(file)]);
    asked.resolve(() => response.writeHead(200, { "Content-Type": "application/json" }).end(answer));
  };
  const file = blackPng(100, 101);
  const { status, body } = await upload(file);
  const pending = { id: body.id, status: "created", face_encoding: null };
  expect([status, body]).toEqual([201, pending]);
  const answer = await asked.promise;
  expect(await read(body.id)).toEqual(pending);
  encoder.behaviour = undefined;
  answer();
  await expect.poll(() => read(body.id)).toMatchObject({ status: "completed" });
  expect((await read(body.id)).face_encoding).toEqual(vectorOf(file).map((value) => expect.closeTo(value, 5)));
});

it("an upload that the encoder refuses has failed, and has no encoding", async () => {
  encoder.behaviour = behaviours.refusal;
  const { body } = await upload(blackPng(103, 104));
  const failed = { id: body.id, status: "failed", face_encoding: null };
  await expect.poll(() => read(body.id)).toEqual(failed);
  encoder.behaviour = undefined;
});

describe("an id that is none", () => {
  it.each(["1", "abc", "00000000-0000-0000-0000-000000000000", "%20", "None"])("%s is not found", async (id) => {
    for (const path of [`/face_encoding/${id}/`, `/face_encoding/${id}`]) {
      const { status, body } = await client.get(path);
      expect([status, body], path).toMatchObject([404, { code: "JOB_NOT_FOUND", title: "There is no such job" }]);
    }
  });
});

it.each([
  ["/uploadfile/", "POST, OPTIONS"],
  ["/face_encoding/1/", "GET, HEAD, OPTIONS"],
  ["/stats/", "GET, HEAD, OPTIONS"],
  ["/bonus/", "GET, HEAD, OPTIONS"],
])("OPTIONS of %s answers with its methods, and other methods are refused", async (path, allowed) => {
  const options = await client.send("OPTIONS", path);
  expect([options.status, options.headers.get("allow")]).toEqual([204, allowed]);
  const refused = await client.send("DELETE", path);
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, allowed]);
});
