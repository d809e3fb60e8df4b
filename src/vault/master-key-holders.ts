// Which running processes have which keys of VAULT_KEYS: they are asked, and each answers for itself, by ids and never by keys.
import { setTimeout as wait } from "node:timers/promises";
import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { Config, usesOwnRedis, type VaultKey } from "#libs/config/index";
import { newId } from "#libs/database/index";
import { ConflictError } from "#libs/errors/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { kekCheck } from "./sealing.js";

const CHANNEL = `${PREFIX}:vault-keys`;
/** A busy process may take so long to answer, ms. */
const PATIENCE_MS = 1_500;
/** Who is killed before it answers is not there when it is asked again. */
const TIMES = 3;
const LOOK_MS = 20;
const ANSWERS_EXPIRE_S = 30;

interface Holder {
  /** For people: what it is, and where. */
  name: string;
  /** Its VAULT_KEYS in their order, each as {@link markOf}. */
  keys: string[];
}

interface Answers {
  holders: Holder[];
  /** How many did not answer. */
  silent: number;
}

const answersTo = (question: string): string => `${CHANNEL}:${question}`;
/** Two keys under the same id are two marks. */
const markOf = ({ id, key }: VaultKey): string => `${id}:${kekCheck(key)}`;
const idOf = (mark: string): string => mark.slice(0, mark.lastIndexOf(":"));

/** Answers for this process; only processes that serve have it. */
export class MasterKeyAnswers implements OnApplicationBootstrap {
  constructor(
    private readonly redis: RedisClients,
    private readonly config: Config,
    /** What the process is and where, for people. */
    private readonly name: string,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.subscribe(CHANNEL, (question) => void this.answer(question)).catch(() => undefined);
  }

  private async answer(question: string): Promise<void> {
    const holder: Holder = { name: this.name, keys: this.config.vaultKeys.map(markOf) };
    const to = answersTo(question);
    const sent = this.redis.main.multi().rpush(to, JSON.stringify(holder)).expire(to, ANSWERS_EXPIRE_S).exec();
    // Whoever asked counts the answers, and says that one is missing.
    await sent.catch(() => undefined);
  }
}

@Injectable()
export class MasterKeyHolders {
  constructor(
    private readonly redis: RedisClients,
    private readonly config: Config,
  ) {}

  /**
   * @param target `own`: this process is the one that wraps, with its first key; `any`: whichever process takes the job
   * @throws ConflictError `master_key_missing` with the names of running processes that lack the key that will wrap,
   * `master_key_unknown` when one does not answer
   */
  async assertAllHave(target: "own" | "any"): Promise<void> {
    const { holders, silent } = await this.ask();
    const own = markOf((this.config.vaultKeys as [VaultKey, ...VaultKey[]])[0]);
    const targets = new Set(target === "own" ? [own] : [own, ...holders.flatMap(({ keys }) => keys.slice(0, 1))]);
    for (const mark of targets) {
      const lacking = holders.filter(({ keys }) => !keys.includes(mark)).map(({ name }) => name);
      if (lacking.length > 0) throw new ConflictError("master_key_missing", missing(idOf(mark), lacking.sort()));
    }
    if (silent > 0)
      throw new ConflictError(
        "master_key_unknown",
        `${silent} of the running processes did not say which keys of VAULT_KEYS they have. Try again in a moment.`,
      );
  }

  private async ask(): Promise<Answers> {
    let last = await this.askOnce();
    for (let times = 1; times < TIMES && last.silent > 0; times++) last = await this.askOnce();
    return last;
  }

  private async askOnce(): Promise<Answers> {
    const question = newId();
    const asked = await this.redis.main.publish(CHANNEL, question).catch(() => {
      // The launcher's own Redis ends last: without it nothing runs.
      if (usesOwnRedis()) return 0;
      throw new ConflictError("master_key_unknown", "Redis does not answer, and it alone knows which processes run.");
    });
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const answers = asked === 0 ? [] : await this.redis.main.lrange(answersTo(question), 0, -1);
      const silent = Math.max(0, asked - answers.length);
      if (silent === 0 || performance.now() > until)
        return { holders: answers.map((text) => JSON.parse(text) as Holder), silent };
      await wait(LOOK_MS);
    }
  }
}

function missing(id: string, names: readonly string[]): string {
  return `The key "${id}" of VAULT_KEYS is not known to ${names.join(", ")}: restart with it first. They could open nothing that is wrapped with it.`;
}
