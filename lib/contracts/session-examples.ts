/** Examples of the API document: what has to do with sessions and encodings. Real vectors have 128 numbers. */

const encoding = [0.102345, -0.017211, 0.063902, 0.089127];

export const sessionKey = { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" };

export const encodedPicture = {
  sha256: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
  model: "face-encoding",
  version: "mobilefacenet-b7120c09",
  width: 512,
  height: 512,
  faces: [{ box: [177, 62, 96, 132], score: 0.913204, encoding }],
};

export const summary = { image_encodings: [{ faces: [{ encoding }] }] };
