// Who may import whom: apps → src → libs, and the few doors that everything has to go through.
import type { IRegularForbiddenRuleType } from "dependency-cruiser";

/** Matches a package however it was resolved. */
const npm = (names: string): string => `(^|node_modules/)(${names})(/|$)`;

/** Specs and what only they use may look across borders. */
const TESTS = "\\.spec\\.tsx?$|-fixture\\.ts$|^test/|^bench/";

function rule(
  name: string,
  from: IRegularForbiddenRuleType["from"],
  to: IRegularForbiddenRuleType["to"],
): IRegularForbiddenRuleType {
  return { name, severity: "error", from, to };
}

/** Rules for dependency-cruiser; `comment` of a breach is the rule's name. */
export const IMPORT_RULES: IRegularForbiddenRuleType[] = [
  rule("no cycles", {}, { circular: true }),
  rule("every import is found", { path: "." }, { couldNotResolve: true }),
  rule("libs import no src, no apps", { path: "^libs/", pathNot: TESTS }, { path: "^(src|apps|test|bench)/" }),
  rule("src imports no apps", { path: "^src/", pathNot: TESTS }, { path: "^(apps|test|bench)/" }),
  rule(
    "apps do not import each other",
    { path: "^apps/([^/]+)/", pathNot: TESTS },
    { path: "^apps/", pathNot: "^apps/$1/" },
  ),
  rule("the simulator knows no code of Parley", { path: "^apps/simulator/" }, { path: "^(src|libs)/" }),
  rule(
    "the client imports no server code",
    { path: "^libs/client/", pathNot: TESTS },
    { path: `^(src|apps|libs/(?!client/))|${npm("@nestjs/[^/]+|typeorm|ioredis|bull|fastify|socket\\.io|pg")}` },
  ),
  rule("the web app imports the client alone", { path: "^apps/web/" }, { path: "^(src|libs/(?!client/))" }),
  rule("a lib is entered by its index", { path: "^libs/([^/]+)/" }, { path: "^libs/(?!$1/)[^/]+/(?!index\\.ts$)" }),
  rule(
    "a lib is entered by its index, from outside of libs too",
    // The launcher starts before all else and may not wait for Nest, which the index of libs/config loads.
    { path: "^(src|apps/(?!launcher/))", pathNot: TESTS },
    { path: "^libs/[^/]+/(?!index\\.ts$)" },
  ),
  rule(
    "only libs/queues imports Bull",
    { path: ".", pathNot: "^libs/queues/" },
    { path: npm("bull|@nestjs/bull|@nestjs/bull-shared") },
  ),
  rule(
    "only the API's queue dashboard imports Bull Board",
    { path: ".", pathNot: "^apps/api/" },
    { path: npm("@bull-board/[^/]+") },
  ),
  rule(
    "the ORM stays in entities, repositories and libs/database",
    { path: ".", pathNot: `\\.(entity|repository)\\.ts$|^libs/database/|${TESTS}` },
    { path: npm("typeorm|@nestjs/typeorm") },
  ),
  rule("auth imports no feature", { path: "^src/auth/", pathNot: TESTS }, { path: "^src/(?!auth/)[^/]+/" }),
  rule("nobody imports retention", { path: "^src/(?!retention/)[^/]+/" }, { path: "^src/retention/" }),
  rule("usage and analytics know no chat", { path: "^src/(usage|analytics)/", pathNot: TESTS }, { path: "^src/chat/" }),
  rule(
    "what runs in production is in dependencies",
    { path: "^(apps/(?!web/)|src/|libs/)", pathNot: TESTS },
    { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
  ),
];
