// Counts and durations read the way people say them.
import { expect, test } from "vitest";
import { formatBytes, formatContext, formatCount, formatDuration } from "./numbers";

test.each([
  [0, "0 ms"],
  [42.4, "42 ms"],
  [480, "0.5 s"],
  [4210, "4.2 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min 0 s"],
  [83_000, "1 min 23 s"],
  [119_600, "2 min 0 s"],
])("%d ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [512, "512"],
  [8192, "8.2K"],
  [131_072, "131K"],
  [400_000, "400K"],
  [1_048_576, "1M"],
  [2_500_000, "2.5M"],
])("a context of %d reads %s", (tokens, text) => expect(formatContext(tokens)).toBe(text));

test("thousands are set apart", () => expect(formatCount(1_234_567)).toBe("1,234,567"));

test.each([
  [0, "0 B"],
  [950, "950 B"],
  [52_400, "52.4 kB"],
  [67_108_864, "67.1 MB"],
  [3_000_000_000_000, "3,000 GB"],
])("%d bytes read %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
