import { expect, type Page } from "@playwright/test";

export const url = () => required("CWS_URL");
export const admin = () => ({ userName: required("CWS_ADMIN"), password: required("CWS_ADMIN_PASSWORD") });

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by the start of the product.`);
  return value;
}

export interface Person {
  userName: string;
  password: string;
}

export async function signIn(page: Page, person: Person, at = url()): Promise<void> {
  await page.goto(`${at}/`);
  await page.getByLabel("User name").fill(person.userName);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("link", { name: "CloudWorkstation" })).toBeVisible();
}

/** The API as the signed-in page may call it. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([verb, where, content]) => {
      const answer = await fetch(where as string, {
        method: verb as string,
        headers: content === null ? {} : { "Content-Type": "application/json" },
        body: content === null ? undefined : JSON.stringify(content),
      });
      if (!answer.ok) throw new Error(`${verb} ${where}: ${answer.status} ${await answer.text()}`);
      return (answer.status === 204 ? null : await answer.json()) as never;
    },
    [method, path, body ?? null] as const,
  );
}

/** An employee with a password of their own, made by the admin who is signed in on this page. */
export async function employee(adminPage: Page, userName: string): Promise<Person> {
  const { generatedPassword } = await call<{ generatedPassword: string }>(adminPage, "POST", "/api/v1/accounts", {
    userName, displayName: `Employee ${userName}`, email: `${userName}@example.com`, roles: ["user"],
  });
  return { userName, password: generatedPassword };
}

/** The first sign-in asks for a new password. */
export async function signInFirstTime(page: Page, person: Person, at = url()): Promise<Person> {
  const own = { userName: person.userName, password: "a-password-of-my-own-7" };
  await signIn(page, person, at);
  await page.getByLabel("Current password").fill(person.password);
  await page.getByLabel("New password", { exact: true }).fill(own.password);
  await page.getByLabel("New password again").fill(own.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  return own;
}

/** As in a browser that was never signed in. The page is left first: one that finds itself signed out goes to the sign-in in the middle of what comes next. */
export async function forget(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}
