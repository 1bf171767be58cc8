import { createContext, useContext, useEffect, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/queries";
import type { Me } from "../api/types";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { keepSessionAlive } from "./keepAlive";

const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("useMe outside of SessionGate");
  return me;
}

/** Whether a page or a button makes sense to show; the server decides for itself. */
export function useMay(permission: string): boolean {
  return useMe().permissions.includes(permission);
}

/** Shows nothing of the console until the server has said who is there. */
export function SessionGate({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  useEffect(keepSessionAlive, []);

  if (me.data) return <MeContext value={me.data}>{children}</MeContext>;
  return (
    <main className="page">
      {me.isPending ? <Skeleton label="Loading CloudWorkstation" /> : <LoadFailed what="CloudWorkstation" error={me.error} onRetry={() => void me.refetch()} />}
    </main>
  );
}
