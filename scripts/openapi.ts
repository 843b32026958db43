/** Writes the API document, or checks that it is current and valid OpenAPI: `npm run openapi [-- --check]`. */
import { readFileSync, writeFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { apiDocument } from "../lib/openapi/document.ts";

const path = new URL("../docs/openapi.json", import.meta.url);
const current = `${JSON.stringify(apiDocument(), null, 2)}\n`;

const { valid, errors } = await new Validator().validate(JSON.parse(current));
if (!valid) {
  console.error("The document is not valid OpenAPI:", errors);
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  writeFileSync(path, current);
  console.log("docs/openapi.json is written.");
} else if (readFileSync(path, "utf8") !== current) {
  console.error("docs/openapi.json is not current; run: npm run openapi");
  process.exitCode = 1;
} else {
  console.log("docs/openapi.json is current and valid OpenAPI 3.1.");
}
