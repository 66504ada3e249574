import { afterEach, beforeEach, expect, test } from "vitest";
import { keepFocus } from "./refuge";

let stop = () => {};
const later = (ms = 140) => new Promise((resolve) => setTimeout(resolve, ms));
const find = (selector: string) => document.querySelector<HTMLElement>(selector) as HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<main tabindex="-1"><h1>Page</h1>
    <section id="inner"><h2>Part</h2><ul><li><button id="one">One</button></li><li><button id="two">Two</button></li></ul></section>
    <div role="tabpanel" tabindex="-1"><h3>Said</h3><a id="link" href="#x">Go</a></div>
    <p><button id="loose">Loose</button></p></main>`;
  stop = keepFocus();
});
afterEach(() => stop());

test.each([
  ["#one", "h2"],
  ["#link", "[role=tabpanel]"],
  ["#loose", "h1"],
])("what takes %s away leaves its focus to %s", async (control, refuge) => {
  find(control).focus();
  find(control).remove();
  await later();
  expect(document.activeElement).toBe(find(refuge));
});

test("the part that went as a whole leaves it to the next around it", async () => {
  find("#two").focus();
  find("#inner").remove();
  await later();
  expect(document.activeElement).toBe(find("h1"));
});

test("a control that was only moved has it back", async () => {
  find("#two").focus();
  find("ul").prepend(find("#two").parentElement as HTMLElement);
  await later();
  expect(document.activeElement).toBe(find("#two"));
});

test("a page that puts it somewhere has its way", async () => {
  find("#one").focus();
  find("#one").remove();
  setTimeout(() => find("#two").focus(), 20);
  await later();
  expect(document.activeElement).toBe(find("#two"));
});

test("nothing is done for somebody who put it nowhere, nor once it is stopped", async () => {
  find("#one").focus();
  find("#one").blur();
  await later(10);
  find("#one").remove();
  await later();
  expect(document.activeElement).toBe(document.body);
  find("#two").focus();
  stop();
  find("#two").remove();
  await later();
  expect(document.activeElement).toBe(document.body);
});
