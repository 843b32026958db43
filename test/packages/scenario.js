/** What a user of `sightline-client` does, in any runtime. In JavaScript, since not all of them run TypeScript. */

/**
 * @param {typeof import("../../client/index.ts")} library The package.
 * @param {import("../../client/index.ts").ClientSettings} settings
 * @param {readonly { readonly name: string, readonly bytes: Uint8Array<ArrayBuffer> }[]} images
 */
export async function scenario({ SightlineClient, ServiceProblem, facesOf }, settings, images) {
  const client = new SightlineClient(settings);
  const uploads = images.map(({ name, bytes }) => new File([bytes], name));

  const { images: receipts } = await client.process(uploads);
  const [first] = uploads;
  if (!first) throw new Error("There are no images.");
  const drawing = await client.annotate(first);
  const signature = new Uint8Array(await drawing.slice(1, 4).arrayBuffer());

  const created = await client.jobs.create([first], { execute: false, labels: "made:here" });
  await client.jobs.add(created.id, uploads.slice(1));
  await client.jobs.execute(created.id);
  const job = await client.jobs.finished(created.id);
  const results = [];
  for await (const { fileName, result } of client.jobs.results(job.id))
    results.push({ fileName, faces: facesOf(result).map(({ box }) => box) });
  const listed = [];
  for await (const { id } of client.jobs.list({ labels: "made:here" })) listed.push(id);

  const events = await eventsOf(client, job.id, 0);
  const middle = events[1]?.sequence ?? 0;
  const resumed = await eventsOf(client, job.id, middle);

  const models = await client.models();
  const canEncode = models.some(({ name, state }) => name === "face-encoding" && state === "ready");
  const visitor = await client.openSession();
  const encodings = canEncode ? await encodingsOf(client, visitor, uploads) : null;
  await visitor.session.erase();
  const { image_encodings } = await visitor.session.summary();
  const { owner } = await visitor.whoAmI();

  await client.jobs.delete(job.id);
  const refusal = await client.jobs.get(job.id).then(
    () => undefined,
    (error) => error,
  );
  return {
    faces: receipts.map((receipt) => facesOf(receipt).map(({ box }) => box)),
    drawing: String.fromCharCode(...signature),
    state: job.state,
    results,
    isListed: listed.includes(job.id),
    types: events.map(({ type }) => type),
    isResumed: JSON.stringify(resumed) === JSON.stringify(events.slice(2)),
    encodings,
    left: image_encodings,
    models: models.map(({ name }) => name),
    hasOwner: owner !== null,
    refusal: refusal instanceof ServiceProblem && [refusal.status, refusal.code, refusal.problem?.title],
  };
}

/**
 * What sessions and collections are for.
 * @param {import("../../client/index.ts").SightlineClient} client
 * @param {import("../../client/index.ts").SightlineClient} visitor
 * @param {readonly File[]} uploads
 */
async function encodingsOf({ collections }, visitor, [first, second]) {
  const { faces } = await visitor.session.encode(first);
  const { encoding } = faces[0];
  const { image_encodings } = await visitor.session.summary();
  await collections.create("people");
  await collections.add("people", first, "image");
  const added = await collections.add("people", encoding, "encoding");
  const found = [await collections.search("people", first, 1), await collections.search("people", encoding)];
  await collections.removeFace("people", added.id);
  const { faces: left } = await collections.get("people");
  const compared = [await visitor.compare(first, encoding), await visitor.compare(first, second)];
  await collections.delete("people");
  return {
    isSummarised: JSON.stringify(image_encodings[0]?.faces[0]?.encoding) === JSON.stringify(encoding),
    found: found.map(({ items }) => items.length),
    label: added.label,
    left,
    areSame: compared.map(({ samePerson }) => samePerson),
    collections: await collections.list(),
  };
}

/**
 * The events of a job up to its end.
 * @param {import("../../client/index.ts").SightlineClient} client
 * @param {string} jobId
 * @param {number} after
 */
async function eventsOf(client, jobId, after) {
  const events = [];
  for await (const { sequence, type } of client.events({ jobId, after })) {
    events.push({ sequence, type });
    if (type === "dev.sightline.job.succeeded") break;
  }
  return events;
}
