import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/http";
import { messageOf } from "../api/problem";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";

interface Mine {
  email?: string;
  items: { event: string; title: string; mail: boolean; always: boolean }[];
}

const path = "/api/v1/me/notifications";
const key = ["me", "notifications"] as const;

/** Which events are mailed to me; each choice counts at once. */
export function MyNotifications() {
  const client = useQueryClient();
  const mine = useQuery({ queryKey: key, queryFn: ({ signal }) => call<Mine>(path, { signal }) });
  const choose = useMutation({
    mutationFn: (mail: Record<string, boolean>) => call<Mine>(path, { method: "PUT", body: { mail } }),
    onMutate: (mail) => client.setQueryData<Mine>(key, (old) => old && { ...old, items: old.items.map((one) => ({ ...one, mail: mail[one.event] ?? one.mail })) }),
    onSuccess: (now) => client.setQueryData(key, now),
    onError: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <section className="panel" aria-labelledby="notifications">
      <h2 id="notifications">What I get by mail</h2>
      {mine.isPending ? <Skeleton /> : null}
      {mine.isError && !mine.data ? <LoadFailed what="Your choices" error={mine.error} onRetry={() => void mine.refetch()} /> : null}
      {mine.data && !mine.data.email ? <InfoNote>Your account has no e-mail address yet. Ask an administrator to add it.</InfoNote> : null}
      {mine.data ? (
        <fieldset className="check-list field">
          <legend className="field-description">{mine.data.email ? `Sent to ${mine.data.email}` : "Nothing is sent until then."}</legend>
          {mine.data.items.map((one) => (
            <label key={one.event} className="check">
              <input type="checkbox" checked={one.mail} disabled={one.always} onChange={(event) => choose.mutate({ [one.event]: event.target.checked })} />
              <span>{one.title}{one.always ? <span className="field-description"> Always, for your safety.</span> : null}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <p role="status" className="visually-hidden">{choose.isSuccess ? "Saved." : ""}</p>
      {choose.error ? <ErrorNote>{messageOf(choose.error)}</ErrorNote> : null}
    </section>
  );
}
