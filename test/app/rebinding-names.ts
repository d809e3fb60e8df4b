// Preloaded into a process under test (--import): names below `rebind.test` are public when they are looked at, and this machine when they are connected to.
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const PUBLIC = { address: "8.8.8.8", family: 4 };
/** What each name has at the connection. */
const AT_CONNECTION: Record<string, dns.LookupAddress[]> = {
  "v4.rebind.test": [{ address: "127.0.0.1", family: 4 }],
  "v6.rebind.test": [{ address: "::1", family: 6 }],
  "mapped.rebind.test": [{ address: "::ffff:127.0.0.1", family: 6 }],
  // The private one comes first, so a connection to any of them would go there.
  "mixed.rebind.test": [{ address: "127.0.0.1", family: 4 }, PUBLIC],
};

/** The names that this file answers. */
export const REBINDING_NAMES = Object.keys(AT_CONNECTION);

if (process.env["REBINDING_NAMES"]) {
  const real = { lookup: dns.lookup, ahead: dns.promises.lookup };
  const ahead = async (name: string, options: dns.LookupAllOptions) =>
    name in AT_CONNECTION ? [PUBLIC] : real.ahead(name, options);
  const atConnection = (name: string, options: dns.LookupOptions, callback: (...answer: unknown[]) => void) => {
    const found = AT_CONNECTION[name];
    if (!found) return real.lookup(name, options, callback as never);
    process.nextTick(() => (options.all ? callback(null, found) : callback(null, found[0]?.address, found[0]?.family)));
  };
  Object.assign(dns, { lookup: atConnection });
  Object.assign(dns.promises, { lookup: ahead });
  syncBuiltinESMExports();
}
