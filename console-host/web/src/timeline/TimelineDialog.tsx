import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import type { TimelineOf } from "./timelineApi";
import TimelineView from "./TimelineView";

export default function TimelineDialog({ title, of, onClose }: { title: string; of: TimelineOf; onClose: () => void }) {
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <TimelineView of={of} />
      <div className="dialog-actions"><Button onPress={onClose}>Close</Button></div>
    </Dialog>
  );
}
