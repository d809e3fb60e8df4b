// Goes to another address, once. (The router's own Navigate goes again at every render, and a page renders while it is left.)
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

export function GoTo({ to }: { to: string }) {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ to, replace: true });
  }, [navigate, to]);
  return null;
}
