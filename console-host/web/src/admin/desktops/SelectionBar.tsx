import { useMutation } from "@tanstack/react-query";
import { administration, type BulkAction, type Choice } from "../../api/administration";
import type { DesktopFilter } from "../../api/client";
import { messageOf } from "../../api/problem";
import { useMay } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/Notes";
import { desktops } from "./BulkDialog";

export interface SelectionBarProps {
  chosen: ReadonlySet<string>;
  /** How many all that match are; null while single ones are chosen. */
  all: number | null;
  filter: DesktopFilter;
  onAll: (count: number | null) => void;
  onNone: () => void;
  onAction: (action: BulkAction, choice: Choice) => void;
}

/** What can be done with the chosen ones. */
export function SelectionBar({ chosen, all, filter, onAll, onNone, onAction }: SelectionBarProps) {
  const mayStop = useMay("desktops.stop");
  const mayManage = useMay("desktops.manage");
  const count = useMutation({ mutationFn: () => administration.count(filter), onSuccess: (found) => onAll(found.count) });
  const choice: Choice = all === null ? { ids: [...chosen], count: chosen.size } : { filter, count: all };
  const none = choice.count === 0;
  const act = (action: BulkAction) => () => onAction(action, choice);
  return (
    <div className="selection" role="group" aria-label="Chosen desktops">
      <p role="status">{all !== null ? `All ${desktops(all)} that match are chosen` : chosen.size > 0 ? `${desktops(chosen.size)} chosen` : "None chosen"}</p>
      {all === null ? <Button small isPending={count.isPending} onPress={() => count.mutate()}>Choose all that match</Button> : null}
      <Button small isDisabled={none} onPress={onNone}>Choose none</Button>
      {mayStop || mayManage ? <Button small isDisabled={none} onPress={act("start")}>Start chosen</Button> : null}
      {mayStop || mayManage ? <Button small isDisabled={none} onPress={act("stop")}>Stop chosen</Button> : null}
      {mayManage ? <Button small isDisabled={none} onPress={act("transfer")}>Give chosen to…</Button> : null}
      {mayManage ? <Button small variant="danger" isDisabled={none} onPress={act("delete")}>Delete chosen</Button> : null}
      {count.error ? <ErrorNote>{messageOf(count.error)}</ErrorNote> : null}
    </div>
  );
}
