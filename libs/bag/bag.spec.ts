// The bag holds what was added and not taken out, whatever the order.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Bag } from "./index.js";

describe("a bag", () => {
  it("holds what a set would hold", () => {
    const steps = fc.array(fc.record({ remove: fc.boolean(), which: fc.nat(30) }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        const [bag, expected] = [new Bag<object>(), new Set<object>()];
        const added: { item: object; remove: () => void }[] = [];
        for (const { remove, which } of all) {
          const known = added[which % Math.max(1, added.length)];
          if (remove && known) {
            known.remove();
            expected.delete(known.item);
          } else if (!remove) {
            const item = {};
            added.push({ item, remove: bag.add(item) });
            expected.add(item);
          }
          assert.equal(bag.size, expected.size);
          assert.deepEqual(new Set(bag), expected);
        }
      }),
    );
  });

  it("lets members go while it is read", () => {
    const bag = new Bag<string>();
    const removes = ["a", "b", "c"].map((item) => bag.add(item));
    const seen: string[] = [];
    for (const item of bag) {
      seen.push(item);
      for (const remove of removes) remove();
    }
    assert.deepEqual(seen, ["a", "b", "c"]);
    assert.equal(bag.size, 0);
  });
});
