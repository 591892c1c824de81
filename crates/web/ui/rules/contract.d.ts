// The HTTP contract as the app reads it: times are RFC 3339 UTC strings, durations name their unit.

export type Priority = 1 | 2 | 3 | 4;
export type Role = 'clerk' | 'manager' | 'desk' | 'analyst' | 'admin' | 'terminal' | 'integration' | 'system';
export type State =
  | 'reported' | 'open' | 'acknowledged' | 'responding' | 'resolved' | 'closed'
  | 'merged' | 'false_alarm' | 'withdrawn';
export type Right =
  | 'report' | 'panic' | 'acknowledge' | 'comment' | 'reassign' | 'escalate' | 'respond' | 'resolve'
  | 'close' | 'false_alarm' | 'withdraw' | 'merge' | 'override' | 'edit_sites' | 'edit_people'
  | 'edit_policies' | 'edit_templates' | 'read_people' | 'erase' | 'export' | 'shift' | 'shift_others';
export type Verb =
  | 'acknowledge' | 'comment' | 'reassign' | 'escalate' | 'respond' | 'resolve' | 'close'
  | 'false-alarm' | 'withdraw' | 'merge' | 'unmerge' | 'override' | 'seen' | 'erase';

export interface Named { id: string; name: string }
export interface PersonRef extends Named { role?: Role }
export interface Reach { kind: 'site' | 'region' | 'all'; id?: string | null }
export interface Page<T> { items: T[]; next: string | null }

export interface Summary {
  id: string; reference: string; region: string; site: string; site_name: string; area: string | null;
  category: string; state: State; queue: string | null; priority: Priority | null; risk: number | null;
  confidence: number | null; channel: string | null; silent: boolean; checkpoint: boolean;
  reported_at: string; occurred_at: string | null; acknowledge_by: string | null; resolve_by: string | null;
  next_step_at: string | null; step: number | null; owner: Named | null; acknowledged_by: Named | null;
  acknowledged_at: string | null; breached: { acknowledge: boolean; resolve: boolean }; unreached?: boolean;
  deliveries: Record<DeliveryState, number>; merged_into: string | null; loss_minor: number | null;
  sequence: number;
}
export type DeliveryState = 'planned' | 'sent' | 'accepted' | 'delivered' | 'seen' | 'failed';
export interface Transaction {
  id: string; kind: 'sale' | 'refund' | 'void' | 'no_sale'; at: string; total_minor: number; currency: string | null;
  lines: { sku: string; name: string; quantity: number; unit_minor: number }[];
}
/** `omitted`: transactions of that stretch of time which are not listed, because there are too many. */
export interface Context {
  tills: { till: string; clock_error_ms: number | null; transactions: Transaction[] }[]; omitted: number;
  matches: { item: string; transaction: string; till: string; at: string; kind: string; confidence: number }[];
  cameras: { camera: string; name: string; area: string | null; from: string; until: string }[];
  on_shift: OnShift[];
  stock: { sku: string; name: string; price_minor: number | null; location: string | null; level: number | null }[];
  footfall: number | null; window: { from: string; until: string } | null;
  sources: { source: string; events: number; last_at: string | null; late: number }[];
  taken_at: string; late: number;
}
/** `rota`: an event of the stream says so; `outcry`: a shift that was started here. */
export interface OnShift extends Named { role: string | null; since: string; sources: ('rota' | 'outcry')[] }
export interface Assessment {
  category: string; risk: number; priority: Priority; queue: string; confidence: number; model: string;
  reasons: { text: string; weight: number; kind: 'rule' | 'model' | 'override' }[];
  floor: number | null; checkpoint: string | null;
  override: { by: string | Named; category: string | null; risk: number | null; queue: string | null; reason: string; at: string } | null;
}
export interface Delivery {
  id: string; step: number | null; channel: string; recipient: Named; state: DeliveryState; attempts: number;
  provider_text: string | null; planned_at: string; updated_at: string | null;
}
export interface EscalationStep {
  index: number; after_s: number; targets: string[]; channels: string[];
  state: 'done' | 'next' | 'waiting' | 'skipped'; at: string | null;
}
export interface TimelineEntry {
  sequence: number; at: string; kind: string; actor: { kind: string; id: string | null; name: string | null };
  words: string; detail: Record<string, unknown>;
}
/** `deliveries` is a count per state on a Summary and a list on the incident itself. */
export interface Incident extends Omit<Summary, 'deliveries'> {
  delivery_counts: Record<DeliveryState, number>; deliveries_next: string | null; timeline_next: string | null; erased: { by: Named; at: string } | null;
  numbers?: { id: string | null; name: string; role: Role | null; phone: string }[];
  narrative: string | null; fields: Record<string, Answer>; items: Item[]; reporter: PersonRef | null;
  context: Context | null; assessment: Assessment | null; deliveries: Delivery[];
  escalation: { policy: string; steps: EscalationStep[]; round: number; next_at: string | null } | null;
  timeline: TimelineEntry[]; comments: { at: string; by: Named; text: string }[]; version: number;
}
export type Answer = string | number | boolean | string[];
export interface Item { sku?: string; name: string; quantity: number; value_minor?: number }
export interface Receipt { region: string; sequence: number; hash: string }
export interface Filed { incident: { id: string; reference: string }; receipt: Receipt }

export interface Area extends Named {}
export interface Device extends Named { kind: 'terminal' | 'till' | 'camera' | 'button'; area?: string | null; covers?: string[] }
export interface Site {
  id: string; name: string; region: string; timezone: string; address?: string | null; phone?: string | null; areas: Area[];
  devices: Device[]; panic: { hold_ms: number; silent: boolean }; version: number;
}
export interface Person {
  id: string; name: string; role: Role; reach: Reach;
  contacts: { channel: 'mail' | 'webhook'; address: string }[]; phone?: string | null; active: boolean; version: number;
}
export interface Queue {
  id: string; name: string; priority: Priority | null; acknowledge_within_s: number; resolve_within_s: number;
  policy: string; version: number;
}
export type Target =
  | { kind: 'role'; role: string; reach: 'site' | 'region' | 'all' }
  | { kind: 'on_call'; schedule: string }
  | { kind: 'person'; id: string };
export interface Policy {
  id: string; name: string; steps: { after_s: number; targets: Target[]; channels: string[] }[];
  repeat_after_s: number | null; version: number;
}
export interface Schedule {
  id: string; name: string; people: string[]; starts_at: string; turn_s: number;
  overrides: { person: string; from: string; until: string }[];
  on_call?: { now: Named | null; next: Named | null; until: string | null } | null; version: number;
}
export interface Question {
  id: string; label: string; kind: 'choice' | 'many' | 'number' | 'yes_no' | 'text'; options: { id: string; label: string }[];
  required: boolean; flag: 'weapon' | 'injury' | 'violence' | 'still_here' | null;
}
export interface Template {
  category: string; name: string; icon: string; tile: number | null; safety: string; questions: Question[]; version: number;
}
export interface Me {
  person: PersonRef & { role: Role }; reach: Reach; site: Site | null; on_shift: OnShift[]; can: Right[]; server_time: string;
}
export interface DeskFigures {
  open: number; not_acknowledged: number; past_sla: number; mtta_today_ms: number | null; alarms_10min: number; server_time: string;
}
export interface LiveEvent {
  region: string | null; sequence: number; kind: string; at: string;
  actor: { kind: string; id: string | null; name: string | null } | null; incident: Summary | null; words: string;
}
export interface Problem {
  type?: string; title?: string; status?: number; detail?: string; request_id?: string;
  errors?: { pointer?: string; detail: string }[];
}
