import type { ReactNode } from "react";
import type { Failure } from "../api/types";
import { Icon } from "../ui/Icon";
import { failureTitle } from "./words";

/** Cause first, then what to do; Terraform's own words on demand. */
export function FailureNote({ failure, children }: { failure: Failure; children?: ReactNode }) {
  return (
    <div className="note note-error" data-testid="failure">
      <Icon name="alert" />
      <div>
        <p>
          <strong>{failureTitle(failure.kind)}.</strong> {failure.message}
        </p>
        {failure.fix ? <p>{failure.fix}</p> : null}
        {failure.diagnostics.length > 0 ? (
          <details>
            <summary>What Terraform said</summary>
            <ul className="diagnostics">
              {failure.diagnostics.map((diagnostic, index) => (
                <li key={index}>
                  <strong>{diagnostic.summary}</strong>
                  {diagnostic.address ? <code> {diagnostic.address}</code> : null}
                  {diagnostic.file ? <span className="muted"> {diagnostic.file}{diagnostic.line ? `:${diagnostic.line}` : ""}</span> : null}
                  {diagnostic.detail ? <pre>{diagnostic.detail}</pre> : null}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
        {children}
      </div>
    </div>
  );
}
