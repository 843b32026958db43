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
  const packet = (mib: number, isAnswer = false): LargePacket => ({
    ...{ pieces: cut(new Uint8Array(mib * MIB), MIB), isAnswer },
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

test("calls of a node that is gone fail as not sent, and answers are sent: their caller may return", async () => {
  const { node, packet, sent, questions } = receiver();
  const calls = Promise.allSettled([node.send(packet(5)), node.send(packet(2))]);
  const answer = node.send(packet(6, true));
  await expect.poll(() => questions).toHaveLength(1);
  node.leave();
  const failed = { reason: { type: "BAD_GATEWAY" } };
  expect(await calls).toMatchObject([failed, failed]);
  await answer;
  expect(node.isGone).toBe(true);
  expect(sent).toHaveLength(4 + 6);
  expect(questions).toHaveLength(1);
});

test("a node that gives no sign counts as gone", async () => {
  vi.useFakeTimers();
  try {
    const { node, packet } = receiver(10_000);
    const call = Promise.allSettled([node.send(packet(5))]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toMatchObject([{ reason: { type: "BAD_GATEWAY" } }]);
  } finally {
    vi.useRealTimers();
  }
});
