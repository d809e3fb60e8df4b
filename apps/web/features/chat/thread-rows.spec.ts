// The tree as the thread shows it: the right branch, each message once, versions in order.
import type { Message, OutboxEntry } from "@parley/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { branchOf, siblingsOf } from "../../../../libs/client/branch";
import { rowsOf, versionBeside, versionOf } from "./thread-rows";

function message(
  id: string,
  parentId: string | null,
  role: Message["role"] = "user",
  clientMessageId?: string,
): Message {
  return { id, parentId, role, clientMessageId: clientMessageId ?? null } as Message;
}

function entry(clientMessageId: string): OutboxEntry {
  return { body: { clientMessageId, content: "" }, state: "sending" };
}

const tree = new Map(
  [
    message("01", null),
    message("02", "01", "assistant"),
    message("03", "01", "assistant"),
    message("04", "03"),
    message("05", "03"),
    message("06", "05", "assistant"),
  ].map((node) => [node.id, node]),
);

test("a leaf names its branch", () => {
  expect(branchOf(tree, "06").map(({ id }) => id)).toEqual(["01", "03", "05", "06"]);
  expect(branchOf(tree, "02").map(({ id }) => id)).toEqual(["01", "02"]);
});

test("versions are counted from the oldest, and stepped through", () => {
  const second = tree.get("03") as Message;
  const siblings = siblingsOf(tree, "03");
  expect(versionOf(second, siblings)).toEqual({ at: 2, of: 2 });
  expect(versionBeside(second, siblings, -1)?.id).toBe("02");
  expect(versionBeside(second, siblings, 1)).toBeNull();
  expect(versionOf(tree.get("06") as Message, siblingsOf(tree, "06"))).toBeNull();
});

test("an unsent message and the server's copy of it share one row", () => {
  const before = rowsOf([], [entry("c1"), entry("c2")]);
  expect(before.map(({ key }) => key)).toEqual(["u:c1", "u:c2"]);
  const after = rowsOf(
    [message("01", null, "user", "c1"), message("02", "01", "assistant", "c1")],
    [entry("c1"), entry("c2")],
  );
  expect(after.map(({ key }) => key)).toEqual(["u:c1", "02", "u:c2"]);
});

test("in any tree every branch goes from a root to its leaf, and rows have keys of their own", () => {
  const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(parents, fc.nat(), (picks, pick) => {
      const ids = picks.map((_, index) => String(index).padStart(3, "0"));
      const nodes = ids.map((id, index) => message(id, index === 0 ? null : (ids[picks[index]! % index] ?? null)));
      const byId = new Map(nodes.map((node) => [node.id, node]));
      const leaf = ids[pick % ids.length] as string;
      const branch = branchOf(byId, leaf);
      expect(branch.at(-1)?.id).toBe(leaf);
      expect(branch[0]?.parentId).toBeNull();
      for (const [index, node] of branch.entries()) if (index > 0) expect(node.parentId).toBe(branch[index - 1]?.id);
      const keys = rowsOf(branch, []).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});
