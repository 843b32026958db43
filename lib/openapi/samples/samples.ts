/** Samples of all operations, by their ids. `test/http/samples.test.ts` runs them. */
import type { Sample, SampleRequest } from "./sample.ts";

const job: SampleRequest = { path: { id: "$JOB_ID" } };
const key: SampleRequest = { path: { id: "$KEY_ID" } };
const collection: SampleRequest = { path: { name: "friends" } };
const model: SampleRequest = { path: { name: "classify" } };
const version: SampleRequest = { path: { name: "classify", version: "$VERSION" } };
/** An image in the form of the Open Inference Protocol. */
const inference: SampleRequest = {
  json: '{"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["$(base64 -w0 me.jpg)"]}]}',
};

const images: Readonly<Record<string, Sample>> = {
  process: { request: { files: ["me.jpg"] }, call: { typescript: "process([image])" } },
  compareFaces: { request: { files: ["me.jpg", "me.jpg"] }, call: { typescript: "compare(image, image)" } },
};

const jobs: Readonly<Record<string, Sample>> = {
  createJob: {
    request: { query: { labels: "album:summer" }, files: ["me.jpg"] },
    call: {
      typescript: 'jobs.create([image], { labels: "album:summer" })',
      python: 'jobs.create([image], labels=["album:summer"])',
    },
  },
  listJobs: {
    request: { query: { state: "failed,partially_failed" } },
    call: {
      typescript: 'jobs.list({ state: "failed,partially_failed" })',
      python: 'jobs.list(state=["failed", "partially_failed"])',
      gives: "items",
    },
  },
  getJob: { request: job, call: { typescript: "jobs.get(jobId)" } },
  deleteJob: { request: job, call: { typescript: "jobs.delete(jobId)", gives: "nothing" } },
  addImages: { request: { ...job, files: ["me.jpg"] }, call: { typescript: "jobs.add(jobId, [image])" } },
  getPicture: {
    request: { path: { id: "$JOB_ID", index: "0" }, output: "picture" },
    call: { typescript: "jobs.picture(jobId, 0)", python: "jobs.picture(job_id, 0)[:4]" },
  },
  executeJob: { request: job, call: { typescript: "jobs.execute(jobId)" } },
  cancelJob: { request: job, call: { typescript: "jobs.cancel(jobId)" } },
  retryJob: { request: job, call: { typescript: "jobs.retry(jobId)" } },
  listResults: {
    request: { ...job, query: { wait: "30" } },
    call: { typescript: "jobs.resultsPage(jobId, { wait: 30 })", python: "jobs.results_page(job_id, wait=30)" },
  },
  exportResults: {
    request: { ...job, output: "results.csv" },
    call: { typescript: "jobs.export(jobId).then((file) => file.text())", python: "jobs.export(job_id).decode()" },
  },
  listDeadLetters: { call: { typescript: "jobs.deadLetters()", gives: "items" } },
  listEvents: {
    request: { query: { limit: "10" } },
    call: { typescript: "eventsPage({ limit: 10 })", python: "events_page(limit=10)" },
  },
  listJobEvents: {
    request: job,
    call: { typescript: "eventsPage({ jobId })", python: "events_page(job_id=job_id)" },
  },
  rotateWebhookSecret: {
    request: { json: '{"origin": "https://example.com"}' },
    call: {
      typescript: 'webhookSecrets.rotate({ origin: "https://example.com" })',
      python: 'webhook_secrets.rotate("https://example.com")',
    },
  },
  listWebhookSecrets: { call: { typescript: "webhookSecrets.list()" } },
  removeWebhookSecret: {
    request: { query: { origin: "https://example.com" } },
    call: { typescript: 'webhookSecrets.remove("https://example.com")', gives: "nothing" },
  },
  listDeliveries: { call: { typescript: "webhookDeliveries.givenUp()", gives: "items" } },
  retryDelivery: {
    request: { path: { id: "$EVENT_ID" } },
    call: { typescript: "webhookDeliveries.retry(eventId)" },
  },
};

const sessions: Readonly<Record<string, Sample>> = {
  openSession: { caller: "Clients of another service, which ask for a session by GET." },
  createSession: {
    request: {},
    call: { typescript: "openSession().then(({ key }) => key)", python: "open_session().key" },
  },
  eraseSession: { call: { typescript: "session.erase()", gives: "nothing" } },
  encode: {
    request: { file: "me.jpg", headers: { "Content-Type": "image/jpeg" } },
    call: { typescript: "session.encode(image)" },
  },
  summary: { call: { typescript: "session.summary()" } },
  uploadFile: {
    request: { file: "me.jpg", headers: { "Content-Type": "image/jpeg" } },
    call: { typescript: "uploads.add(image)" },
  },
  getFaceEncoding: { request: { path: { id: "$UPLOAD_ID" } }, call: { typescript: "uploads.get(uploadId)" } },
  getStats: { call: { typescript: "uploads.statistics()" } },
  getMeanEncoding: { call: { typescript: "uploads.mean()" } },
};

const collections: Readonly<Record<string, Sample>> = {
  createCollection: {
    request: { json: '{"name": "friends"}' },
    call: { typescript: 'collections.create("friends")' },
  },
  listCollections: { call: { typescript: "collections.list()" } },
  getCollection: { request: collection, call: { typescript: 'collections.get("friends")' } },
  addFaces: {
    request: { ...collection, files: ["me.jpg"] },
    call: {
      typescript: 'collections.add("friends", image, "Ada")',
      python: 'collections.add("friends", image, "Ada")',
    },
  },
  listFaces: { request: collection, call: { typescript: 'collections.faces("friends")', gives: "items" } },
  searchFaces: {
    request: { ...collection, query: { limit: "3" }, files: ["me.jpg"] },
    call: { typescript: 'collections.search("friends", image, 3)' },
  },
  removeFace: {
    request: { path: { name: "friends", id: "$FACE_ID" } },
    call: { typescript: 'collections.removeFace("friends", faceId)', gives: "nothing" },
  },
  deleteCollection: {
    request: collection,
    call: { typescript: 'collections.delete("friends")', gives: "nothing" },
  },
};

const models: Readonly<Record<string, Sample>> = {
  listModels: { call: { typescript: "models()" } },
  getModel: { request: model, call: { typescript: 'model("classify")' } },
  unloadModel: { request: model, call: { typescript: 'unloadModel("classify")' } },
  loadModel: { request: model, call: { typescript: 'loadModel("classify")' } },
};

const PROTOCOL = "Clients of the Open Inference Protocol, such as tritonclient.";
const inferences: Readonly<Record<string, Sample>> = {
  inferenceServer: { caller: PROTOCOL },
  inferenceLive: { caller: PROTOCOL },
  inferenceReady: { caller: PROTOCOL },
  inferenceModel: { request: model, caller: PROTOCOL },
  inferenceModelVersion: { request: version, caller: PROTOCOL },
  inferenceModelReady: { request: model, caller: PROTOCOL },
  inferenceModelReadyVersion: { request: version, caller: PROTOCOL },
  inferenceModelConfig: { request: model, caller: PROTOCOL },
  inferenceModelConfigVersion: { request: version, caller: PROTOCOL },
  inferenceStatistics: { caller: PROTOCOL },
  inferenceModelStatistics: { request: model, caller: PROTOCOL },
  inferenceModelStatisticsVersion: { request: version, caller: PROTOCOL },
  inferenceRepositoryIndex: { request: { json: "{}" }, caller: PROTOCOL },
  infer: { request: { ...model, ...inference }, caller: PROTOCOL },
  inferVersion: { request: { ...version, ...inference }, caller: PROTOCOL },
};

const BROWSERS = "Browsers, which keep a cookie in place of the key.";
const WATCHERS = "Programs that watch the service.";
const administration: Readonly<Record<string, Sample>> = {
  createKey: {
    request: { json: '{"name": "camera at the door", "scopes": ["process"]}' },
    call: {
      typescript: 'keys.create({ name: "camera at the door", scopes: ["process"] })',
      python: 'keys.create("camera at the door", ["process"])',
    },
  },
  listKeys: { call: { typescript: "keys.list()", gives: "items" } },
  readKey: { request: key, call: { typescript: "keys.get(keyId)" } },
  revokeKey: { request: key, call: { typescript: "keys.revoke(keyId)", gives: "nothing" } },
  whoAmI: { call: { typescript: "whoAmI()", python: "who_am_i()" } },
  erase: {
    request: { json: '{"key": "$KEY_ID"}' },
    call: { typescript: "erase({ key: keyId })", python: "erase(key=key_id)" },
  },
  readErasure: { request: { path: { id: "$ERASURE_ID" } }, call: { typescript: "erasure(erasureId)" } },
  readAudit: { call: { typescript: "audit()", gives: "items" } },
  listNodes: { call: { typescript: "nodes()" } },
  readStatistics: { call: { typescript: "statistics()" } },
  readActivity: {
    request: { query: { range: "day" } },
    call: { typescript: 'activity("day")' },
  },
  readyz: { call: { typescript: "ready()" } },
  signIn: { request: { json: '{"key": "$SIGHTLINE_KEY"}' }, caller: BROWSERS },
  signOut: { caller: BROWSERS },
  listProblems: { caller: "People who read about a problem." },
  readProblem: { request: { path: { code: "IMAGE_TOO_LARGE" } }, caller: "People who read about a problem." },
  ping: { caller: WATCHERS },
  healthz: { caller: WATCHERS },
  metrics: { caller: WATCHERS },
};

export const samples: Readonly<Record<string, Sample>> = {
  ...images,
  ...jobs,
  ...sessions,
  ...collections,
  ...models,
  ...inferences,
  ...administration,
};
