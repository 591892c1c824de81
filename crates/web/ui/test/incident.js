// An incident for tests; what matters is said, the rest is ordinary.

/** @param {Partial<import('../rules/contract.d.ts').Summary>} [what] @returns {import('../rules/contract.d.ts').Summary} */
export const incident = (what = {}) => ({
  id: 'a', reference: 'INC-7F3K-92QX', region: 'north', site: 'leeds-012', site_name: 'Leeds 012', area: 'tills', category: 'theft',
  state: 'open', queue: 'standard', priority: 3, risk: 44, confidence: 0.7, channel: 'terminal', silent: false, checkpoint: false,
  reported_at: '2026-11-22T13:55:00Z', occurred_at: null, acknowledge_by: '2026-11-22T14:10:00Z', resolve_by: '2026-11-23T13:55:00Z',
  next_step_at: null, step: null, owner: null, acknowledged_by: null, acknowledged_at: null,
  breached: { acknowledge: false, resolve: false }, deliveries: { planned: 0, sent: 0, accepted: 0, delivered: 0, seen: 0, failed: 0 },
  merged_into: null, loss_minor: null, sequence: 1, ...what,
});
