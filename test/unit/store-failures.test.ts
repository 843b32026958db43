import { MongoNetworkError } from "mongodb";
import { NatsError } from "nats";
import { expect, test } from "vitest";
import { asJetStreamFailure } from "../../lib/backends/jetstream/failure.ts";
import { asStoreFailure } from "../../lib/backends/mongo/failure.ts";

test.each([
  [asStoreFailure, new MongoNetworkError("connect ECONNREFUSED 10.0.0.5:27017"), "The database does not answer."],
  [asJetStreamFailure, new NatsError("no connection to 10.0.0.6", "TIMEOUT"), "NATS does not answer."],
])("%o: clients learn that a server does not answer, operators why", (asFailure, error, detail) => {
  expect(asFailure(error)).toMatchObject({ type: "STORE_UNAVAILABLE", message: detail, cause: error });
});
