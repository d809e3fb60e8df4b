// What people type as an amount, and what they are told.
import { expect, test } from "vitest";
import { faultOf, faultsOf } from "./amounts";

test("amounts that the server takes are sent", () => {
  for (const amount of [null, "0", "5", "12.50", "1000000", "0.000000000001"]) expect(faultOf(amount)).toBeUndefined();
});

test("what is no amount, too much or too little is said", () => {
  for (const amount of [".5", "1,50", "5.", "-1", "$5", "1e3", "five"])
    expect(faultOf(amount), amount).toBe("budgets.faults.notAmount");
  expect(faultOf("2000000")).toBe("budgets.faults.tooMuch");
  expect(faultOf("0.0000000000001")).toBe("budgets.faults.tooLittle");
});

test("each field has its own fault; only amounts are compared", () => {
  expect(faultsOf("4", "5")).toEqual({});
  expect(faultsOf("5", "5")).toEqual({});
  expect(faultsOf("7", "5")).toEqual({ softUsd: "budgets.faults.softAboveHard" });
  expect(faultsOf("7", ".5")).toEqual({ hardUsd: "budgets.faults.notAmount" });
  expect(faultsOf("x", "2000000")).toEqual({
    softUsd: "budgets.faults.notAmount",
    hardUsd: "budgets.faults.tooMuch",
  });
});
