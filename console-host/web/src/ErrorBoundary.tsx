import { Component, type ReactNode } from "react";

interface State {
  failed: boolean;
}

/** The last resort: a page instead of a white screen. Chunks of an older release also end here, and a reload gets the new ones. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="placeholder" role="alert">
        <h1>This page stopped working</h1>
        <p>Your desktops are not affected. Loading the page again usually helps.</p>
        <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
          Load again
        </button>
      </main>
    );
  }
}
