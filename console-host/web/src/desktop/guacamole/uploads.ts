import type Guacamole from "guacamole-common-js";
import type { Progress } from "../files/transfers";
import { fileProblem } from "./statusSentences";
import { blobSize, toBase64 } from "./streams";

/** Parts on their way at once: one alone would wait for a round trip each. */
const ahead = 16;

/** Sends a file part by part as the desktop acknowledges them. Answers how to give up. */
export function sendFile(stream: Guacamole.OutputStream, file: Blob, progress: Progress): () => void {
  let sent = 0;
  let acknowledged = 0;
  let opened = false;
  let reading = false;
  let stopped = false;

  function stop() {
    if (stopped) return;
    stopped = true;
    stream.sendEnd();
  }
  async function more() {
    if (reading) return;
    reading = true;
    while (!stopped && sent < file.size && sent - acknowledged < ahead * blobSize) {
      const bytes = new Uint8Array(await file.slice(sent, sent + blobSize).arrayBuffer());
      if (stopped) return;
      sent += bytes.length;
      stream.sendBlob(toBase64(bytes));
    }
    reading = false;
    if (acknowledged < file.size || stopped) return;
    stop();
    progress.finish();
  }
  function unreadable() {
    stop();
    progress.fail("The browser could not read it.");
  }
  stream.onack = (answer) => {
    if (stopped) return;
    if (answer.isError()) {
      stopped = true;
      return progress.fail(fileProblem(answer.code));
    }
    // The first one says that the desktop is ready, each further one that a part has arrived.
    if (opened) acknowledged = Math.min(acknowledged + blobSize, sent);
    opened = true;
    progress.advance(acknowledged);
    void more().catch(unreadable);
  };
  return stop;
}
