/** OpenAPI Generator, a Java program: its clients for Java and Python, and its command for others. */

import { ensureJars } from "../../test/support/jars.ts";
import { ensureDebianPackages, works } from "../debian-packages.ts";
import type { Command, Generator } from "./generator.ts";
import { inEnvironment, pipInstall, python } from "./python.ts";

const VERSION = "7.25.0";
const JAR = {
  "41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae": `org/openapitools/openapi-generator-cli/${VERSION}/openapi-generator-cli-${VERSION}.jar`,
};

export const openapiGenerator = {
  version: VERSION,
  command: async (language: string, document: string, folder: string, ...options: string[]): Promise<Command> => {
    const jar = await ensureJars(JAR);
    return ["java", "-jar", jar, "generate", "-i", document, "-g", language, "-o", folder, ...options];
  },
};

/**
 * Uses Java's own HTTP client. `useSingleRequestParameter` would make the calls readable, but does not compile with a
 * parameter called `wait`, which every Java object has as a method.
 */
export const javaNative: Generator = {
  name: "openapi-generator java",
  version: VERSION,
  language: "Java",
  programs: { "Program.java": "src/main/java/Program.java" },
  install: async () => {
    if (!works("mvn", "--version")) ensureDebianPackages("maven", "default-jdk-headless");
    return [];
  },
  generate: async (document) => {
    return [await openapiGenerator.command("java", document, ".", "--library", "native")];
  },
  compile: [["mvn", "-q", "-DskipTests", "compile", "dependency:copy-dependencies", "-DoutputDirectory=libs"]],
  run: ["java", "-cp", "target/classes:libs/*", "Program"],
};

export const openapiGeneratorPython: Generator = {
  name: "openapi-generator python",
  version: VERSION,
  language: "Python",
  programs: { "openapi-generator.py": "program.py" },
  install: async () => [python],
  generate: async (document) => [
    await openapiGenerator.command("python", document, "."),
    pipInstall("--requirement", "requirements.txt"),
  ],
  compile: [inEnvironment("python", "-m", "compileall", "-q", "openapi_client")],
  run: inEnvironment("python", "program.py"),
};
