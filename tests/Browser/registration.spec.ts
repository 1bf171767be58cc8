import { expect, test, type Page } from "@playwright/test";
import { deleteByApi } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, signIn, url } from "./support/people.ts";

const password = "four green bottles";

interface Mail { id: string; to: string; kind: string; state: string; text?: string }

test("a new employee registers, confirms the address, is approved, signs in and creates a desktop", async ({ page, browser }) => {
  test.setTimeout(300_000);
  await signIn(page, admin());
  await openRegistration(page);
  const theirs = await (await browser.newContext()).newPage();

  await theirs.goto(`${url()}/sign-in`);
  await theirs.getByRole("link", { name: "Register" }).click();
  await expect(theirs.getByRole("heading", { name: "Register" })).toBeVisible();
  await look(theirs, "registration-form");
  await theirs.getByLabel("E-mail address").fill("root@evil.example");
  await theirs.getByLabel("Password").fill("short");
  await theirs.getByRole("button", { name: "Register" }).click();
  await expect(theirs.getByText("This user name is reserved.")).toBeVisible();
  await expect(theirs.getByText("Only addresses of these domains can register")).toBeVisible();
  await look(theirs, "registration-form-wrong");
  await theirs.getByLabel("E-mail address").fill("nora.new@example.org");
  await theirs.getByLabel("User name").fill("nora.new");
  await theirs.getByLabel("Full name").fill("Nora New");
  await theirs.getByLabel("Password").fill(password);
  await theirs.getByRole("button", { name: "Register" }).click();
  await expect(theirs.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
  await look(theirs, "registration-mailed");

  // A mail scanner that only follows the link uses nothing up.
  const link = await linkIn(page, "nora.new@example.org", "registration.verify");
  const scanner = await theirs.context().newPage();
  await scanner.goto(link);
  await expect(scanner.getByRole("button", { name: "Confirm my address" })).toBeVisible();
  await look(scanner, "registration-confirm");
  await scanner.close();
  await theirs.goto(link);
  await theirs.getByRole("button", { name: "Confirm my address" }).click();
  await expect(theirs.getByRole("heading", { name: "An administrator decides" })).toBeVisible();
  expect(new URL(theirs.url()).hash).toBe("");
  await look(theirs, "registration-waiting");

  await page.goto(`${url()}/admin/registrations`);
  await expect(page.getByRole("region", { name: "Registrations" })).toContainText("nora.new@example.org");
  await look(page, "registrations");
  await page.getByRole("button", { name: "Approve: nora.new" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("There are none.")).toBeVisible();
  await page.goto(`${url()}/admin/mail`);
  await expect(page.getByRole("region", { name: "Mails" })).toContainText("Your account is ready");
  await look(page, "mail");

  await expect(theirs.getByRole("heading", { name: "Your account is ready" })).toBeVisible();
  await look(theirs, "registration-ready");
  await theirs.getByRole("link", { name: "Sign in" }).click();
  await theirs.getByLabel("User name").fill("nora.new");
  await theirs.getByLabel("Password").fill(password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("heading", { name: "My desktops" })).toBeVisible();

  await theirs.goto(`${url()}/new?template=local-vnc-minimal`);
  await theirs.getByLabel("Name", { exact: true }).fill("My first");
  await theirs.getByRole("button", { name: "Create desktop" }).click();
  await expect.poll(async () => (await desktops(theirs)).map(({ status }) => status)).toEqual(["running"]);
  await theirs.goto(`${url()}/`);
  await expect(theirs.getByRole("article", { name: "My first" })).toBeVisible();
  await look(theirs, "registration-first-desktop");
  await deleteByApi(theirs, (await desktops(theirs))[0]?.id ?? "");
  await theirs.context().close();
});

test("a forgotten password is replaced by a mail", async ({ page, browser }) => {
  await signIn(page, admin());
  await call(page, "POST", "/api/v1/accounts", { userName: "forgetful", email: "forgetful@example.org", password, roles: ["user"] });
  const theirs = await (await browser.newContext()).newPage();

  await theirs.goto(`${url()}/sign-in`);
  await theirs.getByRole("link", { name: "Forgot your password?" }).click();
  await look(theirs, "reset-ask");
  await theirs.getByLabel("E-mail address").fill("forgetful@example.org");
  await theirs.getByRole("button", { name: "Send me a link" }).click();
  await expect(theirs.getByRole("heading", { name: "Look into your mail" })).toBeVisible();

  await theirs.goto(await linkIn(page, "forgetful@example.org", "password.reset"));
  await theirs.getByLabel("New password", { exact: true }).fill("five hanging lanterns");
  await theirs.getByLabel("New password again").fill("five hanging lanterns");
  await look(theirs, "reset-choose");
  await theirs.getByRole("button", { name: "Set password" }).click();
  await expect(theirs.getByRole("heading", { name: "Your password is set" })).toBeVisible();
  await theirs.getByRole("link", { name: "Sign in" }).click();
  await theirs.getByLabel("User name").fill("forgetful");
  await theirs.getByLabel("Password").fill("five hanging lanterns");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("heading", { name: "My desktops" })).toBeVisible();
  await theirs.context().close();
});

test("an administrator sets the mail server and sees why it cannot be used", async ({ page }) => {
  await signIn(page, admin());
  await page.goto(`${url()}/admin/settings/mail`);
  await expect(page.getByText("No mail server is set")).toBeVisible();
  await look(page, "settings-mail");
  await page.getByRole("textbox", { name: "Mail server" }).fill("127.0.0.1");
  await page.getByRole("textbox", { name: "Port" }).fill("9");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Give the address that mails come from")).toBeVisible();
  await page.getByLabel("Mails come from").fill("desktops@example.org");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await page.getByLabel("Send a test mail to").fill("ops@example.org");
  await page.getByRole("button", { name: "Send a test mail" }).click();
  await expect(page.getByRole("alert")).toContainText("127.0.0.1:9 cannot be reached");
  await look(page, "settings-mail-unreachable");
  await call(page, "PUT", "/api/v1/settings/mail", { port: 587, encryption: "startTls", fromName: "CloudWorkstation" });
});

async function openRegistration(page: Page): Promise<void> {
  await page.goto(`${url()}/admin/settings/registration`);
  await page.getByLabel("People may register by themselves").check();
  await page.getByLabel("E-mail domains").fill("example.org\nexample.net");
  await page.getByLabel("Approval").selectOption("admin");
  await look(page, "settings-registration");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
}

/** The link of a mail that is kept because no mail server is set. */
async function linkIn(page: Page, to: string, kind: string): Promise<string> {
  let text = "";
  await expect.poll(async () => {
    const { items } = await call<{ items: Mail[] }>(page, "GET", "/api/v1/mail?limit=200");
    const found = items.find((mail) => mail.to === to && mail.kind === kind && mail.state === "kept");
    text = found ? ((await call<Mail>(page, "GET", `/api/v1/mail/${found.id}`)).text ?? "") : "";
    return text;
  }).toContain("#");
  const link = /https?:\S+#\S+/.exec(text)?.[0] ?? "";
  return link;
}

async function desktops(page: Page) {
  return (await call<{ items: { id: string; status: string }[] }>(page, "GET", "/api/v1/desktops")).items;
}
