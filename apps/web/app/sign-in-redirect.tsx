// Sends whoever is not signed in to the right door, once: to registering while there is no account at all, else to signing in.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { instanceQuery, wasLeft } from "~/features/auth/account";
import { endLive } from "./live";
import { ShellSkeleton } from "./shell-skeleton";

export function SignInRedirect() {
  const instance = useQuery(instanceQuery);
  const navigate = useNavigate();
  const known = !instance.isPending;
  const first = instance.data?.hasAccounts === false;
  useEffect(endLive, []);
  useEffect(() => {
    if (!known) return;
    const here = location.pathname + location.search;
    if (first) void navigate({ to: "/register", replace: true });
    else void navigate({ to: "/login", search: here === "/" || wasLeft() ? {} : { next: here }, replace: true });
  }, [known, first, navigate]);
  return <ShellSkeleton />;
}
