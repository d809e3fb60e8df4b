// One live event as a line of text: what the relay needs stands in front, the JSON for the browser goes through untouched.

/** An event on its way to the members of a room. `attempt` and `seq` are 0 where they mean nothing. */
export interface LiveEvent {
  workspaceId: string;
  conversationId: string;
  event: string;
  /** "-" for events that belong to no message. */
  messageId: string;
  attempt: number;
  seq: number;
  json: string;
}

const SEPARATOR = " ";
const FIELDS = 6;

/** Writes a line. JSON.stringify never emits a raw line break, so a line is one event. */
export function formatLive(event: LiveEvent): string {
  const { workspaceId, conversationId, messageId, attempt, seq, json } = event;
  return `${workspaceId} ${conversationId} ${event.event} ${messageId} ${attempt} ${seq} ${json}\n`;
}

/** Reads the lines of one publication; broken ones are left out. */
export function parseLive(text: string): LiveEvent[] {
  const events: LiveEvent[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    const event = parseLine(text, start, end);
    if (event) events.push(event);
    start = end + 1;
  }
  return events;
}

function parseLine(text: string, start: number, end: number): LiveEvent | undefined {
  const fields: string[] = [];
  let at = start;
  while (fields.length < FIELDS) {
    const space = text.indexOf(SEPARATOR, at);
    if (space < 0 || space >= end) return undefined;
    fields.push(text.slice(at, space));
    at = space + 1;
  }
  const [workspaceId, conversationId, event, messageId, attempt, seq] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    workspaceId,
    conversationId,
    event,
    messageId,
    attempt: Number(attempt),
    seq: Number(seq),
    json: text.slice(at, end),
  };
}
