// One order: how it stands, what is in it, and how it got there.
import { type Answers, type Sheet, type Trail, ask, get } from "./api";
import { Asking, Errands, useErrands } from "./errands";
import { Table, When, money, said, useApi } from "./parts";

export function Order({ at, clerk, operator, tell }: { at: string; clerk: boolean; operator: boolean; tell: (text: string) => void }) {
  const sheet = useApi<Sheet>(`/orders/${at}`);
  const trail = useApi<Trail>(`/orders/${at}/trail`);
  const parcels = useApi<Answers["parcels"]>(`/orders/${at}/parcels`);
  const errands = useErrands(clerk ? `/orders/${at}/errands` : "", () => { sheet.again(); trail.again(); });
  const found = sheet.value;
  if (!found) return <><h1>Order</h1><p class={sheet.error ? "bad" : ""}>{sheet.error || "…"}</p></>;
  const { order, content } = found;
  const act = (method: string, path: string, body: unknown, text: string) => ask(method, path, body).then(
    () => { tell(text); sheet.again(); trail.again(); }, (e) => { tell(said(e)); sheet.again(); });
  const open = (number: number) => get<Answers["link"]>(`/orders/${at}/labels/${number}`).then(({ url }) => { location.assign(url); }, (e) => tell(said(e)));
  const to = content?.ship_to;
  return <>
    <h1>Order {order.document}</h1>
    <dl>
      <dt>State</dt><dd>{order.state} {order.reason && `(${order.reason.replaceAll("_", " ")})`} · <When at={order.updated_at} /></dd>
      {order.why && <><dt>Why</dt><dd>{order.why}</dd></>}
      {order.hint && <><dt>What to do</dt><dd>{order.hint.sentence}</dd></>}
      {order.next_try && <><dt>Next automatic try</dt><dd><When at={order.next_try} /></dd></>}
      <dt>Connection</dt><dd>{order.connection}</dd>
      {to && <><dt>Ship to</dt><dd>{[to.name, to.attention, ...to.lines, `${to.city} ${to.state} ${to.postcode}`, to.country, to.phone].filter(Boolean).join(", ")}</dd></>}
      {order.quote && <><dt>Quote</dt><dd>{money(order.quote)}</dd></>}
      {order.tracking_number && <><dt>{order.estimated ? "Cost (estimated)" : "Cost"}</dt><dd>{money(order.price)}</dd></>}
      {found.approved_by && <><dt>Approved by</dt><dd>{found.approved_by}</dd></>}
    </dl>
    {clerk && order.state === "HELD" && order.reason !== "approval" && <p class="bar">
      <button type="button" class="main" onClick={() => act("POST", `/orders/${at}/retry`, { version: order.version }, `${order.document} goes on`)}>Retry</button></p>}
    {clerk && order.state === "CANCELLED" && order.reason === "dismissed" && <p class="bar">
      <button type="button" onClick={() => act("DELETE", `/orders/${at}/dismissal?version=${order.version}`, undefined, "The dismissal is taken back")}>Take the dismissal back</button></p>}
    {operator && <Asking at={at} sheet={found} errands={errands} tell={tell} />}
    {errands.value && <Errands list={errands.value.errands} />}
    {found.packages.length > 0 && <><h2>Packages</h2><Table empty="" columns={["package", "tracking number", "label"]} rows={found.packages.map((each) => [
      each.number, each.tracking_number, each.voided ? "voided" : each.has_label && clerk ? <button type="button" onClick={() => open(each.number)}>Label {each.number}</button> : each.has_label ? "kept" : "none yet"])} /></>}
    {content && <><h2>Lines</h2><Table empty="None" columns={["line", "item", "description", "quantity"]} rows={content.lines.map((each) => [each.number, each.item, each.description, `${each.quantity} ${each.unit}`])} />
      {content.fixes.length > 0 && <><h2>Fixes</h2><ul>{content.fixes.map((each) => <li>{each.field} is {each.value || "blank"} instead of {each.over || "nothing"}, by {each.who}</li>)}</ul></>}</>}
    {parcels.value?.parcels.map((each) => <div class="group"><h2>Parcel {each.number}: {(each.milestone || "no event yet").replaceAll("_", " ")}</h2>
      <ol class="line">{[...each.events].reverse().map((event) => <li><time>{(event.local ?? event.at ?? "").slice(0, 16).replace("T", " ")}</time> {event.description} {event.place}</li>)}</ol></div>)}
    <h2>Timeline</h2>
    <ol class="line">{trail.value?.steps.map((each) => <li><When at={each.at} /> <b>{each.what.replaceAll("_", " ")}</b> · {each.state} · {each.who}{each.why && ` · ${each.why}`}</li>)}</ol>
  </>;
}
