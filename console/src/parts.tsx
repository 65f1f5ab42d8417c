// Small parts of every page.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, get } from "./api";

export const money = (price: { amount: string; currency: string } | null): string => price ? `${price.amount} ${price.currency}` : "";

export function When({ at }: { at: string | null }) {
  if (!at) return <span>–</span>;
  const minutes = Math.round((Date.now() - Date.parse(at)) / 60000);
  const span = Math.abs(minutes);
  const age = span < 120 ? `${span} min` : span < 2880 ? `${Math.round(span / 60)} h` : `${Math.round(span / 1440)} d`;
  return <time dateTime={at} title={`${new Date(at).toLocaleString()} (${at.slice(0, 16).replace("T", " ")} UTC)`}>{minutes < 0 ? `in ${age}` : `${age} ago`}</time>;
}

export interface Loaded<T> { value: T | null; error: string; again: () => void }

/** What the API says, again every 30 seconds while somebody looks; sooner while `hurries` says so of it. No path, no question. */
export function useApi<T>(path: string, query: Record<string, string> = {}, hurries: (value: T) => boolean = () => false): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState("");
  const [turn, setTurn] = useState(0);
  const asked = JSON.stringify(query);
  useEffect(() => {
    let gone = false;
    if (!path) return undefined;
    get<T>(path, JSON.parse(asked)).then(
      (found) => { if (!gone) { setValue(found); setError(""); } },
      (reason: unknown) => { if (!gone) setError(reason instanceof Error ? reason.message : "no answer"); });
    return () => { gone = true; };
  }, [path, asked, turn]);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden && !document.querySelector("dialog[open]")) setTurn((now) => now + 1); }, 30000);
    return () => clearInterval(timer);
  }, []);
  const soon = value !== null && hurries(value);
  useEffect(() => {
    if (!soon) return undefined;
    const timer = setInterval(() => setTurn((now) => now + 1), 1500);
    return () => clearInterval(timer);
  }, [soon]);
  return { value, error, again: () => setTurn((now) => now + 1) };
}

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => { box.current?.showModal(); }, []);
  return <dialog ref={box} aria-label={title} onClose={onClose}><h2>{title}</h2>{children}</dialog>;
}

export function Table({ columns, rows, empty }: { columns: string[]; rows: ComponentChildren[][]; empty: string }) {
  if (!rows.length) return <p>{empty}</p>;
  return <table><thead><tr>{columns.map((name) => <th scope="col">{name}</th>)}</tr></thead>
    <tbody>{rows.map((row) => <tr>{row.map((cell, at) => <td data-name={columns[at]}>{cell}</td>)}</tr>)}</tbody></table>;
}

export function said(reason: unknown): string {
  if (!(reason instanceof Refused)) return reason instanceof Error ? reason.message : "no answer";
  return [reason.problem.message, reason.problem.hint].filter(Boolean).join(" — ");
}
