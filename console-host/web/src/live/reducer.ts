import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { keys } from "../api/queries";
import { newerDesktop, newerOperation } from "../api/newest";
import type { DesktopFilter, OperationFilter } from "../api/client";
import type { Desktop, Me, Operation, Page } from "../api/types";

export type LiveEvent =
  | { kind: "desktop"; data: Desktop }
  | { kind: "desktop-deleted"; data: { id: string } }
  | { kind: "operation"; data: Operation }
  | { kind: "templates" | "reset"; data: unknown }
  | { kind: "watchers" | "watch-request"; data: { desktop: string } }
  | { kind: "session"; data: { ended?: boolean } };

type Pages<T> = InfiniteData<Page<T>, string | undefined>;

/** Brings every cached query up to date with one event, without asking the server again where the event says it all. */
export function applyEvent(client: QueryClient, event: LiveEvent) {
  switch (event.kind) {
    case "desktop":
      return applyDesktop(client, event.data);
    case "desktop-deleted":
      return removeDesktop(client, event.data.id);
    case "operation":
      return applyOperation(client, event.data);
    case "templates":
      return void client.invalidateQueries({ queryKey: keys.templates });
    case "watchers":
    case "watch-request":
      return void client.invalidateQueries({ queryKey: [event.kind, event.data.desktop] });
    case "reset":
      return void client.invalidateQueries();
    case "session":
      return;
  }
}

export function applyDesktop(client: QueryClient, incoming: Desktop) {
  const known = client.getQueryData<Desktop>(keys.desktop(incoming.id));
  const desktop = newerDesktop(known, incoming);
  client.setQueryData(keys.desktop(desktop.id), desktop);
  if (known === undefined) refreshQuota(client);
  for (const [key, pages] of client.getQueriesData<Pages<Desktop>>({ queryKey: keys.desktops })) {
    if (pages) client.setQueryData(key, placeDesktop(client, pages, key[1] as DesktopFilter, desktop));
  }
}

function placeDesktop(client: QueryClient, pages: Pages<Desktop>, filter: DesktopFilter, desktop: Desktop): Pages<Desktop> {
  if (pages.pages.some((page) => page.items.some((item) => item.id === desktop.id))) {
    return mapItems(pages, (item) => (item.id === desktop.id ? desktop : item));
  }
  return belongs(client, filter, desktop) ? prepend(pages, desktop) : pages;
}

/** Filters beyond the owner are the server's business: such lists catch up when they are asked for again. */
function belongs(client: QueryClient, filter: DesktopFilter, desktop: Desktop): boolean {
  if (filter.status || filter.template || filter.q || filter.createdBefore || filter.unusedSince) return false;
  if (filter.owner === "*") return true;
  const me = client.getQueryData<Me>(keys.me);
  return filter.owner === undefined ? desktop.owner.id === me?.id : filter.owner === desktop.owner.userName || filter.owner === desktop.owner.id;
}

function removeDesktop(client: QueryClient, id: string) {
  client.removeQueries({ queryKey: keys.desktop(id), predicate: (query) => !query.isActive() });
  void client.invalidateQueries({ queryKey: keys.desktop(id) });
  for (const [key, pages] of client.getQueriesData<Pages<Desktop>>({ queryKey: keys.desktops })) {
    if (pages) client.setQueryData(key, filterItems(pages, (item) => item.id !== id));
  }
  refreshQuota(client);
}

export function applyOperation(client: QueryClient, incoming: Operation) {
  const operation = newerOperation(client.getQueryData<Operation>(keys.operation(incoming.id)), incoming);
  client.setQueryData(keys.operation(operation.id), operation);
  for (const [key, pages] of client.getQueriesData<Pages<Operation>>({ queryKey: keys.operations })) {
    if (!pages) continue;
    const filter = key[1] as OperationFilter;
    const present = pages.pages.some((page) => page.items.some((item) => item.id === operation.id));
    const fits = (!filter.desktop || filter.desktop === operation.desktop) && (!filter.state || filter.state === operation.state)
      && (!filter.kind || filter.kind === operation.kind) && (!filter.template || filter.template === operation.template);
    const updated = present ? mapItems(pages, (item) => (item.id === operation.id ? operation : item)) : pages;
    // Whose it is the server knows by name: a list of one person's catches up when it is asked for again.
    if (fits && (present || !filter.owner)) client.setQueryData(key, present ? updated : prepend(pages, operation));
    else if (present && !fits) client.setQueryData(key, filterItems(pages, (item) => item.id !== operation.id));
  }
}

function refreshQuota(client: QueryClient) {
  void client.invalidateQueries({ queryKey: keys.templates });
  void client.invalidateQueries({ queryKey: keys.me });
}

function mapItems<T>(pages: Pages<T>, change: (item: T) => T): Pages<T> {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(change) })) };
}

function filterItems<T>(pages: Pages<T>, keep: (item: T) => boolean): Pages<T> {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.filter(keep) })) };
}

function prepend<T>(pages: Pages<T>, item: T): Pages<T> {
  const [first, ...rest] = pages.pages;
  return first ? { ...pages, pages: [{ ...first, items: [item, ...first.items] }, ...rest] } : pages;
}
