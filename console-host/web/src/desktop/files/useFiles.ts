import { useSyncExternalStore } from "react";
import type { ScreenLink } from "../screenLink";
import type { RemoteFolders } from "./filesOfLink";
import type { Transfer } from "./transfers";

const none: readonly Transfer[] = [];
const never = () => () => undefined;

export function useTransfers(link: ScreenLink | null): readonly Transfer[] {
  const transfers = link?.files?.transfers;
  return useSyncExternalStore(transfers?.subscribe ?? never, transfers?.items ?? (() => none));
}

export function useFolders(link: ScreenLink): RemoteFolders | null {
  return useSyncExternalStore(link.files?.subscribe ?? never, link.files?.folders ?? (() => null));
}
