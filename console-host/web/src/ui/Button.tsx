import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Link, type LinkProps } from "react-router";

type Variant = "primary" | "secondary" | "danger" | "quiet";

export interface ButtonProps extends Omit<AriaButtonProps, "className"> {
  variant?: Variant;
  small?: boolean;
}

export function buttonClass(variant: Variant = "secondary", small = false) {
  return `button button-${variant}${small ? " button-small" : ""}`;
}

export function Button({ variant, small, ...props }: ButtonProps) {
  return <AriaButton {...props} className={buttonClass(variant, small)} />;
}

export function ButtonLink({ variant, small, ...props }: LinkProps & { variant?: Variant; small?: boolean }) {
  return <Link {...props} className={buttonClass(variant, small)} />;
}
