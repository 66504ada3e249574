import { expect, test } from "vitest";
import { read, type Press } from "./keys";
import { room, sound } from "./appearance";

const press = (key: string, rest: Partial<Press> = {}): Press => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...rest });
const here = { mac: false, typing: false, singleKeys: true };

test("Ctrl and a number go to a place, also where the digit row needs Shift", () => {
  expect(read(press("2", { ctrlKey: true, code: "Digit2" }), here)).toEqual({ do: "go", place: 2 });
  expect(read(press("é", { ctrlKey: true, code: "Digit2" }), here), "a French keyboard").toEqual({ do: "go", place: 2 });
});

test("a Mac uses Command, and Control there is none of ours", () => {
  const mac = { ...here, mac: true };
  expect(read(press("k", { metaKey: true }), mac)).toEqual({ do: "find" });
  expect(read(press("k", { ctrlKey: true }), mac)).toBeNull();
});

test("single letters are text inside a field, and nothing at all when switched off", () => {
  expect(read(press("b"), here)).toEqual({ do: "letter", letter: "b" });
  for (const where of [{ ...here, typing: true }, { ...here, singleKeys: false }]) {
    for (const key of ["b", "1", "/", "?"]) expect(read(press(key), where), key).toBeNull();
  }
});

test("panes, help and Escape work everywhere", () => {
  const typing = { ...here, typing: true, singleKeys: false };
  expect(read(press("F6"), typing)).toEqual({ do: "next-pane" });
  expect(read(press("F6", { shiftKey: true }), typing)).toEqual({ do: "previous-pane" });
  expect(read(press("F1"), typing)).toEqual({ do: "help" });
  expect(read(press("Escape"), typing)).toEqual({ do: "out" });
});

test("the system's own combinations are left alone", () => {
  expect(read(press("b", { altKey: true }), here)).toBeNull();
  expect(read(press("c", { ctrlKey: true }), here)).toBeNull();
  expect(read(press("k", { ctrlKey: true, shiftKey: true }), here)).toBeNull();
});

test("room follows window and text size together", () => {
  expect(room(1180, 100)).toEqual({ narrow: false, tiny: false });
  expect(room(760, 100)).toEqual({ narrow: true, tiny: false });
  expect(room(1180, 200), "590 of its own pixels").toEqual({ narrow: true, tiny: true });
});

test("a stored text size that makes no sense is made to", () => {
  expect([sound(Number.NaN), sound(0), sound(150), sound(9000)]).toEqual([100, 100, 150, 200]);
});
