// Heads of the chains, noted outside of the database: they tell when its end was cut off, or the whole of it was put back.
import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFile, mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Logger } from "#libs/observability/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { type ChainHead } from "./chain.js";

const FOLDER = "audit-anchors";

/** A line of an anchor file. */
interface Anchor extends ChainHead {
  chain: string;
  /** Epoch ms. */
  at: number;
  /** HMAC over the rest. */
  sig: string;
}

const textOf = ({ chain, seq, mac, at }: Omit<Anchor, "sig">): string => JSON.stringify([1, chain, seq, mac, at]);

@Injectable()
export class Anchors {
  private readonly folder: string;

  constructor(
    config: Config,
    private readonly secrets: InstanceSecrets,
    private readonly logger: Logger,
  ) {
    this.folder = join(config.dataDir, FOLDER);
  }

  /** Notes heads in this month's file and in the log, from where an operator may carry them off the machine. */
  async note(heads: readonly (ChainHead & { chain: string })[]): Promise<void> {
    if (heads.length === 0) return;
    const at = Date.now();
    const key = await this.key();
    const lines = heads.map(({ chain, seq, mac }) => {
      const head = { chain, seq, mac, at };
      return JSON.stringify({ ...head, sig: sign(key, textOf(head)) });
    });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = join(this.folder, `${new Date(at).toISOString().slice(0, 7)}.jsonl`);
    // Behind the rest of a line that a power cut broke off, so that this one is not lost with it.
    const before = (await endsInside(file)) ? "\n" : "";
    await appendFile(file, `${before}${lines.join("\n")}\n`, { mode: 0o600, flush: true });
    for (const { chain, seq, mac } of heads) this.logger.info("audit_anchor", { chain, seq, mac });
  }

  /** The anchors of a chain, and the lines of all files that are none: those prove nothing, neither way. */
  async of(chain: string): Promise<{ heads: ChainHead[]; damaged: string[] }> {
    const { anchors, damaged } = await this.all();
    return { heads: anchors.filter((anchor) => anchor.chain === chain), damaged };
  }

  /** Chains with an anchor. */
  async chains(): Promise<string[]> {
    return [...new Set((await this.all()).anchors.map(({ chain }) => chain))];
  }

  /** What was not written here is named, and not used: a forged anchor must not pass for a broken chain, nor hide one. */
  private async all(): Promise<{ anchors: Anchor[]; damaged: string[] }> {
    const key = await this.key();
    const anchors: Anchor[] = [];
    const damaged: string[] = [];
    for (const { file, text } of await this.files()) {
      for (const [index, line] of text.split("\n").entries()) {
        if (line === "") continue;
        const anchor = parse(line);
        if (anchor && same(sign(key, textOf(anchor)), anchor.sig)) anchors.push(anchor);
        else damaged.push(`${file}, line ${index + 1}`);
      }
    }
    return { anchors, damaged };
  }

  private async files(): Promise<{ file: string; text: string }[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith(".jsonl")).sort();
    return Promise.all(
      names.map(async (name) => ({ file: `${FOLDER}/${name}`, text: await readFile(join(this.folder, name), "utf8") })),
    );
  }

  private key(): Promise<Buffer> {
    return this.secrets.subkey("audit-anchor/1");
  }
}

function sign(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

function same(one: string, two: string): boolean {
  return one.length === two.length && timingSafeEqual(Buffer.from(one), Buffer.from(two));
}

/** Whether a file's last line has no end. */
async function endsInside(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return size > 0 && buffer.toString() !== "\n";
  } finally {
    await handle.close();
  }
}

function parse(line: string): Anchor | undefined {
  try {
    const { chain, seq, mac, at, sig } = JSON.parse(line) as Anchor;
    return typeof chain === "string" && Number.isInteger(seq) && typeof mac === "string" && typeof sig === "string"
      ? { chain, seq, mac, at, sig }
      : undefined;
  } catch {
    return undefined;
  }
}
