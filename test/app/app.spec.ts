// Restarting a test's instance: processes end and start at their own pace, and none is taken for another.
import { after, before, it } from "node:test";
import { App } from "./app.js";
import { eventually } from "./patience.js";

let app: App;
before(async () => {
  app = await App.start({ apis: 2 });
});
after(() => app?.stop());

const serves = (index: number): Promise<boolean> =>
  fetch(`${app.baseUrls[index]}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );

it("restarts all processes of a kind, also when one ends long after another one serves again", async () => {
  app.signal("api", "SIGSTOP", 0);
  const restarted = app.restartAll("api");
  await eventually(async () => !(await serves(1)), "the second API to end");
  await eventually(() => serves(1), "the second API to serve again");
  app.signal("api", "SIGCONT", 0);
  await restarted;
});
