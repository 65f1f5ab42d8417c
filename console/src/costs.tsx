// Costs: a plot of the days for the eye, and a table below it that has the same.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Answers } from "./api";
import { Table, money, useApi } from "./parts";

type Day = Answers["costs"]["days"][number];

export function Costs() {
  const [since, setSince] = useState(""), [until, setUntil] = useState("");
  const found = useApi<Answers["costs"]>("/costs", { since, until });
  const days = found.value?.days ?? [];
  const currencies = [...new Set(days.map((each) => each.charged.currency))].sort();
  return <><h1>Costs of labels</h1>
    <p class="bar"><label>From <input type="date" value={since || (found.value?.since ?? "")} onChange={(e) => setSince(e.currentTarget.value)} /></label>
      <label>To <input type="date" value={until || (found.value?.until ?? "")} onChange={(e) => setUntil(e.currentTarget.value)} /></label></p>
    {found.error && <p class="bad">{found.error}</p>}
    {found.value && currencies.map((currency) => <Plot key={currency} currency={currency} costs={found.value!} />)}
    <Table empty="No label was bought on these days" columns={["day (UTC)", "connection", "labels", "quoted", "charged", "difference"]} rows={days.map((each) => [
      each.day, each.connection, each.labels, money(each.quoted), money(each.charged), signed(each)])} />
    {found.value?.totals.map((each) => <p><b>In all {each.labels} {each.labels === 1 ? "label" : "labels"}: quoted {money(each.quoted)}, charged {money(each.charged)}</b></p>)}
    <p>A label that the carrier has not charged yet counts as it was quoted. One that was voided later stays in the sum.</p></>;
}

const signed = ({ difference }: Day): string => Number(difference.amount) ? `${difference.amount.startsWith("-") ? "" : "+"}${money(difference)}` : "";

/** The days' sums in one currency. A canvas: readers of the screen have the table. */
function Plot({ currency, costs }: { currency: string; costs: Answers["costs"] }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = JSON.stringify(sums(costs, currency));
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const style = getComputedStyle(place), ink = style.color, line = style.getPropertyValue("--line"), main = style.getPropertyValue("--main"), bad = style.getPropertyValue("--bad");
    const axis: uPlot.Axis = { stroke: ink, grid: { stroke: line }, ticks: { stroke: line } };
    const plot = new uPlot({
      width: place.clientWidth, height: 240, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "UTC"), legend: { show: false }, cursor: { show: false },
      scales: { x: { range: (_, first, last) => [first - 43200, last + 43200] }, y: { range: (_, __, most) => [0, most * 1.1 || 1] } },
      axes: [{ ...axis, values: (_, at) => at.map((each) => new Date(each * 1000).toISOString().slice(5, 10)), incrs: [86400, 604800, 2419200] }, { ...axis, size: 70 }],
      series: [{}, { stroke: main, width: 2, points: { show: true } }, { stroke: bad, width: 2, dash: [6, 4], points: { show: true } }],
    }, JSON.parse(shown) as uPlot.AlignedData, place);
    const fit = () => plot.setSize({ width: place.clientWidth, height: 240 });
    addEventListener("resize", fit);
    return () => { removeEventListener("resize", fit); plot.destroy(); };
  }, [shown]);
  return <figure><figcaption>{currency} by day: <span class="quoted">quoted (line)</span>, <span class="charged">charged (dashes)</span></figcaption>
    <div ref={box} class="plot" aria-hidden="true" /></figure>;
}

/** Times, quoted and charged of all connections together, for each day of the period: without a label it is zero. */
function sums({ since, until, days }: Answers["costs"], currency: string): [number[], number[], number[]] {
  const by = new Map<number, [number, number]>();
  for (const each of days.filter(({ charged }) => charged.currency === currency)) {
    const at = Date.parse(each.day) / 1000, [quoted, charged] = by.get(at) ?? [0, 0];
    by.set(at, [quoted + Number(each.quoted.amount), charged + Number(each.charged.amount)]);
  }
  const times: number[] = [];
  for (let at = Date.parse(since) / 1000; at <= Date.parse(until) / 1000; at += 86400) times.push(at);
  return [times, times.map((at) => by.get(at)?.[0] ?? 0), times.map((at) => by.get(at)?.[1] ?? 0)];
}
