// A QR code (ISO/IEC 18004), drawn in the page: what it holds goes to nobody. Black on white in every theme, as cameras want it.
import { useMemo } from "react";
import { encode } from "uqr";

/** The quiet zone that ISO/IEC 18004 asks for, modules. */
const QUIET = 4;

export interface QrCodeProps {
  text: string;
  /** What it is for. */
  label: string;
  className?: string;
}

export function QrCode({ text, label, className }: QrCodeProps) {
  const { size, path } = useMemo(() => {
    const { size, data } = encode(text, { border: QUIET });
    const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
    return { size, path: squares.join("") };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className={className}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
