import "./parts/fonts.css";
import "./parts/tokens.css";
import "./parts/base.css";
import "./parts/parts.css";
import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target) {
  target.replaceChildren();
  mount(App, { target });
}
