// The operator API, and nothing else. The types are made from its document, so the page cannot drift from it.
import type { components } from "./schema";
import { signIn, token } from "./session";

type Schemas = components["schemas"];
export type Row = Schemas["OrderRow"];
export type Sheet = Schemas["Sheet"];
export type Problem = Schemas["Problem"];
export type Me = Schemas["Me"];
export type Trail = Schemas["Trail"];
export type Parcel = Schemas["Parcel"];
export type Errand = Schemas["ErrandShown"];
export type Answers = {
  orders: Schemas["OrderList"]; labels: Schemas["LabelList"]; arrivals: Schemas["Arrivals"];
  costs: Schemas["Costs"]; connections: Schemas["ConnectionList"]; receipts: Schemas["Purchases"]; parcels: Schemas["Parcels"];
  results: Schemas["Results"]; link: Schemas["LabelLink"]; candidates: Schemas["Candidates"]; errands: Schemas["ErrandList"]; toPrint: Schemas["ToPrintList"]; sheet: Schemas["SheetGiven"]; unknown: Schemas["Doubts"]; status: Schemas["Status"];
};

export class Refused extends Error {
  constructor(readonly status: number, readonly problem: Problem) { super(problem.message); }
}

export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  return await (await answered(method, path, body)).json() as T;
}

/** What the API says, whatever it is. Throws Refused for an error. */
async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${token()}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 401) await signIn();
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, { message: told.message ?? `error ${answer.status}`, field: told.field ?? "", hint: told.hint ?? "" });
}

/** Saves a file of the API: a link to it would carry no token. */
export const save = async (path: string, name: string): Promise<void> => keep(await (await answered("GET", path)).blob(), name);

export function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const get = <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return ask<T>("GET", asked.size ? `${path}?${asked}` : path);
};
