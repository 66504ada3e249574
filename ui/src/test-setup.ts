import { configure } from "@testing-library/svelte";
import "@testing-library/svelte/vitest";

// A busy machine is no failure: what is waited for has ten seconds to come.
configure({ asyncUtilTimeout: 10_000 });
