// The other pages: search, labels, arrivals, connections, receipts.
import { useState } from "preact/hooks";
import { type Answers, ask, save } from "./api";
import { Errands, useErrands } from "./errands";
import { Table, When, money, said, useApi } from "./parts";

type Told = { tell: (text: string) => void };

export function Search({ q }: { q: string }) {
  const found = useApi<Answers["orders"]>("/orders", q ? { q } : { limit: "100" });
  return <><h1>{q ? `Orders named ${q}` : "Orders"}</h1>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No order" columns={["order", "connection", "state", "service", "tracking number", "price", "changed"]} rows={(found.value?.orders ?? []).map((row) => [
      <a href={`#/orders/${row.key}`}>{row.document}</a>, row.connection, `${row.state} ${row.reason}`, row.service, row.tracking_number, money(row.price), <When at={row.updated_at} />])} /></>;
}

export function Labels({ tell }: Told) {
  const found = useApi<Answers["labels"]>("/labels", { limit: "200" });
  const sent = (key: string, version: number, document: string) => ask("POST", `/orders/${key}/labels/sent`, { version })
    .then(() => { tell(`The label of ${document} is sent`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><h1>Labels that wait for their supplier</h1>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No label waits" columns={["order", "supplier", "packages", "bought", ""]} rows={(found.value?.labels ?? []).map((row) => [
      <a href={`#/orders/${row.key}`}>{row.document}</a>, row.supplier, row.packages, <><When at={row.bought_at} />{row.late && <b class="bad"> late</b>}</>,
      <button type="button" onClick={() => sent(row.key, row.version, row.document)}>Mark {row.document} as sent</button>])} /></>;
}

export function Arrivals({ tell }: Told) {
  const found = useApi<Answers["arrivals"]>("/arrivals", { days: "7" });
  return <><h1>Arrivals</h1>{found.error && <p class="bad">{found.error}</p>}{found.value && !found.value.complete && <p>There are more parcels than are shown.</p>}
    <p><button type="button" onClick={() => save("/arrivals.ics?days=7", "arrivals.ics").then(() => tell("arrivals.ics is saved"), (e) => tell(said(e)))}>Save as a calendar</button></p>
    <Table empty="Nothing arrives within 7 days, as far as the carriers say" columns={["dock", "day", "parcels", "orders", ""]} rows={(found.value?.arrivals ?? []).map((each) => [
      each.warehouse || "unknown", each.day, each.numbers.length, each.orders.join(", "), each.late ? <b class="bad">late</b> : ""])} /></>;
}

export function Connections({ operator, engineer, tell }: { operator: boolean; engineer: boolean } & Told) {
  const found = useApi<Answers["connections"]>("/connections");
  const [why, setWhy] = useState("");
  const act = (id: string, verb: string, body?: unknown) => ask("POST", `/connections/${id}/${verb}`, body)
    .then(() => { tell(`${id}: ${verb} done`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><h1>Connections</h1>{found.error && <p class="bad">{found.error}</p>}
    {found.value?.connections.map((each) => <div class="group"><h2>{each.id}: {each.status}</h2>
      <p>{each.erp} → {each.carrier}, revision {each.revision}. {each.status !== "running" && each.why}</p>
      <p>Last poll <When at={each.polled} /> {each.outcome && `(${each.outcome})`}; {each.schedule}</p>
      {operator && <p class="bar">{each.status === "running" ? <><label>Why <input value={why} maxLength={200} onInput={(e) => setWhy(e.currentTarget.value)} /></label>
        <button type="button" disabled={!why.trim()} onClick={() => act(each.id, "pause", { why })}>Pause {each.id}</button>
        <button type="button" onClick={() => act(each.id, "poll")}>Poll {each.id} now</button></> : <button type="button" class="main" onClick={() => act(each.id, "resume")}>Resume {each.id}</button>}</p>}
      {engineer && <Tries id={each.id} tell={tell} />}
    </div>)}</>;
}

/** What an engineer has a worker try of a connection: nothing is written, nothing is bought. */
function Tries({ id, tell }: { id: string } & Told) {
  const errands = useErrands(`/connections/${id}/errands`, () => undefined);
  const asked = (verb: string, text: string) => ask("POST", `/connections/${id}/${verb}`, {}).then(() => { tell(text); errands.again(); }, (e) => tell(said(e)));
  return <><p class="bar"><button type="button" onClick={() => asked("dry-run", `A dry-run of ${id} is asked for`)}>Dry-run {id}</button></p>
    {errands.value && <Errands list={errands.value.errands.slice(0, 3)} />}</>;
}

export function Receipts({ operator, tell }: { operator: boolean } & Told) {
  const found = useApi<Answers["receipts"]>("/receipts", { limit: "200" });
  const again = (key: string, version: number, document: string) => ask("POST", `/receipts/${key}/retry`, { version })
    .then(() => { tell(`${document} is tried again`); found.again(); }, (e) => { tell(said(e)); found.again(); });
  return <><h1>Purchase orders at a warehouse</h1>{found.error && <p class="bad">{found.error}</p>}
    <Table empty="No purchase order is under way to a warehouse" columns={["order", "warehouse", "stage", "why", "receipts", ""]} rows={(found.value?.purchases ?? []).map((each) => [
      each.document, each.warehouse, `${each.stage} ${each.hold}`, each.why, each.receipts.map((one) => `${one.number}: ${one.quantity} ${one.unit} ${one.sku} ${one.state} ${one.why}`).join("; "),
      operator && (each.hold || each.receipts.some((one) => one.held)) ? <button type="button" onClick={() => again(each.key, each.version, each.document)}>Retry {each.document}</button> : ""])} /></>;
}
