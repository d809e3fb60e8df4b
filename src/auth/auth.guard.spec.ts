// The guard before every route: who gets in where, in which order it is found out, and what is counted.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Controller, Get, type INestApplicationContext, Module, Post } from "@nestjs/common";
import { APP_FILTER, APP_GUARD, NestFactory, Reflector } from "@nestjs/core";
import { ExecutionContextHost } from "@nestjs/core/helpers/execution-context-host.js";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { Public } from "#libs/dto/index";
import { API, ProblemFilter, WORKSPACE } from "#libs/http/index";
import { context, Logger, runWithContext } from "#libs/observability/index";
import { World } from "../../test/app/world.js";
import { AccessService } from "./access.service.js";
import type { Account, Actor } from "./actor.js";
import { Can, CurrentAccount, CurrentActor, KeysAllowed, OperatorOnly } from "./auth.decorators.js";
import { AuthGuard } from "./auth.guard.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { RequestRates } from "./request-rates.js";
import { SessionsService } from "./sessions.service.js";

@Controller(`${API}/free`)
class Free {
  @Public()
  @Get()
  get() {
    return {};
  }
}

@Controller("page")
class OutsideTheApi {
  @Public()
  @Get()
  get() {
    return {};
  }
}

@Controller(`${API}/own`)
class Own {
  @Get()
  person(@CurrentAccount() { userId }: Account) {
    return { userId };
  }
  @KeysAllowed()
  @Get("keys")
  both(@CurrentAccount() { userId, key }: Account) {
    return { userId, key: key?.id };
  }
}

@Controller(`${API}/mistaken`)
class Mistaken {
  @Public()
  @Get("account")
  account(@CurrentAccount() account: Account) {
    return { account };
  }
  @Get("actor")
  actor(@CurrentActor() actor: Actor) {
    return { actor };
  }
}

@OperatorOnly()
@Controller(`${API}/operators`)
class Operators {
  @Get()
  get() {
    return {};
  }
}

@Controller(`${WORKSPACE}/things`)
class Things {
  @Can("conversation.read")
  @Get()
  read(@CurrentActor() { workspaceId, role }: Actor) {
    return { workspaceId, role };
  }
  @Can("workspace.update")
  @Post()
  write() {
    return {};
  }
  @Can("conversation.read")
  @Get("context")
  context() {
    return context();
  }
  @Get("undecided")
  undecided() {
    return {};
  }
}

@Module({ controllers: [Free, OutsideTheApi, Own, Mistaken, Operators, Things] })
class Routes {}

describe("the guard", () => {
  let world: World;
  let app: NestFastifyApplication;
  let limited: NestFastifyApplication;
  let operator: Account & { token: string };
  let owner: Actor;
  /** What the log says of faults. */
  const said: string[] = [];
  const destination = { write: (line: string) => said.push(line) };
  const logger = new Logger({ level: "error", service: "test", destination });

  async function serve(process: INestApplicationContext): Promise<NestFastifyApplication> {
    const get = <T>(what: new (...args: never[]) => T) => process.get<T>(what, { strict: false });
    const guard = new AuthGuard(new Reflector(), get(AccessService), get(RequestRates));
    const root = {
      module: Routes,
      providers: [
        { provide: APP_GUARD, useValue: guard },
        { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
      ],
    };
    const served = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), { logger: false });
    await served.init();
    return served;
  }

  before(async () => {
    world = await World.start();
    const strict = await world.launch({ REST_LIMIT: "3", REST_IP_LIMIT: "2" });
    app = await serve(await world.launch());
    limited = await serve(strict);
    operator = await world.anAccount();
    owner = await world.anOwner();
  });
  after(async () => {
    await app.close();
    await limited.close();
    await world.stop();
  });

  const cookie = ({ token }: { token: string }) => ({ cookie: `parley_session=${token}` });
  const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
  const things = (workspaceId: string) => `/${WORKSPACE}/things`.replace(":ws", workspaceId);

  async function ask(url: string, headers: Record<string, string> = {}, method: "GET" | "POST" = "GET") {
    const { statusCode: status, body } = await app.inject({ method, url, headers });
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  }
  const statusOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;
  const codeOf = async (...args: Parameters<typeof ask>) => {
    const { status, body } = await ask(...args);
    return `${status} ${String(body.code)}`;
  };

  it("lets nobody in without credentials but where everybody may", async () => {
    for (const url of [`/${API}/free`, "/page"]) assert.equal(await statusOf(url), 200, url);
    const closed = [`/${API}/own`, `/${API}/own/keys`, `/${API}/operators`, things(owner.workspaceId), things("x")];
    for (const url of closed) assert.equal(await codeOf(url), "401 unauthorized", url);
    assert.equal(await codeOf(`/${API}/own`, { cookie: `parley_session=${"x".repeat(43)}` }), "401 unauthorized");
  });

  it("hands the account on, of a person everywhere, of a key only where keys may", async () => {
    assert.deepEqual((await ask(`/${API}/own`, cookie(operator))).body, { userId: operator.userId });
    assert.deepEqual((await ask(`/${API}/own/keys`, cookie(operator))).body, { userId: operator.userId });
    const { row, token } = await world.aKey(owner);
    assert.deepEqual((await ask(`/${API}/own/keys`, bearer({ token }))).body, { userId: owner.userId, key: row.id });
    assert.equal(await codeOf(`/${API}/own`, bearer({ token })), "403 insufficient_scope");
  });

  it("hands nobody on where nobody is known: such a route is a mistake, and does not answer", async () => {
    assert.equal(await statusOf(`/${API}/mistaken/account`), 500);
    assert.match(said.at(-1)!, /A route that asks for the account must not be public/);
    assert.equal(await statusOf(`/${API}/mistaken/actor`, cookie(operator)), 500);
    assert.match(said.at(-1)!, /A route that asks for the actor must be under a workspace/);
  });

  it("shows the operators' routes to operators alone, and never to a key of theirs", async () => {
    assert.equal(operator.isOperator, true);
    assert.equal(await statusOf(`/${API}/operators`, cookie(operator)), 200);
    assert.equal(await codeOf(`/${API}/operators`, cookie(await world.anAccount())), "404 not_found");
    const [workspace] = await world.get(MembershipsRepository).workspacesOf(operator.userId);
    const { token } = await world.aKey(await world.get(AccessService).actorIn(operator, workspace!.id));
    assert.equal(await codeOf(`/${API}/operators`, bearer({ token })), "404 not_found");
  });

  it("asks for the role in the path's workspace, which to strangers does not exist", async () => {
    const viewer = await world.aMember(owner, "viewer");
    const token = await world.get(SessionsService).open(viewer.userId, "a test");
    const me = cookie({ token });
    const { workspaceId } = owner;
    assert.deepEqual((await ask(things(workspaceId), me)).body, { workspaceId, role: "viewer" });
    assert.deepEqual((await ask(things(workspaceId.toUpperCase()), me)).body, { workspaceId, role: "viewer" });
    assert.equal(await codeOf(things(workspaceId), me, "POST"), "403 forbidden");
    assert.equal(await codeOf(things(workspaceId), cookie(operator)), "404 not_found");
    for (const none of ["x", `x${workspaceId}`, `${workspaceId}0`, "00000000-0000-7000-8000-000000000000"])
      assert.equal(await codeOf(things(none), me), "404 not_found", none);
    // RouteRules does not boot with such a route; here it is not asked.
    assert.equal(await statusOf(`${things(workspaceId)}/undecided`, me), 500);
    assert.match(said.at(-1)!, /A route of a workspace has no @Can: \/api\/v1\/workspaces\/:ws\/things\/undecided/);
  });

  it("asks for a key's scope as well, and counts against the key's own rate", async () => {
    const { token } = await world.aKey(owner, { scopes: ["gateway"] });
    assert.equal(await codeOf(things(owner.workspaceId), bearer({ token })), "403 insufficient_scope");
    const slow = await world.aKey(owner, { scopes: ["read"], requestsPerMinute: 1 });
    assert.equal(await statusOf(things(owner.workspaceId), bearer(slow)), 200);
    assert.equal(await codeOf(things(owner.workspaceId), bearer(slow)), "429 too_many_requests");
  });

  it("counts each account, each of its keys and each address apart, and says so", async () => {
    const [ann, bob] = [await world.anAccount(), await world.anAccount()];
    const key = await world.aKey(owner);
    const send = (url: string, headers: Record<string, string>, remoteAddress: string) =>
      limited.inject({ method: "GET", url, headers, remoteAddress });
    const left = async (url: string, headers: Record<string, string>, address = "192.0.2.1") => {
      const { statusCode, headers: told } = await send(url, headers, address);
      return `${statusCode} ${String(told["ratelimit-remaining"])} of ${String(told["ratelimit-limit"])}`;
    };
    const own = `/${API}/own/keys`;
    for (const wanted of ["200 2 of 3", "200 1 of 3", "200 0 of 3", "429 0 of 3"])
      assert.equal(await left(own, cookie(ann)), wanted);
    for (const one of [cookie(bob), bearer(key)]) assert.equal(await left(own, one), "200 2 of 3");
    // Somebody unknown, by a public route or by a bad credential; one network of IPv6 counts as one.
    assert.equal(await left(`/${API}/free`, {}, "2001:db8::1"), "200 1 of 2");
    assert.equal(await left(own, {}, "2001:db8::2"), "401 0 of 2");
    assert.equal(await left(own, {}, "2001:db8::3"), "429 0 of 2");
    assert.equal(await left(`/${API}/free`, {}, "2001:db8::4"), "429 0 of 2");
    assert.equal(await left(`/${API}/free`, {}, "2001:db8:1::1"), "200 1 of 2");
    assert.equal(await left("/page", {}, "2001:db8::5"), "200 undefined of undefined");
  });

  it("says why not in words, and says nothing of what others have", async () => {
    const person = cookie(await world.anAccount());
    const detailOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).body["detail"];
    assert.equal(await detailOf(`/${API}/operators`, person), "This page was not found.");
    for (const id of ["x", owner.workspaceId])
      assert.equal(await detailOf(things(id), person), "This workspace was not found.");
    const key = bearer(await world.aKey(owner));
    assert.equal(await detailOf(`/${API}/own`, key), "No platform key may do this: sign in for it.");
  });

  it("puts account, workspace and key into the context, of which every line of the log tells", async () => {
    const { row, token } = await world.aKey(owner);
    const session = await world.get(SessionsService).open(owner.userId, "a test");
    const told = async (url: string, headers: Record<string, string>) =>
      (await runWithContext({}, () => ask(url, headers))).body;
    const of = { userId: owner.userId, workspaceId: owner.workspaceId };
    const url = `${things(owner.workspaceId)}/context`;
    assert.deepEqual(await told(url, cookie({ token: session })), of);
    assert.deepEqual(await told(url, bearer({ token })), { ...of, keyId: row.id });
  });

  it("leaves sockets to the gateway, which asks for each event", async () => {
    const guard = new AuthGuard(new Reflector(), world.get(AccessService), world.get(RequestRates));
    const context = new ExecutionContextHost([]);
    context.setType("ws");
    assert.equal(await guard.canActivate(context), true);
  });
});
