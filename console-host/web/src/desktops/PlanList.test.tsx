import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Plan } from "../api/types";
import { PlanList } from "./PlanList";

function plan(losesData: boolean, ...actions: string[]): Plan {
  return { destroys: actions.includes("delete"), losesData, changes: [{ address: "terraform_data.part", actions, replacedBecauseOf: [], losesData }] };
}

describe("the plan of a change", () => {
  afterEach(cleanup);

  it("says that a session restarts and the home stays", () => {
    render(<PlanList plan={plan(false, "delete", "create")} />);
    expect(screen.queryByText(/The session restarts.*home directory and its files stay/)).not.toBeNull();
    expect(screen.queryByText(/deletes data/)).toBeNull();
  });

  it("says that data is lost, and where", () => {
    render(<PlanList plan={plan(true, "delete")} />);
    expect(screen.queryByText("This deletes data.")).not.toBeNull();
    expect(screen.getByTestId("plan").textContent).toContain("terraform_data.part is removed with the data it holds");
  });

  it("says that nothing is removed", () => {
    render(<PlanList plan={plan(false, "update")} />);
    expect(screen.queryByText(/Nothing is removed or replaced/)).not.toBeNull();
  });
});
