import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendBody } from "./reply.ts";

export type FileHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers with a file, read once. */
export function file(path: string | URL, type: string, headers: Record<string, string> = {}): FileHandler {
  let content: Buffer | undefined;
  return (_request, response) => {
    content ??= readFileSync(path);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendBody(response, 200, type, content);
  };
}
