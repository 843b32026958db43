/** Examples of sessions and encodings in the API document. Real vectors have 128 numbers. */

const encoding = [0.102345, -0.017211, 0.063902, 0.089127];

export const sessionKey = { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" };

export const exampleKey = {
  id: "21f19c8a-54f7-4eca-9eaf-1279daa54473",
  owner: "0aa46eff-7528-49d1-895e-19dd63735041",
  name: "camera at the door",
  scopes: ["process", "read-only"],
  hint: "sl_sL5M",
  limits: { requestsPerMinute: 6_000, imagesPerMinute: 1_000, storedBytes: 10_000_000_000 },
  createdAt: "2026-11-27T05:20:44.324Z",
  expiresAt: "2027-11-27T00:00:00.000Z",
};
export const exampleCreatedKey = { ...exampleKey, key: "sl_sL5MQJCcWYy7n_PDM5tCI665McpDlMs964FM3T3DFdo" };

export const exampleErasure = {
  id: "6c0f1a52-8f0d-4a3a-9c1f-2f6f7f0a1d11",
  state: "done",
  requestedAt: "2026-11-27T10:00:00.000Z",
  erased: { keys: 2, sessions: 1, jobs: 12, images: 340, events: 702, collections: 1, faces: 41 },
  checkedAt: "2026-11-27T10:00:02.410Z",
  remaining: 0,
  finishedAt: "2026-11-27T10:00:02.533Z",
};

export const exampleAuditEntry = {
  sequence: 1,
  id: "0f9a2a3e-6a52-4b41-8a5b-0c8a39d1c7d5",
  time: "2026-11-27T10:00:00.000Z",
  action: "key.create",
  object: "21f19c8a-54f7-4eca-9eaf-1279daa54473",
  keyId: "00000000-0000-4000-8000-000000000000",
  keyName: "first admin",
  owner: "00000000-0000-4000-8000-000000000000",
  address: "192.0.2.7",
  status: 201,
  previous: "",
  hash: "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
};

const quality = { sharpness: 0.52, size: 96, brightness: 137.4, pose: { yaw: -8.3, pitch: 2.1, roll: 1.6 } };

export const encodedImage = {
  sha256: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
  model: "face-encoding",
  version: "mobilefacenet-b7120c09",
  width: 512,
  height: 512,
  faces: [{ box: [177, 62, 96, 132], score: 0.913204, encoding, quality }],
};

export const summary = { image_encodings: [{ faces: [{ encoding }] }] };

const model = "face-encoding";
const version = "mobilefacenet-b7120c09";

export const exampleUpload = {
  id: "5b8f0b0e-3f5e-4bb0-9d6e-6f3b0f0b8c11",
  status: "completed",
  face_encoding: encoding,
};

const counts = { total: 1465, created: 20, completed: 1444, failed: 1 };

export const statsExample = {
  ...counts,
  models: [{ model, ...counts }],
  days: [{ day: "2026-11-21", ...counts }],
};

export const meanExample = {
  avg: encoding,
  variance: [0.0071, 0.0078, 0.0069, 0.0081],
  count: 1502,
  images: 1444,
  skipped: 3,
  model,
  version,
  versions: [{ version, count: 1502 }],
};

export const comparisonExample = {
  similarity: 0.7134,
  distance: 0.7571,
  samePerson: true,
  threshold: 0.305,
  model,
  version,
  quality: [],
};

export const collectionExample = {
  name: "staff",
  model,
  version,
  faces: 120,
  requirements: { minSharpness: 0.35, minSize: 40, maxYaw: 45, minDistance: 0.3 },
  createdAt: "2026-11-21T12:00:00.000Z",
};

export const faceExample = {
  id: "0d9a6c5e-58a5-4f0c-8f55-7a0c6c1b7d11",
  label: "Ada",
  sha256: encodedImage.sha256,
  box: [177, 62, 96, 132],
  quality,
  addedAt: "2026-11-21T12:00:00.000Z",
};
