/** Which requests are refused like one before them, without being looked at. */
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { Admission, type AdmissionRequest } from "../../lib/admission/admission.ts";
import { EarlyRefusals } from "../../lib/http/gateway/early-refusals.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway.ts";
import { imageCounts } from "../../lib/http/upload/image-counts.ts";

/** A form of images of 1000 bytes. */
function formOf(images: number): GatewayRequest {
  const headers = { "content-type": "multipart/form-data; boundary=b", "content-length": String(1000 * images) };
  const request = new IncomingMessage(new Socket());
  return Object.assign(request, {
    method: "POST",
    url: "/process",
    originalUrl: "/process",
    headers,
  }) as GatewayRequest;
}

const asked = (client: string, images: number): AdmissionRequest => ({ client, kind: "faces", images, threads: 1 });

it("a request with fewer images than the one that was refused is admitted if there is time for them", () => {
  const admission = new Admission(1000, () => 0);
  const refusals = new EarlyRefusals(admission);
  imageCounts.learn(formOf(50), 50);
  const refuse = (images: number) => {
    const request = formOf(images);
    return refusals.refuse(request, new ServerResponse(request));
  };
  // The others leave time for some images, but not for fifty.
  for (const client of ["first", "second"]) while ("request" in admission.admit(asked(client, 1)));
  expect(admission.admit(asked("client", 1))).toHaveProperty("request");
  const large = admission.admit(asked("client", 50));
  refusals.remember(formOf(50), asked("client", 50), (large as { retryAfterMs: number }).retryAfterMs);
  expect(refuse(50)).toBe(true);
  expect(admission.retryAfterMs(asked("client", 1))).toBeUndefined();
  expect(refuse(1)).toBe(false);
});
