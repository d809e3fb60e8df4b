// The charts of the usage page; loaded after its figures. Heights are drawn from floats, texts always from exact decimals.
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from "recharts";
import { formatUsd } from "~/ui/money";
import { formatCompact } from "~/ui/numbers";

const HEIGHT = 256;
/** One look for each series: colours alone do not tell them apart. */
const DASHES = ["0", "6 4", "2 3", "10 4 2 4"];
const AXIS = { fontSize: 12, fill: "var(--muted)" };
const colour = (n: number): string => `var(--chart-${n + 1})`;

/** One bar. */
export interface CostBar {
  name: string;
  /** Exact; shown in words. */
  costUsd: string;
}

interface CostBarsProps {
  bars: readonly CostBar[];
  /** What the chart shows, for screen readers. */
  title: string;
  costName: string;
  /** Names at the left and bars to the right, for names that are long. */
  lying?: boolean;
}

/** A chart of one kind; one module, so that all come in one piece. */
export default function Charts(
  props: ({ kind: "cost" } & CostBarsProps) | ({ kind: "stack" } & StackProps) | ({ kind: "lines" } & LinesProps),
) {
  if (props.kind === "stack") return <Stack {...props} />;
  return props.kind === "cost" ? <CostBars {...props} /> : <Lines {...props} />;
}

/** Costs side by side. */
function CostBars({ bars, title, costName, lying = false }: CostBarsProps) {
  const data = bars.map((bar) => ({ ...bar, value: Number(bar.costUsd) }));
  const amounts = { type: "number" as const, tick: AXIS, tickLine: false, axisLine: false, tickFormatter: usd };
  const names = { dataKey: "name", type: "category" as const, tick: AXIS, tickLine: false, stroke: "var(--border)" };
  const height = lying ? Math.max(96, 44 * bars.length + 40) : HEIGHT;
  return (
    <ResponsiveContainer width="100%" height={height} className="mt-4">
      <BarChart data={data} layout={lying ? "vertical" : "horizontal"} title={title} margin={{ left: 0, right: 8 }}>
        <CartesianGrid stroke="var(--border)" horizontal={!lying} vertical={lying} />
        {lying ? (
          <>
            <XAxis {...amounts} />
            <YAxis {...names} width={148} tickFormatter={shorten} />
          </>
        ) : (
          <>
            <XAxis {...names} minTickGap={32} />
            <YAxis {...amounts} width={64} />
          </>
        )}
        <Tooltip cursor={{ fill: "var(--sunken)" }} content={CostTip} />
        <Bar dataKey="value" name={costName} fill={colour(0)} maxBarSize={lying ? 22 : 40} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}

/** A bar of parts. */
export interface StackedBar extends CostBar {
  /** Exact, in the order of the series. */
  parts: readonly string[];
}

interface StackProps {
  bars: readonly StackedBar[];
  /** From the bottom up; `other` is all that is none of them. */
  series: readonly { name: string; other: boolean }[];
  title: string;
}

/** Costs side by side, each of parts; a gap tells parts apart where colours do not. */
function Stack({ bars, series, title }: StackProps) {
  const data = bars.map((bar) => ({ ...bar, values: bar.parts.map(Number) }));
  return (
    <ResponsiveContainer width="100%" height={HEIGHT + 28 * Math.ceil(series.length / 3)} className="mt-4">
      <BarChart data={data} title={title} margin={{ left: 0, right: 8 }}>
        <CartesianGrid stroke="var(--border)" vertical={false} />
        <XAxis dataKey="name" tick={AXIS} tickLine={false} stroke="var(--border)" minTickGap={32} />
        <YAxis width={64} tick={AXIS} tickLine={false} axisLine={false} tickFormatter={usd} />
        <Tooltip cursor={{ fill: "var(--sunken)" }} content={(tip) => <StackTip {...tip} series={series} />} />
        <Legend
          formatter={(name: string) => <span className="text-meta text-fg">{name}</span>}
          iconType="square"
          itemSorter={null}
        />
        {series.map(({ name, other }, n) => (
          <Bar
            key={`${name} ${other}`}
            dataKey={(bar: { values: number[] }) => bar.values[n]}
            name={name}
            stackId="cost"
            fill={other ? "var(--muted)" : colour(n)}
            stroke="var(--raised)"
            strokeWidth={1}
            maxBarSize={40}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

function StackTip({ active, payload, label, series }: TooltipContentProps & Pick<StackProps, "series">) {
  const bar = payload[0]?.payload as StackedBar | undefined;
  if (!active || !bar) return null;
  const parts = series.flatMap(({ name }, n) => {
    const usdOf = bar.parts[n] ?? "0";
    return usdOf === "0" ? [] : [`${name}: ${formatUsd(usdOf)}`];
  });
  return <Tip name={`${label} · ${formatUsd(bar.costUsd)}`} lines={parts} />;
}

export interface LinesProps {
  /** One point of time each: its name, and a figure of each series. */
  points: readonly ({ name: string } & Record<string, string | number>)[];
  series: readonly { key: string; name: string }[];
  title: string;
}

/** Counts over time. */
function Lines({ points, series, title }: LinesProps) {
  return (
    <ResponsiveContainer width="100%" height={HEIGHT} className="mt-4">
      <LineChart data={[...points]} title={title} margin={{ left: 0, right: 8 }}>
        <CartesianGrid stroke="var(--border)" vertical={false} />
        <XAxis dataKey="name" tick={AXIS} tickLine={false} stroke="var(--border)" minTickGap={32} />
        <YAxis width={56} tick={AXIS} tickLine={false} axisLine={false} tickFormatter={formatCompact} />
        <Tooltip content={CountTip} />
        <Legend
          formatter={(name: string) => <span className="text-meta text-fg">{name}</span>}
          iconType="plainline"
          itemSorter={null}
        />
        {series.map(({ key, name }, n) => (
          <Line
            key={key}
            dataKey={key}
            name={name}
            stroke={colour(n)}
            strokeWidth={2}
            strokeDasharray={DASHES[n % DASHES.length] ?? "0"}
            dot={false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

function CostTip({ active, payload, label }: TooltipContentProps) {
  const bar = payload[0]?.payload as CostBar | undefined;
  if (!active || !bar) return null;
  return <Tip name={String(label)} lines={[formatUsd(bar.costUsd)]} />;
}

function CountTip({ active, payload, label }: TooltipContentProps) {
  if (!active || payload.length === 0) return null;
  const lines = payload.map(({ name, value }) => `${name}: ${formatCompact(Number(value))}`);
  return <Tip name={String(label)} lines={lines} />;
}

function Tip({ name, lines }: { name: string; lines: readonly string[] }) {
  return (
    <div className="rounded-control border border-border-strong bg-bg px-3 py-2 text-meta">
      <p className="font-medium">{name}</p>
      {lines.map((line) => (
        <p key={line} className="tabular text-muted">
          {line}
        </p>
      ))}
    </div>
  );
}

/** Ticks are round numbers, no money: floats will do. */
function usd(value: number): string {
  return value === 0 ? "$0" : formatUsd(value.toFixed(12));
}

const LONGEST_NAME = 20;
const shorten = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
