// The frame of the pages before signing in.
import type { ReactNode } from "react";
import { Logo } from "~/ui/logo";

export function AuthFrame({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto bg-subtle px-4 py-8">
      <div className="my-auto w-full max-w-[400px]">
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo size={32} />
          <span className="text-h2 font-semibold">Parley</span>
        </div>
        <div className="rounded-card border border-border bg-bg p-6">
          <h1 className="text-page font-semibold">{title}</h1>
          {text && <p className="mt-1.5 text-ui text-muted">{text}</p>}
          {children}
        </div>
      </div>
    </main>
  );
}
