// A reporter for Node's test runner that writes nothing but the counts of the whole run and the time of each file, as one line of JSON.

const countsOf = ({ passed, failed, cancelled, skipped, todo }) => ({
  passed,
  failed: failed + cancelled,
  skipped: skipped + todo,
});

/**
 * Consumes the runner's events. Its destination holds `{passed, failed, skipped, failing, seconds}` at the end; `failing`: the
 * counts of each file with a failure; `seconds`: how long each file took.
 */
export default async function* tally(events) {
  let all = { passed: 0, failed: 0, skipped: 0 };
  const failing = {};
  const seconds = {};
  for await (const { type, data } of events) {
    if (type !== "test:summary") continue;
    const counts = countsOf(data.counts);
    // There is one summary a file; the one of the whole run names no file.
    if (data.file === undefined) {
      all = counts;
      continue;
    }
    seconds[data.file] = Math.round(data.duration_ms / 1_000);
    if (counts.failed > 0) failing[data.file] = counts;
  }
  yield `${JSON.stringify({ ...all, failing, seconds })}\n`;
}
