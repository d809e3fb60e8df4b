// Stands in for mdast-util-to-markdown in the bundle: remark's plugins also bring a writer of markdown, and this app only reads.

function never(): never {
  throw new Error("This app does not write markdown.");
}

/** What the plugins take over into handlers that are never called. */
export const defaultHandlers = { code: never, inlineCode: never, listItem: never };
