// A reporter for Node's test runner that writes nothing but the counts of the whole run, as one line of JSON.

/** Consumes the runner's events. Its destination holds `{passed, failed, skipped}` at the end. */
export default async function* tally(events) {
  let counts = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  for await (const { type, data } of events) {
    // There is one summary a file as well; the one of the whole run names no file.
    if (type === "test:summary" && data.file === undefined) counts = data.counts;
  }
  const { passed, failed, cancelled, skipped, todo } = counts;
  yield `${JSON.stringify({ passed, failed: failed + cancelled, skipped: skipped + todo })}\n`;
}
