import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/Notes";
import { useNow } from "../../ui/time";
import { requestsQuery, sharing, type WatchRequest } from "./sharingApi";

/** On the owner's page: an administrator asks to see the screen. Without an answer nobody sees anything. */
export default function WatchRequests({ desktop }: { desktop: string }) {
  const pending = (useQuery(requestsQuery(desktop)).data ?? []).find(({ state }) => state === "pending");
  return pending ? <Request key={pending.id} desktop={desktop} request={pending} /> : null;
}

function Request({ desktop, request }: { desktop: string; request: WatchRequest }) {
  const client = useQueryClient();
  const now = useNow(1_000);
  const answer = useMutation({
    mutationFn: (allow: boolean) => sharing.answer(desktop, request.id, allow),
    onSettled: () => client.invalidateQueries({ queryKey: requestsQuery(desktop).queryKey }),
  });
  // By the server's clock it is over when the list says so; this only counts.
  const left = Math.max(0, Math.ceil((Date.parse(request.until) - now) / 1000));
  return (
    <Dialog title={`${request.userName} asks to see your desktop`} isOpen role="alertdialog" onClose={() => answer.mutate(false)}>
      <p>{request.userName} is an administrator. If you allow it, they see what you see until they leave or you remove them; they cannot type or click.</p>
      <p className="muted">Without an answer nobody sees anything{left > 0 ? ` (${left} s left)` : ""}.</p>
      {answer.error ? <ErrorNote>{messageOf(answer.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={() => answer.mutate(false)} autoFocus>Refuse</Button>
        <Button variant="primary" isPending={answer.isPending && answer.variables} onPress={() => answer.mutate(true)}>Allow once</Button>
      </div>
    </Dialog>
  );
}
