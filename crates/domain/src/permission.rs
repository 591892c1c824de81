//! Who may do what: one table, deny by default, data for the audit and for the tests.

use serde::{Deserialize, Serialize};

use crate::{Actor, ActorId, Category, Reach, RegionId, Role, SiteId};

/// Everything that needs a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum Action {
    Report,
    Panic,
    Read,
    /// Incidents of a confidential category (`Category::confidential`) that are somebody else's report.
    ReadConfidential,
    Acknowledge,
    Comment,
    Reassign,
    Escalate,
    Respond,
    Resolve,
    Close,
    FalseAlarm,
    Withdraw,
    Merge,
    Override,
    PublishEvents,
    /// Their own.
    Shift,
    ShiftOthers,
    ReadPeople,
    EditSites,
    EditPeople,
    EditPolicies,
    EditTemplates,
    EditRetention,
    Erase,
    Export,
    /// What only Outcry's own loops do: enrich, assess, plan, deliver, elapse.
    Run,
}

impl Action {
    /// All actions, for exhaustive tests and for `/me`.
    pub const ALL: [Action; 27] = [
        Action::Report,
        Action::Panic,
        Action::Read,
        Action::ReadConfidential,
        Action::Acknowledge,
        Action::Comment,
        Action::Reassign,
        Action::Escalate,
        Action::Respond,
        Action::Resolve,
        Action::Close,
        Action::FalseAlarm,
        Action::Withdraw,
        Action::Merge,
        Action::Override,
        Action::PublishEvents,
        Action::Shift,
        Action::ShiftOthers,
        Action::ReadPeople,
        Action::EditSites,
        Action::EditPeople,
        Action::EditPolicies,
        Action::EditTemplates,
        Action::EditRetention,
        Action::Erase,
        Action::Export,
        Action::Run,
    ];

    /// The right as the no-permission state names it.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(match self {
            Action::Report => "action-report",
            Action::Panic => "action-panic",
            Action::Read => "action-read",
            Action::ReadConfidential => "action-read-confidential",
            Action::Acknowledge => "action-acknowledge",
            Action::Comment => "action-comment",
            Action::Reassign => "action-reassign",
            Action::Escalate => "action-escalate",
            Action::Respond => "action-respond",
            Action::Resolve => "action-resolve",
            Action::Close => "action-close",
            Action::FalseAlarm => "action-false-alarm",
            Action::Withdraw => "action-withdraw",
            Action::Merge => "action-merge",
            Action::Override => "action-override",
            Action::PublishEvents => "action-publish-events",
            Action::Shift => "action-shift",
            Action::ShiftOthers => "action-shift-others",
            Action::ReadPeople => "action-read-people",
            Action::EditSites => "action-edit-sites",
            Action::EditPeople => "action-edit-people",
            Action::EditPolicies => "action-edit-policies",
            Action::EditTemplates => "action-edit-templates",
            Action::EditRetention => "action-edit-retention",
            Action::Erase => "action-erase",
            Action::Export => "action-export",
            Action::Run => "action-run",
        })
    }
}

/// The rights of a role: everything else is denied.
#[rustfmt::skip] // a table reads as a table
pub fn rights(role: Role) -> &'static [Action] {
    use Action as A;
    match role {
        Role::System => &[
            A::Run, A::Read, A::ReadConfidential, A::PublishEvents, A::Merge, A::EditSites, A::EditPeople, A::EditPolicies,
            A::EditTemplates,
        ],
        Role::Terminal => &[A::Report, A::Panic, A::Read, A::Comment, A::Withdraw, A::ShiftOthers],
        Role::Clerk => &[A::Report, A::Panic, A::Read, A::Comment, A::Withdraw, A::Shift],
        Role::Manager => &[
            A::Report, A::Panic, A::Read, A::ReadConfidential, A::Acknowledge, A::Comment, A::Escalate, A::Respond,
            A::Resolve, A::FalseAlarm, A::Withdraw, A::Override, A::ReadPeople, A::Shift, A::ShiftOthers,
        ],
        Role::Desk => &[
            A::Report, A::Panic, A::Read, A::ReadConfidential, A::Acknowledge, A::Comment, A::Reassign, A::Escalate,
            A::Respond, A::Resolve, A::Close, A::FalseAlarm, A::Merge, A::Override, A::ReadPeople, A::Shift, A::ShiftOthers,
        ],
        Role::Analyst => &[
            A::Report, A::Read, A::ReadConfidential, A::Comment, A::Reassign, A::Resolve, A::Close, A::FalseAlarm, A::Merge,
            A::Override, A::ReadPeople, A::Export,
        ],
        Role::Admin => &[
            A::Read, A::ReadConfidential, A::ReadPeople, A::EditSites, A::EditPeople, A::EditPolicies, A::EditTemplates,
            A::EditRetention, A::Erase, A::Export, A::PublishEvents,
        ],
        Role::Integration => &[A::Report, A::Panic, A::PublishEvents],
    }
}

/// Whether the role has the right at all; how far is the actor's reach.
pub fn granted(role: Role, action: Action) -> bool {
    rights(role).contains(&action)
}

impl Actor {
    /// Whether this actor may do this anywhere.
    pub fn may(&self, action: Action) -> bool {
        granted(self.role, action)
    }

    /// Whether this actor may do this at that site.
    pub fn may_at(&self, action: Action, region: &RegionId, site: &SiteId) -> bool {
        self.may(action) && self.reach.covers(region, site)
    }
}

/// What somebody may read: it can only be made from an actor, so no query forgets to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    reach: Option<Reach>,
    /// Of what is confidential only the reports of this one; `None`: all of it.
    only_own: Option<ActorId>,
}

impl Scope {
    /// The incidents that the actor may see; nothing without the right to read.
    pub fn of(actor: &Actor) -> Self {
        let all = actor.may(Action::ReadConfidential);
        Self {
            reach: actor.may(Action::Read).then(|| actor.reach.clone()),
            only_own: (!all).then(|| actor.id.clone()),
        }
    }
    /// How far it reaches; `None` sees nothing.
    pub fn reach(&self) -> Option<&Reach> {
        self.reach.as_ref()
    }
    /// Whose reports are all that it holds of the confidential categories; `None`: it holds everybody's.
    pub fn only_own(&self) -> Option<&ActorId> {
        self.only_own.as_ref()
    }
    /// Whether that site is within.
    pub fn covers(&self, region: &RegionId, site: &SiteId) -> bool {
        self.reach
            .as_ref()
            .is_some_and(|reach| reach.covers(region, site))
    }
    /// Whether a matter of that category at that site is within. Its report is the reporter's own, and
    /// not of the terminal or the colleague who sent it for them.
    pub fn holds(
        &self,
        (region, site): (&RegionId, &SiteId),
        category: Category,
        reporter: &ActorId,
    ) -> bool {
        let open = !category.confidential();
        let own = self.only_own.as_ref();
        self.covers(region, site) && (open || own.is_none_or(|own| own == reporter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_changes_no_setting_and_exports_nothing() {
        for action in [
            Action::EditRetention,
            Action::Erase,
            Action::Export,
            Action::EditSites,
            Action::EditPeople,
            Action::EditPolicies,
            Action::EditTemplates,
            Action::Override,
            Action::PublishEvents,
            Action::ShiftOthers,
            Action::Run,
        ] {
            assert!(!granted(Role::Clerk, action), "{action:?}");
        }
    }

    #[test]
    fn retention_and_exports_in_bulk_are_for_those_who_answer_for_them() {
        let holders = |action| {
            let all = Role::ALL.into_iter();
            all.filter(|role| granted(*role, action))
                .collect::<Vec<_>>()
        };
        assert_eq!(holders(Action::EditRetention), [Role::Admin]);
        assert_eq!(holders(Action::Export), [Role::Analyst, Role::Admin]);
        assert_eq!(holders(Action::Erase), [Role::Admin]);
    }

    #[test]
    fn only_the_house_runs_its_loops() {
        for role in Role::ALL {
            assert_eq!(granted(role, Action::Run), role == Role::System, "{role:?}");
        }
    }

    #[test]
    fn a_store_sees_itself_only() {
        let actor = Actor {
            id: crate::ActorId::Person("ann".parse().expect("slug")),
            role: Role::Clerk,
            reach: Reach::Site("leeds-012".parse().expect("slug")),
        };
        let north: RegionId = "north".parse().expect("slug");
        assert!(actor.may_at(Action::Report, &north, &"leeds-012".parse().expect("slug")));
        assert!(!actor.may_at(Action::Report, &north, &"hull-282".parse().expect("slug")));
        assert!(!Scope::of(&actor).covers(&north, &"hull-282".parse().expect("slug")));
        let machine = Actor {
            role: Role::Integration,
            ..actor
        };
        assert_eq!(Scope::of(&machine).reach(), None);
    }

    #[test]
    fn what_is_confidential_is_for_who_reported_it_and_for_those_who_handle_it() {
        let north: RegionId = "north".parse().expect("slug");
        let leeds: SiteId = "leeds-012".parse().expect("slug");
        let person = |id: &str| ActorId::Person(id.parse().expect("slug"));
        for role in Role::ALL {
            let actor = Actor {
                id: person("ann"),
                role,
                reach: Reach::Site(leeds.clone()),
            };
            let holds = |category, by: &str| {
                Scope::of(&actor).holds((&north, &leeds), category, &person(by))
            };
            let reads = role != Role::Integration;
            for category in Category::ALL {
                let kept = matches!(category, Category::Sexual | Category::Dishonesty);
                let of_others = reads && !(kept && matches!(role, Role::Clerk | Role::Terminal));
                assert_eq!(holds(category, "ann"), reads, "{role:?} {category:?}");
                assert_eq!(holds(category, "bob"), of_others, "{role:?} {category:?}");
            }
        }
    }
}
