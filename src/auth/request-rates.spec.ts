// An address counts as one network, however it is written; accounts, keys and addresses are counted apart.
import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import type { Config } from "#libs/config/index";
import { RateLeases } from "#libs/rate-limit/index";
import { World } from "../../test/app/world.js";
import type { Account } from "./actor.js";
import { networkOf, RequestRates } from "./request-rates.js";

test("an IPv6 address counts as its /64, an IPv4 address as itself", () => {
  for (const [address, network] of [
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "::ffff:203.0.113.9"],
    ["::ffff:203.0.113.10", "::ffff:203.0.113.10"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
    // What comes after the gap may reach into the network's half.
    ["2001::3:4:5:6:7:8", "2001:0:3:4"],
    ["2001:db8::4:5:6:7:8", "2001:db8:0:4"],
    ["::2:3:4:5:6:7:8", "0:2:3:4"],
    ["1:2:3:4:5:6:7::", "1:2:3:4"],
    ["1:2:3::5:6:7:8", "1:2:3:0"],
    // A gap that stands for nothing, which no address has: no crash, and no wider network.
    ["1:2:3:4::5:6:7:8:9", "1:2:3:4"],
  ])
    assert.equal(networkOf(address!), network, address);
});

describe("the rate of requests", () => {
  let world: World;
  let rates: RequestRates;
  before(async () => {
    world = await World.start({ REST_LIMIT: "2", REST_IP_LIMIT: "1" });
    rates = world.get(RequestRates);
  });
  after(() => world.stop());

  const answer = () => {
    const told = new Map<string, string>();
    return { told, header: (name: string, value: string) => told.set(name, value) };
  };
  const person = (userId: string) => ({ userId }) as Account;
  const program = (userId: string, id: string) => ({ userId, key: { id } }) as Account;

  it("counts an account, and each of its keys, by itself", async () => {
    for (const who of [
      person("ann"),
      program("ann", "k1"),
      program("ann", "k2"),
      person("bob"),
      program("bob", "ann"),
    ]) {
      const first = answer();
      await rates.countAccount(who, first);
      assert.equal(first.told.get("ratelimit-remaining"), "1", JSON.stringify(who));
    }
    await rates.countAccount(person("ann"));
    const last = answer();
    const refused = { status: 429, code: "too_many_requests" };
    await assert.rejects(rates.countAccount(person("ann"), last), refused);
    assert.deepEqual([last.told.get("ratelimit-limit"), last.told.get("ratelimit-remaining")], ["2", "0"]);
    await assert.rejects(rates.countAccount(person("ann")), (error: { retryAfterMs: number }) => {
      assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 60_000, `${error.retryAfterMs} ms`);
      return true;
    });
    await rates.countAccount(program("ann", "k1"));
  });

  it("counts an address with its network, apart from an account of the same name", async () => {
    const first = answer();
    await rates.countAddress("2001:db8::1", first);
    assert.deepEqual([first.told.get("ratelimit-limit"), first.told.get("ratelimit-remaining")], ["1", "0"]);
    await assert.rejects(rates.countAddress("2001:db8::2", answer()), { status: 429 });
    await rates.countAddress("2001:db8:0:1::1", answer());
    await rates.countAddress("ann", answer());
  });

  it("counts nothing where a limit is 0", async () => {
    const off = new RequestRates(world.get(RateLeases), { restLimit: 0, restAddressLimit: 0 } as Config);
    const nothing = answer();
    for (let n = 0; n < 3; n++) {
      await off.countAccount(person("dora"), nothing);
      await off.countAddress("192.0.2.2", nothing);
    }
    assert.equal(nothing.told.size, 0);
  });
});
