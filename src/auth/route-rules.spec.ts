// A route whose access nobody has decided does not start.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Controller, Get, Module, Post } from "@nestjs/common";
import { DiscoveryModule, NestFactory } from "@nestjs/core";
import { Public } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { Can, KeysAllowed } from "./auth.decorators.js";
import { accessFaults, RouteRules } from "./route-rules.js";

describe("route rules", () => {
  it("ask for a decision on every route of a workspace, and for none that nobody would check", () => {
    const good = [
      { route: "GET /api/v1/auth/me", public: false, action: undefined },
      { route: "POST /api/v1/auth/login", public: true, action: undefined },
      { route: "GET /api/v1/workspaces", public: false, action: undefined },
      { route: "POST /api/v1/workspaces/invites/accept", public: false, action: undefined },
      { route: "GET /api/v1/workspaces/:ws", public: false, action: "workspace.read" },
    ];
    assert.deepEqual(accessFaults(good), []);
    const bad = [
      { route: "GET /api/v1/workspaces/:ws/x", public: false, action: undefined },
      { route: "GET /api/v1/workspaces/:ws/x", public: true, action: "workspace.read" },
      { route: "GET /api/v1/workspaces/:id", public: false, action: "workspace.read" },
      { route: "GET /api/v1/things/:ws", public: false, action: undefined },
      { route: "GET /api/v1/auth/me", public: false, action: "workspace.read" },
    ];
    assert.deepEqual(
      bad.map((one) => accessFaults([...good, one])),
      [
        ["GET /api/v1/workspaces/:ws/x is under a workspace and has no @Can"],
        ["GET /api/v1/workspaces/:ws/x is under a workspace and cannot be @Public"],
        ["GET /api/v1/workspaces/:id must call the workspace :ws, not :id"],
        ["GET /api/v1/things/:ws is under a workspace and has no @Can"],
        ["GET /api/v1/auth/me has @Can but is under no workspace, so nobody would check it"],
      ],
    );
    const other = { route: "GET /api/v1/things/:wsid", public: false, action: undefined };
    assert.deepEqual(accessFaults([other]), [], "another parameter that begins so");
  });

  it("stop an application that has such a route from starting, and name it", async () => {
    @Controller(`${WORKSPACE}/things`)
    class Things {
      @Get()
      @Can("workspace.read")
      decided() {}
      @Post(":id/open")
      forgotten() {}
    }
    @Controller("free")
    class Free {
      @Public()
      @Get()
      free() {}
    }
    @Module({ imports: [DiscoveryModule], controllers: [Things, Free], providers: [RouteRules] })
    class App {}
    const start = NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    await assert.rejects(start, (error: Error) => {
      assert.match(
        error.message,
        /POST \/api\/v1\/workspaces\/:ws\/things\/:id\/open is under a workspace and has no @Can/,
      );
      assert.doesNotMatch(error.message, /GET/);
      return true;
    });
  });

  it("also see what a controller as a whole says, and routes with several paths", async () => {
    @Controller([`${WORKSPACE}/a`, `${WORKSPACE}/b/`])
    @Can("workspace.read")
    class Two {
      @Get(["x", "/y"])
      read() {}
    }
    @Module({ imports: [DiscoveryModule], controllers: [Two], providers: [RouteRules] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    const routes = app.get(RouteRules).routes();
    const root = "GET /api/v1/workspaces/:ws";
    assert.deepEqual(
      routes.map(({ route, action }) => `${route} ${action}`),
      ["/a/x", "/a/y", "/b/x", "/b/y"].map((path) => `${root}${path} workspace.read`),
    );
    await app.close();
  });

  it("tell of every route who may call it, whatever way it is written", async () => {
    @Controller("//a//")
    class A {
      @Public()
      @Get("//b//")
      free() {}
      @KeysAllowed()
      @Post()
      keys() {}
      @Get(":ws")
      @Can("workspace.read")
      last() {}
      helper() {}
    }
    @Controller()
    class Root {
      @Get()
      nothing() {}
    }
    @Module({ imports: [DiscoveryModule], controllers: [A, Root], providers: [RouteRules] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    const closed = { public: false, action: undefined, keys: false };
    assert.deepEqual(app.get(RouteRules).routes(), [
      { ...closed, route: "GET /a/b", public: true },
      { ...closed, route: "POST /a", keys: true },
      { ...closed, route: "GET /a/:ws", action: "workspace.read" },
      { ...closed, route: "GET /" },
    ]);
    await app.close();
  });

  it("name every route that is not decided, one in a line", async () => {
    @Controller(WORKSPACE)
    class Open {
      @Get("x")
      x() {}
      @Public()
      @Get("y")
      y() {}
    }
    @Module({ imports: [DiscoveryModule], controllers: [Open], providers: [RouteRules] })
    class App {}
    await assert.rejects(NestFactory.createApplicationContext(App, { logger: false, abortOnError: false }), {
      message: `Routes without a decision on access:
  GET /${WORKSPACE}/x is under a workspace and has no @Can
  GET /${WORKSPACE}/y is under a workspace and cannot be @Public`,
    });
  });
});
