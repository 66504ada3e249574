import { expect, test, vi } from "vitest";
import { PAGE, Paged, type Stretch } from "./paged";

type Answer = Stretch<string>;

/** Questions whose answers the test gives when it likes. */
function held() {
  const waiting: { offset: number; answer: (rows: string[], total: number) => void; refuse: (why: unknown) => void }[] = [];
  const question = vi.fn(
    (offset: number) => new Promise<Answer>((resolve, reject) => waiting.push({ offset, answer: (rows, total) => resolve({ rows, offset, total }), refuse: reject })),
  );
  return { waiting, question };
}
const rows = (from: number, count = PAGE) => Array.from({ length: count }, (_, n) => `row ${from + n}`);
const settle = () => new Promise((resolve) => setTimeout(resolve));
const at = <T>(list: T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${index}`);
  return found;
};

test("only the newest question is shown, and only one waits behind the one on its way", async () => {
  const [first, second, third] = [held(), held(), held()];
  const paged = new Paged<string, Answer>(() => undefined);
  void paged.ask(first.question, { fromStart: true });
  void paged.ask(second.question, { fromStart: true });
  void paged.ask(third.question, { fromStart: true });
  at(first.waiting, 0).answer(["stale"], 1);
  await settle();
  expect(second.question, "a question overtaken while waiting is never asked").not.toHaveBeenCalled();
  expect(paged.row(0), "a late answer is not shown").toBeUndefined();
  at(third.waiting, 0).answer(["fresh"], 1);
  await settle();
  expect(paged.row(0)).toBe("fresh");
});

test("the old rows stay until the new ones come", async () => {
  const [first, second] = [held(), held()];
  const paged = new Paged<string, Answer>(() => undefined);
  void paged.ask(first.question, { fromStart: true });
  at(first.waiting, 0).answer(["old"], 1);
  await settle();
  void paged.ask(second.question, { fromStart: false });
  expect(paged.row(0)).toBe("old");
  at(second.waiting, 0).refuse({ code: "no-answer", message: "", retryAfter: null });
  await settle();
  expect(paged.row(0), "a refusal takes nothing away").toBe("old");
  expect(paged.problem?.code).toBe("no-answer");
});

test("what comes into view is read once, page by page", async () => {
  const { waiting, question } = held();
  const paged = new Paged<string, Answer>(() => undefined);
  void paged.ask(question, { fromStart: true });
  at(waiting, 0).answer(rows(0), 100_000);
  await settle();
  question.mockClear();
  paged.view(50_000, 50_000 + PAGE - 1);
  paged.view(50_001, 50_000 + PAGE);
  expect(question.mock.calls).toEqual([[50_000, PAGE]]);
  at(waiting, 1).answer(rows(50_000), 100_000);
  await settle();
  expect(paged.row(50_003)).toBe("row 50003");
});

test("a new question asks at once for as much as was ever in view", async () => {
  const { waiting, question } = held();
  const paged = new Paged<string, Answer>(() => undefined);
  void paged.ask(question, { fromStart: true });
  at(waiting, 0).answer(rows(0), 1000);
  await settle();
  paged.view(0, PAGE + 5);
  at(waiting, 1).answer(rows(PAGE), 1000);
  await settle();
  paged.view(0, 1);
  question.mockClear();
  void paged.ask(question, { fromStart: true });
  expect(question.mock.calls).toEqual([[0, 2 * PAGE]]);
  at(waiting, 2).answer(rows(0, 2 * PAGE), 1000);
  await settle();
  paged.view(0, PAGE + 5);
  expect(question).toHaveBeenCalledTimes(1);
  expect(paged.row(PAGE + 4)).toBe(`row ${PAGE + 4}`);
});

test("a page that is refused is not asked for in a circle", async () => {
  const { waiting, question } = held();
  let paged: Paged<string, Answer>;
  paged = new Paged<string, Answer>(() => paged.view(200, 210));
  void paged.ask(question, { fromStart: true });
  at(waiting, 0).answer(rows(0), 1000);
  await settle();
  at(waiting, 1).refuse(new Error("broken"));
  await settle();
  expect(question).toHaveBeenCalledTimes(2);
  expect(paged.problem?.code).toBe("internal");
});

test("a list that became shorter than the view shows its end", async () => {
  const long = held();
  const paged = new Paged<string, Answer>(() => undefined);
  void paged.ask(long.question, { fromStart: true });
  at(long.waiting, 0).answer(rows(0), 1000);
  await settle();
  paged.view(900, 920);
  const short = held();
  void paged.ask(short.question, { fromStart: false });
  const total = 3 * PAGE + 5;
  at(short.waiting, 0).answer([], total);
  await settle();
  expect(at(short.waiting, 1).offset).toBe(3 * PAGE);
  at(short.waiting, 1).answer(rows(3 * PAGE, 5), total);
  await settle();
  expect(paged.total).toBe(total);
  expect(paged.row(total - 1)).toBe(`row ${total - 1}`);
});
