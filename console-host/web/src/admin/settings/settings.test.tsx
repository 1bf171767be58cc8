import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Link, MemoryRouter, Route, Routes } from "react-router";
import { TextField } from "../../ui/Field";
import { ListEditor } from "./ListEditor";
import { SecretField } from "./SecretField";
import { SettingsForm } from "./SettingsForm";
import type { Secret, SectionView } from "./types";
import { useSection } from "./useSection";

interface Item { name: string; address?: string; secret?: Secret }
interface Sample { host: string; items: Item[] }

function SampleForm({ onSaved }: { onSaved: () => void }) {
  const section = useSection<Sample>("sample");
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value, set, errors, fixed }) => (
        <>
          <TextField label="Host" value={value.host} onChange={set("host")} error={errors.host} />
          <ListEditor
            field="items" legend="Items" one="item" items={value.items} onChange={set("items")} blank={() => ({ name: "" })} titleOf={(item) => item.name}
            empty="None yet." lost={(item) => `Nobody can use ${item.name} any more.`} ordered errors={errors} fixed={fixed}
          >
            {(item, change, own) => (
              <>
                <TextField label="Name" value={item.name} onChange={(name) => change({ name })} error={own.name} />
                <SecretField label="Key" value={item.secret} onChange={(secret) => change({ secret })} error={own.secret} />
              </>
            )}
          </ListEditor>
        </>
      )}
    </SettingsForm>
  );
}

describe("a section of the settings", () => {
  let view: SectionView<Sample>;
  let sent: { ifMatch: string | null; body: unknown }[];
  let answer: () => Response;
  const saved = vi.fn();

  beforeEach(() => {
    saved.mockReset();
    view = { value: { host: "a", items: [{ name: "one", secret: { set: true } }, { name: "two" }] }, version: 4, fixed: false };
    sent = [];
    answer = () => Response.json({ ...view, version: 5, value: sent.at(-1)?.body });
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      if ((init.method ?? "GET") === "GET") return Promise.resolve(Response.json(view));
      sent.push({ ifMatch: new Headers(init.headers).get("if-match"), body: JSON.parse(init.body as string) });
      return Promise.resolve(answer());
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  async function show() {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter>
          <Link to="/elsewhere">Elsewhere</Link>
          <Routes><Route path="/" element={<SampleForm onSaved={saved} />} /><Route path="/elsewhere" element={<p>Another page</p>} /></Routes>
        </MemoryRouter>
      </QueryClientProvider>,
    );
    return screen.findByRole("textbox", { name: "Host" });
  }
  const problem = (status: number, body: object) => Response.json({ status, ...body }, { status, headers: { "content-type": "application/problem+json" } });

  it("is saved with the version that it was read at", async () => {
    await userEvent.type(await show(), "b");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText("Saved.")).toBeTruthy();
    expect(sent).toEqual([{ ifMatch: '"4"', body: { host: "ab", items: [{ name: "one", secret: { set: true } }, { name: "two" }] } }]);
    expect(saved).toHaveBeenCalledOnce();
  });

  it("opens the item whose field the server refuses and says why beside it", async () => {
    answer = () => problem(422, { code: "invalid", errors: [{ field: "items[1].name", message: "Taken." }] });
    await userEvent.type(await show(), "b");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText("Taken.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "two" }).getAttribute("aria-expanded")).toBe("true");
    expect(saved).not.toHaveBeenCalled();
  });

  it("offers what somebody else has saved meanwhile instead of writing over it", async () => {
    answer = () => problem(412, { code: "stale" });
    await userEvent.type(await show(), "b");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    view = { ...view, value: { ...view.value, host: "theirs" }, version: 9 };
    await userEvent.click(await screen.findByRole("button", { name: "Load theirs and discard mine" }));

    expect(await screen.findByDisplayValue("theirs")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Load theirs and discard mine" })).toBeNull();
  });

  it("replaces, keeps and removes a secret that never comes back", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: "one" }));
    await userEvent.click(screen.getByRole("button", { name: "Replace: Key" }));
    await userEvent.click(screen.getByRole("button", { name: "Keep the present one: Key" }));
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    await userEvent.click(screen.getByRole("button", { name: "Remove: Key" }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(sent[0]?.body).toEqual({ host: "a", items: [{ name: "one", secret: null }, { name: "two" }] });
  });

  it("moves an item by a button and takes one out after a question", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Move down: one" }));
    expect(screen.getByText("one is now number 2 of 2.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Remove: two" }));
    await userEvent.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove item" }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(sent[0]?.body).toEqual({ host: "a", items: [{ name: "one", secret: { set: true } }] });
  });

  it("asks before unsaved changes are left by a link", async () => {
    await userEvent.type(await show(), "b");
    await userEvent.click(screen.getByRole("link", { name: "Elsewhere" }));
    expect(screen.queryByText("Another page")).toBeNull();
    await userEvent.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Leave" }));

    expect(await screen.findByText("Another page")).toBeTruthy();
  });

  it("is shown and not editable when the operator has fixed it", async () => {
    view = { ...view, fixed: true, version: 0 };
    const host = await show();

    expect(host.closest("fieldset")?.disabled).toBe(true);
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
    expect(screen.getByText(/operator of this installation/)).toBeTruthy();
  });
});
