// What is told of a model.
import { expect, test } from "vitest";
import { withoutLinks } from "./model-facts";

test.each([
  ["Smaller than [GPT-4 Omni](/models/openai/gpt-4o).", "Smaller than GPT-4 Omni."],
  ["See [here](https://example.test/a) and [there](/b)", "See here and there"],
  ["[no link] (and a remark), f[0](x) {y}", "[no link] (and a remark), f0 {y}"],
  ["", ""],
])("%j reads %j", (text, shown) => expect(withoutLinks(text)).toBe(shown));
