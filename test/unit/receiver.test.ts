import { expect, test, vi } from "vitest";
import { cut } from "../../lib/transport/fragments.ts";
import { type LargePacket, Receiver } from "../../lib/transport/receiver.ts";

const MIB = 2 ** 20;

/** A receiver with what was sent to it, in MiB, and the ids of its questions. */
function receiver(answerWithinMs = 1_000_000) {
  const sent: number[] = [];
  const questions: string[] = [];
  const ask = () => {
    const id = `question ${questions.length}`;
    questions.push(id);
    return id;
  };
  const node = new Receiver(ask, answerWithinMs);
  const packet = (mib: number, isWanted = () => true): LargePacket => ({
    ...{ pieces: cut(new Uint8Array(mib * MIB), MIB), isWanted },
    publish: ({ bytes }) => sent.push(bytes.length / MIB),
  });
  return { node, packet, sent, questions };
}

test("a node is sent a few MiB, and more each time that it has received them", async () => {
  const { node, packet, sent, questions } = receiver();
  const [first, second] = [node.send(packet(3)), node.send(packet(6))];
  await first;
  await expect.poll(() => questions).toEqual(["question 0"]);
  expect(sent).toHaveLength(4);
  node.answered("of another");
  node.answered("question 0");
  await expect.poll(() => questions).toHaveLength(2);
  expect(sent).toHaveLength(8);
  node.answered("question 1");
  await second;
  expect(sent).toHaveLength(9);
});

test("a node that is gone is sent at once what is still wanted", async () => {
  const { node, packet, sent, questions } = receiver();
  const answers = [node.send(packet(6)), node.send(packet(5))];
  await expect.poll(() => questions).toHaveLength(1);
  node.leave();
  await Promise.all(answers);
  expect(node.isGone).toBe(true);
  expect(sent).toHaveLength(6 + 5);
  expect(questions).toHaveLength(1);
});

test("calls that are over are not sent any more", async () => {
  const { node, packet, sent, questions } = receiver();
  const over = new AbortController();
  const isWanted = () => !over.signal.aborted;
  const calls = [node.send(packet(6, isWanted)), node.send(packet(5, isWanted))];
  await expect.poll(() => questions).toHaveLength(1);
  over.abort();
  node.answered("question 0");
  await Promise.all(calls);
  expect(sent).toHaveLength(4);
});

test("a node that gives no sign counts as gone", async () => {
  vi.useFakeTimers();
  try {
    const { node, packet } = receiver(10_000);
    const answer = node.send(packet(5));
    await vi.advanceTimersByTimeAsync(10_000);
    await answer;
    expect(node.isGone).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
