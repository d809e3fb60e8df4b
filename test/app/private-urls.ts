// Spellings of addresses to which no key may ever be sent (CWE-918).

/** Every one leads to this machine, its network, or nowhere on the internet. */
export const PRIVATE_HOSTS = [
  ...[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
  ],
  ...["127.0.0.1.", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"],
  ...[
    "0xa9fea9fe",
    "2852039166",
    "100.64.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
  ],
  ...[
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
  ],
  ...[
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fe80::1]",
  ],
  ...[
    "[fec0::1]",
    "[ff02::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:10.0.0.1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
  ],
  ...["①②⑦.⓪.⓪.①", "127。0。0。1", "ｌocalhost", "%31%32%37.0.0.1"],
];
/** Addresses that are not what they look like, or of no use to anybody honest. */
export const OTHER_FORMS = [
  ...[
    "http://example.com/v1",
    "ftp://example.com",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "not a url",
    "//x",
  ],
  ...["https://user:password@example.com/v1", "https://example.com@127.0.0.1/v1", "https://example.com/v1#@127.0.0.1"],
  ...["https://127.0.0.1:6379/", "https://127.0.0.1\\@example.com/", "https:127.0.0.1", "unix:///var/run/docker.sock"],
];
