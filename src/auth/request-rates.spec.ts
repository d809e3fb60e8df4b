// An address counts as one network, however it is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "./request-rates.js";

test("an IPv6 address counts as its /64, an IPv4 address as itself", () => {
  for (const [address, network] of [
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "::ffff:203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
  ])
    assert.equal(networkOf(address!), network, address);
});
