/** A client of sessions: keys, encoded images and their summary. */
import { createHash } from "node:crypto";
import { blackPng } from "./images.ts";
import { type Answer, JobClient, type Json } from "./job-client.ts";

export const PNG = { "Content-Type": "image/png" };

let imagesMade = 0;
/** An image that was not sent before. */
export const newImage = () => blackPng(8 + (++imagesMade % 100), 8 + Math.floor(imagesMade / 100));

/** The value of the header `Repr-Digest` for a file. */
export const digest = (file: Uint8Array) => `sha-256=:${createHash("sha256").update(file).digest("base64")}:`;

export class SessionClient extends JobClient {
  async openSession(): Promise<string> {
    return (await this.get("/session")).body.key;
  }

  encode(key: string, file: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer<Json>> {
    return this.post("/encode", file, { ...PNG, key, ...headers });
  }

  async summary(key: string): Promise<Json> {
    return (await this.get("/summary", { key })).body;
  }
}
