/** WebAuthn's options as the server writes them: binary members are base64url. */
export interface CreationOptions extends Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
}

export interface RequestOptions extends Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> {
  challenge: string;
  allowCredentials?: Descriptor[];
}

interface Descriptor {
  type: "public-key";
  id: string;
  transports?: AuthenticatorTransport[];
}

export interface Attestation {
  id: string;
  clientDataJson: string;
  attestationObject: string;
  transports: string[];
}

export interface Assertion {
  id: string;
  clientDataJson: string;
  authenticatorData: string;
  signature: string;
  userHandle: string | null;
}

/** The browser, on this page: it has WebAuthn on secure pages only. */
export const isSupported = () => "PublicKeyCredential" in window;

/** Whether passkeys can be offered among the saved names of the form. */
export async function canAutofill(): Promise<boolean> {
  const available = isSupported() ? window.PublicKeyCredential.isConditionalMediationAvailable : undefined;
  return available ? await available.call(window.PublicKeyCredential) : false;
}

export async function make(options: CreationOptions): Promise<Attestation> {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials?.map(descriptor),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("The browser made no passkey.");
  const response = credential.response as AuthenticatorAttestationResponse;
  return { id: text(credential.rawId), clientDataJson: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: response.getTransports() };
}

/** @param autofill waits until the person picks a passkey in the form, or the signal ends the wait. */
export async function answer(options: RequestOptions, autofill?: AbortSignal): Promise<Assertion> {
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: options.allowCredentials?.map(descriptor) },
    ...(autofill ? { mediation: "conditional" as const, signal: autofill } : {}),
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("The browser gave no passkey.");
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    id: text(credential.rawId),
    clientDataJson: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  };
}

/** What went wrong between the browser and the person, in words; null when the error is not the browser's. */
export function browserSentence(error: unknown): string | null {
  if (!(error instanceof DOMException)) return null;
  switch (error.name) {
    case "NotAllowedError":
      return "Nothing came of it: it was cancelled, took too long, or this device has no passkey for this site.";
    case "InvalidStateError":
      return "This device or password manager has a passkey for your account already.";
    case "SecurityError":
      return "The browser does not use passkeys on this page. Open CloudWorkstation at its own address.";
    default:
      return `The browser could not use a passkey here (${error.name}).`;
  }
}

const descriptor = ({ id, ...rest }: Descriptor): PublicKeyCredentialDescriptor => ({ ...rest, id: bytes(id) });

export function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}

export function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
