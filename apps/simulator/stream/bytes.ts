// How events lie in the bytes: separators, comments, and where one write ends and the next begins.

/** Turns events into the writes that carry them. Stateful: some forms hold events back. */
export type ByteForm = {
  push(event: string): (string | Buffer)[];
  /** What was held back. */
  end(): (string | Buffer)[];
};

type Rewrite = (event: string) => string;
type Cut = (bytes: Buffer) => Buffer[];

/** Events held back by `many`. */
const TOGETHER = 8;

function multiline(event: string): string {
  // Between two JSON members a line break is white space, so the joined data lines are the same JSON.
  return event.startsWith("data: {") ? event.replace(',"choices":', ',\ndata: "choices":') : event;
}

const REWRITES: Readonly<Record<string, Rewrite>> = {
  crlf: (event) => event.replaceAll("\n", "\r\n"),
  cr: (event) => event.replaceAll("\n", "\r"),
  tight: (event) => event.replaceAll(/^data: /gm, "data:"),
  comments: (event) => `: keep-alive\n${event}:\n\n: OPENROUTER PROCESSING\n\n`,
  multiline,
};

/** Cuts inside each multi-byte character, and once in the middle of an event that has none. */
function cutInsideCharacters(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const continues = ((bytes[at] ?? 0) & 0xc0) === 0x80;
    if (!continues || at === from) continue;
    parts.push(bytes.subarray(from, at));
    from = at;
  }
  if (parts.length === 0) {
    const middle = bytes.length >> 1;
    return [bytes.subarray(0, middle), bytes.subarray(middle)];
  }
  return [...parts, bytes.subarray(from)];
}

const CUTS: Readonly<Record<string, Cut>> = {
  cut: cutInsideCharacters,
  one: (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
};

/** All names that `bytes` takes. */
export const BYTE_FORMS: readonly string[] = [...Object.keys(REWRITES), ...Object.keys(CUTS), "many"];

function holdBack(inner: ByteForm): ByteForm {
  let held: string[] = [];
  const release = () => {
    const joined = held.join("");
    held = [];
    return joined === "" ? [] : inner.push(joined);
  };
  return { push: (event) => (held.push(event) < TOGETHER ? [] : release()), end: release };
}

/** The form for names joined by `+`, such as `crlf+cut`; undefined for none. Throws RangeError on an unknown name. */
export function byteForm(names: string | undefined): ByteForm | undefined {
  if (!names) return undefined;
  const chosen = names.split("+");
  const wrong = chosen.find((name) => !BYTE_FORMS.includes(name));
  if (wrong) throw new RangeError(`unknown form of bytes: ${wrong}`);
  // Separators are changed last, so that CRLF also reaches the lines which another form has added.
  const order = ["multiline", "comments", "tight", "crlf", "cr"].filter((name) => chosen.includes(name));
  const cut = chosen.map((name) => CUTS[name]).find((found) => found !== undefined);
  const plain: ByteForm = {
    push: (event) => {
      const text = order.reduce((sofar, name) => REWRITES[name]?.(sofar) ?? sofar, event);
      return cut ? cut(Buffer.from(text)) : [text];
    },
    end: () => [],
  };
  return chosen.includes("many") ? holdBack(plain) : plain;
}
